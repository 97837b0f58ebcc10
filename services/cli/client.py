"""How a command talks to a running Tocsin: where it is, with which key, and a refusal in words. Decides nothing."""

from collections.abc import Iterator, Mapping
from typing import Any, Self

import httpx
from pydantic import Field, field_validator

from services.runtime.env import Settings
from services.runtime.operations import build_version

TIMEOUT_S = 30.0
FAILED = 1
"""Exit code when Tocsin did not answer, or could not do it now."""
REFUSED = 2
"""Exit code when Tocsin will not do it, now or later."""


class ClientSettings(Settings):
    """Where the API is, and who asks."""

    api_url: str = Field("http://127.0.0.1:8000", description="where commands reach the API")
    api_key: str = Field("", repr=False, description="the API key that commands send")

    @field_validator("api_url")
    @classmethod
    def _is_a_web_address(cls, url: str) -> str:
        if not url.lower().startswith(("http://", "https://")):
            raise ValueError("write http://host:port or https://host")
        return url


class ApiError(Exception):
    """Tocsin did not do what was asked; the text is for people, `exit_code` for the shell."""

    def __init__(self, text: str, exit_code: int) -> None:
        super().__init__(text)
        self.exit_code = exit_code


class ApiClient:
    """Calls of the API as JSON values. Every method raises `ApiError`; close it, or use it as a context."""

    def __init__(self, settings: ClientSettings, transport: httpx.BaseTransport | None = None) -> None:
        headers = {"User-Agent": f"Tocsin/{build_version()}", "Accept": "application/json"}
        if settings.api_key:
            headers["Authorization"] = f"Bearer {settings.api_key}"
        self._url = settings.api_url.rstrip("/")
        self._http = httpx.Client(base_url=self._url, headers=headers, timeout=TIMEOUT_S, transport=transport)

    def __enter__(self) -> Self:
        """As it is."""
        return self

    def __exit__(self, *_: object) -> None:
        """Close the connections."""
        self._http.close()

    def call(
        self,
        method: str,
        path: str,
        *,
        params: Mapping[str, Any] | None = None,
        body: Any = None,
        headers: Mapping[str, str] | None = None,
    ) -> Any:
        """What a 2xx says; None when it says nothing."""
        try:
            reply = self._http.request(method, path, params=params, json=body, headers=headers)
        except httpx.TransportError as error:
            raise ApiError(f"{self._url} does not answer ({error}); is TOCSIN_API_URL right?", FAILED) from error
        if not reply.is_success:
            raise ApiError(_in_words(reply), FAILED if reply.status_code == 429 or reply.is_server_error else REFUSED)
        return reply.json() if reply.content else None

    def pages(self, path: str, params: Mapping[str, Any] | None = None) -> Iterator[Any]:
        """Every item of a list, page after page."""
        query = dict(params or {})
        while True:
            page = self.call("GET", path, params=query)
            yield from page["items"]
            if page.get("cursor") is None:
                return
            query["cursor"] = page["cursor"]


def open_client(env: Mapping[str, str]) -> ApiClient:
    """The client that `TOCSIN_API_URL` and `TOCSIN_API_KEY` describe. Raises `SettingsError`."""
    return ApiClient(ClientSettings.from_env(env))


def _in_words(reply: httpx.Response) -> str:
    """The sentence of a problem document and everything it lists, a line each; what the status says without one."""
    try:
        problem = reply.json()
    except ValueError:
        problem = None
    if not isinstance(problem, dict):
        return f"{reply.url} answered {reply.status_code} {reply.reason_phrase}"
    head = str(problem.get("detail") or problem.get("title") or reply.reason_phrase)
    errors = problem.get("errors")
    places = [f"  {e.get('pointer', '')}: {e.get('detail', '')}" for e in errors] if isinstance(errors, list) else []
    hint = {401: "; set TOCSIN_API_KEY", 429: f"; try again in {reply.headers.get('retry-after', 'some')} s"}
    if reply.status_code == 422 and places:
        head = "this cannot be used:"
    return "\n".join([head + hint.get(reply.status_code, ""), *places])
