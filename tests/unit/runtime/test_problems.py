"""The one shape of every refusal."""

import httpx
import pytest
from fastapi import FastAPI, HTTPException
from pydantic import BaseModel

from services.contracts.errors import Reason, Rejected, Unavailable
from services.runtime.problems import Problem, install_problems, problem_responses


class Inner(BaseModel):
    count: int


class Body(BaseModel):
    inner: Inner
    name: str


RAISED = {
    "missing": HTTPException(404, "no such subscription"),
    "busy": HTTPException(429, "slower", headers={"Retry-After": "7"}),
    "own": Problem(409, "the name is taken", title="Name taken", name="a"),
    "broker": Unavailable("bus", "kafka-1.internal:9092 refused"),
    "large": Rejected(Reason.TOO_LARGE, "the text has 2 bytes too many"),
    "empty": Rejected(Reason.EMPTY_TEXT, "no text"),
    "bug": ZeroDivisionError("secret"),
}


@pytest.fixture
def app() -> FastAPI:
    app = FastAPI(title="Test")
    install_problems(app)

    @app.post("/things", responses=problem_responses(413, 503))
    async def things(body: Body, limit: int = 1) -> None: ...

    @app.get("/raise/{what}")
    async def fail(what: str) -> None:
        raise RAISED[what]

    return app


@pytest.fixture
def client(app: FastAPI) -> httpx.AsyncClient:
    transport = httpx.ASGITransport(app, raise_app_exceptions=False)
    return httpx.AsyncClient(transport=transport, base_url="http://test")


@pytest.mark.parametrize(
    ("what", "status", "members"),
    [
        ("missing", 404, {"title": "Not Found", "detail": "no such subscription"}),
        ("busy", 429, {"title": "Too Many Requests", "detail": "slower"}),
        ("own", 409, {"title": "Name taken", "detail": "the name is taken", "name": "a"}),
        ("large", 413, {"detail": "the text has 2 bytes too many", "reason": "too_large"}),
        ("empty", 422, {"detail": "no text", "reason": "empty_text"}),
        ("bug", 500, {"title": "Internal Server Error", "detail": "this is a bug of ours; it has been logged"}),
    ],
)
async def test_every_error_is_a_problem_document(
    client: httpx.AsyncClient, what: str, status: int, members: dict[str, str]
) -> None:
    reply = await client.get(f"/raise/{what}")
    body = reply.json()
    assert reply.status_code == status == body["status"]
    assert reply.headers["content-type"] == "application/problem+json"
    assert body["type"] == "about:blank"
    assert members.items() <= body.items()


async def test_headers_of_an_error_are_kept(client: httpx.AsyncClient) -> None:
    assert (await client.get("/raise/busy")).headers["retry-after"] == "7"


async def test_a_dependency_that_is_down_says_when_to_come_back_and_names_no_host(client: httpx.AsyncClient) -> None:
    reply = await client.get("/raise/broker")
    assert (reply.status_code, reply.headers["retry-after"], reply.json()["on"]) == (503, "5", "bus")
    assert "internal" not in reply.text


async def test_an_invalid_request_lists_every_error_with_its_place(client: httpx.AsyncClient) -> None:
    reply = await client.post("/things?limit=x", json={"inner": {"count": "many"}})
    assert reply.status_code == 422
    places = {(e["location"], e["pointer"]) for e in reply.json()["errors"]}
    assert places == {("query", "/limit"), ("body", "/inner/count"), ("body", "/name")}
    assert all(e["detail"] for e in reply.json()["errors"])


async def test_an_unknown_route_and_a_wrong_method_are_problems_too(client: httpx.AsyncClient) -> None:
    for reply in (await client.get("/nowhere"), await client.delete("/things")):
        assert reply.headers["content-type"] == "application/problem+json"


def test_openapi_shows_problem_documents_and_no_other_error(app: FastAPI) -> None:
    document = app.openapi()
    shape = {"application/problem+json": {"schema": {"$ref": "#/components/schemas/ProblemDetails"}}}
    responses = document["paths"]["/things"]["post"]["responses"]
    assert {status: responses[status]["content"] for status in ("413", "422", "503")} == dict.fromkeys(
        ("413", "422", "503"), shape
    )
    assert {"ProblemDetails", "FieldProblem"} <= document["components"]["schemas"].keys()
    assert "HTTPValidationError" not in document["components"]["schemas"]
