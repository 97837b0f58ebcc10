"""Every refusal of every API in one shape: RFC 9457, `application/problem+json`. Tells nothing of our insides."""

from collections.abc import Mapping, Sequence
from http import HTTPStatus
from typing import Any

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.openapi.utils import get_openapi
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException
from starlette.responses import JSONResponse
from starlette.routing import Match

from services.contracts.errors import Reason, Rejected, Unavailable

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 5
"""What a caller is told to wait when something we depend on does not answer."""

INVALID = 422

_STATUS_OF_REASON = {Reason.TOO_LARGE: 413}
OF_ACCESS = (401, 403, 429, 503)
"""What every route that names a scope may answer besides its own."""
OF_BODIES = (413,)
"""What every route that takes a body may answer."""
_METHODS = ("get", "put", "post", "delete", "patch", "options", "head", "trace")


class FieldProblem(BaseModel):
    """One thing that is wrong with a request."""

    location: str = Field(description="body, query, path, header or cookie")
    pointer: str = Field(description="where in the body, a JSON pointer (RFC 6901); elsewhere the name after a slash")
    detail: str


class ProblemDetails(BaseModel):
    """RFC 9457. Members beyond these depend on the problem."""

    model_config = ConfigDict(extra="allow")

    type: str = "about:blank"
    title: str
    status: int
    detail: str = ""
    errors: list[FieldProblem] = Field([], description="with 422: everything that is wrong, each with its place")


class Problem(Exception):
    """Raise it anywhere below a route: the reply is its problem document."""

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        title: str = "",
        type: str = "about:blank",
        headers: Mapping[str, str] | None = None,
        **members: Any,
    ) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.title = title or HTTPStatus(status).phrase
        self.type = type
        self.headers = headers
        self.members = members


def install_problems(app: FastAPI) -> None:
    """Make every error of `app`, and its OpenAPI document, speak problem+json."""
    app.exception_handler(Problem)(_on_problem)
    app.exception_handler(HTTPException)(_on_http_exception)
    app.exception_handler(RequestValidationError)(_on_invalid_request)
    app.exception_handler(Unavailable)(_on_unavailable)
    app.exception_handler(Rejected)(_on_rejected)
    app.exception_handler(Exception)(_on_bug)
    app.openapi = lambda: _openapi(app)  # type: ignore[method-assign]  # FastAPI's documented way to extend it


def problem_responses(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """For a route's `responses`: which problems it may answer with."""
    return {status: {"description": HTTPStatus(status).phrase} for status in statuses}


def invalid(errors: Sequence[FieldProblem], detail: str = "") -> Problem:
    """422 with every single error."""
    return Problem(
        INVALID,
        detail or "; ".join(f"{error.pointer or error.location}: {error.detail}" for error in errors),
        errors=[error.model_dump() for error in errors],
    )


def pointer(path: Sequence[int | str]) -> str:
    """JSON pointer (RFC 6901) of a path.

    >>> pointer(["source", "a/b", 0])
    '/source/a~1b/0'
    """
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def _render(problem: Problem) -> Response:
    body = {"type": problem.type, "title": problem.title, "status": problem.status, "detail": problem.detail}
    return JSONResponse(
        body | problem.members, status_code=problem.status, media_type=MEDIA_TYPE, headers=problem.headers
    )


async def _on_problem(_: Request, error: Problem) -> Response:
    return _render(error)


async def _on_http_exception(request: Request, error: HTTPException) -> Response:
    if error.status_code == HTTPStatus.BAD_REQUEST:  # the framework's word for a body in no Unicode encoding
        return _render(invalid([FieldProblem(location="body", pointer="", detail="not JSON in UTF-8")]))
    if error.status_code == HTTPStatus.METHOD_NOT_ALLOWED:
        # The framework names the methods of the first route of this path alone.
        return _render(Problem(error.status_code, str(error.detail), headers={"Allow": ", ".join(_methods(request))}))
    return _render(Problem(error.status_code, str(error.detail), headers=error.headers))


def _methods(request: Request) -> list[str]:
    """What the routes of this path take, over all of them."""
    there = (route for route in request.app.routes if route.matches(request.scope)[0] is not Match.NONE)
    return sorted({method for route in there for method in getattr(route, "methods", None) or ()})


async def _on_invalid_request(_: Request, error: RequestValidationError) -> Response:
    found = [
        FieldProblem(location=str(e["loc"][0]), pointer=pointer(e["loc"][1:]), detail=e["msg"]) for e in error.errors()
    ]
    return _render(invalid(found))


async def _on_unavailable(_: Request, error: Unavailable) -> Response:
    # The detail of the error names hosts and drivers: it belongs in the log, not in a reply.
    detail = f"{error.dependency} does not answer; nothing is lost, send the same again later"
    headers = {"Retry-After": str(RETRY_AFTER_S)}
    return _render(
        Problem(HTTPStatus.SERVICE_UNAVAILABLE, detail, headers=headers, reason="unavailable", on=error.dependency)
    )


async def _on_rejected(_: Request, error: Rejected) -> Response:
    status = _STATUS_OF_REASON.get(error.reason, INVALID)
    return _render(Problem(status, error.detail, reason=error.reason))


async def _on_bug(_: Request, __: Exception) -> Response:
    # The server logs the exception itself: this handler's reply is sent, then it is raised again.
    return _render(Problem(HTTPStatus.INTERNAL_SERVER_ERROR, "this is a bug of ours; it has been logged"))


def _openapi(app: FastAPI) -> dict[str, Any]:
    """FastAPI's document with each 4xx and 5xx as a problem document, in place of its own error shapes.

    The answers of access are added here, to every route that asks for a key, so that no route can forget them.
    """
    if app.openapi_schema is not None:
        return app.openapi_schema
    document = get_openapi(
        title=app.title, version=app.version, summary=app.summary, description=app.description,
        routes=app.routes, tags=app.openapi_tags, servers=app.servers,
    )  # fmt: skip
    components = document.setdefault("components", {}).setdefault("schemas", {})
    for ours in (FieldProblem, ProblemDetails):
        schema = ours.model_json_schema(ref_template="#/components/schemas/{model}")
        schema.pop("$defs", None)
        components[ours.__name__] = schema
    for replaced in ("HTTPValidationError", "ValidationError"):
        components.pop(replaced, None)
    shape = {MEDIA_TYPE: {"schema": {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}}}
    for path in document.get("paths", {}).values():
        for operation in (path[method] for method in _METHODS if method in path):
            answers = (
                *(OF_ACCESS if "security" in operation else ()),
                *(OF_BODIES if "requestBody" in operation else ()),
            )
            for status in answers:
                operation["responses"].setdefault(str(status), {"description": HTTPStatus(status).phrase})
            for status, response in operation.get("responses", {}).items():
                if status.startswith(("4", "5")):
                    response["content"] = shape
    app.openapi_schema = document
    return document
