"""The HTTP app of any process with an API: problems, access, bounds, and a page of documentation. Has no route."""

import re
from base64 import b64encode
from hashlib import sha256

from fastapi import FastAPI, Response
from fastapi.openapi.docs import get_swagger_ui_html
from fastapi.responses import HTMLResponse
from fastapi.staticfiles import StaticFiles

from services.runtime.access import Access, install_access
from services.runtime.body_limit import BodyLimit
from services.runtime.operations import build_version
from services.runtime.problems import install_problems

_LIBRARY = "/docs/swagger-ui"
"""Where Swagger UI is served from: us, as the page must open on a closed network and tell nobody that it was opened."""
_ICON = "data:,"  # none: the usual one would be fetched from elsewhere


def api_app(title: str, summary: str, access: Access, *, streamed: frozenset[str] = frozenset()) -> FastAPI:
    """An app whose routes admit callers by `access`; `/docs` is its documentation.

    The paths in `streamed` bound the bodies that they are sent themselves.
    """
    app = FastAPI(title=title, version=build_version(), summary=summary, docs_url=None, redoc_url=None)
    install_problems(app)
    install_access(app, access)
    app.add_middleware(BodyLimit, streamed=streamed)
    page = _documentation(title, str(app.openapi_url))

    @app.get("/docs", include_in_schema=False)
    async def docs() -> Response:
        return page

    app.mount(_LIBRARY, StaticFiles(packages=[("fastapi_offline", "static")]))
    return app


def _documentation(title: str, openapi_url: str) -> Response:
    """Swagger UI, which may run its library and its own script as they are here, and ask nobody but us."""
    page = get_swagger_ui_html(
        openapi_url=openapi_url,
        title=title,
        swagger_js_url=f"{_LIBRARY}/swagger-ui-bundle.js",
        swagger_css_url=f"{_LIBRARY}/swagger-ui.css",
        swagger_favicon_url=_ICON,
    )
    html = bytes(page.body).decode()
    scripts = re.findall(r"<script>(.*?)</script>", html, re.DOTALL)
    hashes = " ".join(f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'" for script in scripts)
    policy = (
        f"default-src 'none'; script-src 'self' {hashes}; style-src 'self' 'unsafe-inline'; img-src 'self' data:;"
        " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
    )
    return HTMLResponse(html, headers={"Content-Security-Policy": policy})
