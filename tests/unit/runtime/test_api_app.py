"""The page of documentation, and what a browser may do with it."""

import re
from base64 import b64encode
from collections.abc import AsyncIterator
from hashlib import sha256

import httpx
import pytest
from fastapi import FastAPI, Request

from services.runtime.access import OPEN
from services.runtime.api_app import api_app
from services.runtime.body_limit import MAX_BODY_BYTES


def app() -> FastAPI:
    app = api_app("Test", "Counts bytes.", OPEN, streamed=frozenset({"/streamed"}))

    @app.post("/held")
    async def held(body: list[str]) -> int:
        return len(body[0])

    @app.post("/streamed")
    async def streamed(request: Request) -> int:
        return sum([len(chunk) async for chunk in request.stream()])

    return app


async def ask(method: str, path: str, **content: object) -> httpx.Response:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app()), base_url="http://test") as client:
        return await client.request(method, path, **content)  # type: ignore[arg-type]  # of any kind that httpx takes


async def get(path: str) -> httpx.Response:
    return await ask("GET", path)


async def test_the_page_runs_its_own_script_and_its_library_and_nothing_else() -> None:
    page = await get("/docs")
    policy = dict(part.strip().split(" ", 1) for part in page.headers["content-security-policy"].split(";"))
    (script,) = re.findall(r"<script>(.*?)</script>", page.text, re.DOTALL)
    own = f"'sha256-{b64encode(sha256(script.encode()).digest()).decode()}'"
    assert policy["script-src"] == f"'self' {own}"
    assert (policy["default-src"], policy["connect-src"], policy["frame-ancestors"]) == ("'none'", "'self'", "'none'")


async def test_the_page_opens_without_the_internet() -> None:
    page = await get("/docs")
    parts = [part for part in re.findall(r'(?:src|href)="([^"]+)"', page.text) if not part.startswith("data:")]
    assert len(parts) == 2
    for part in parts:
        assert part.startswith("/"), part
        assert (await get(part)).status_code == 200, part


async def test_the_document_behind_it_asks_for_no_key_and_there_is_one_page_of_it() -> None:
    document = await get("/openapi.json")
    assert (document.status_code, document.json()["info"]["title"]) == (200, "Test")
    assert (await get("/redoc")).status_code == 404


@pytest.mark.parametrize(("size", "status"), [(MAX_BODY_BYTES - 4, 200), (MAX_BODY_BYTES - 3, 413)])
async def test_a_body_is_read_up_to_its_bound(size: int, status: int) -> None:
    reply = await ask("POST", "/held", json=["x" * size])
    assert reply.status_code == status
    assert status == 200 or reply.headers["content-type"] == "application/problem+json"


async def test_a_body_of_undeclared_length_is_bounded_too() -> None:
    async def endless() -> AsyncIterator[bytes]:
        while True:
            yield b"x" * 65_536

    assert (await ask("POST", "/held", content=endless())).status_code == 413


async def test_a_route_that_streams_bounds_itself() -> None:
    assert (await ask("POST", "/streamed", content=b"x" * (MAX_BODY_BYTES + 1))).json() == MAX_BODY_BYTES + 1


def test_every_route_with_a_body_says_that_it_is_bounded() -> None:
    document = app().openapi()["paths"]
    assert "413" in document["/held"]["post"]["responses"]
