"""The HTTP door."""

import json
from collections.abc import AsyncIterator, Iterator
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from services.contracts.article import MAX_TEXT_BYTES
from services.ingest.api import EXAMPLE, build_router
from services.runtime.access import OPEN, Access, install_access
from services.runtime.problems import install_problems
from tests.unit.ingest.doors import Door

NDJSON = {"content-type": "application/x-ndjson"}


@pytest.fixture
def app(door: Door) -> FastAPI:
    app = FastAPI()
    install_problems(app)
    install_access(app, OPEN)
    app.include_router(build_router(door.ingest))
    return app


@pytest.fixture
async def client(app: FastAPI) -> AsyncIterator[httpx.AsyncClient]:
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        yield client


def article(number: int = 1, **fields: Any) -> dict[str, Any]:
    return {"url": f"https://news.example/{number}", "text": f"{number},000 troops"} | fields


def lines(*articles: Any) -> bytes:
    return b"".join(json.dumps(a).encode() + b"\n" if not isinstance(a, bytes) else a + b"\n" for a in articles)


async def test_an_article_is_answered_202_with_its_id_and_is_on_the_bus(client: httpx.AsyncClient, door: Door) -> None:
    reply = await client.post("/v1/articles", json=EXAMPLE)
    (published,) = await door.published()
    assert (reply.status_code, reply.json()) == (202, {"id": published.id, "revision": 1, "status": "accepted"})


async def test_sending_again_is_a_duplicate_and_a_changed_text_the_next_revision(client: httpx.AsyncClient) -> None:
    replies = [(await client.post("/v1/articles", json=EXAMPLE | {"text": t})).json() for t in ("one", "one", "two")]
    assert [(r["revision"], r["status"]) for r in replies] == [(1, "accepted"), (1, "duplicate"), (2, "accepted")]
    assert len({r["id"] for r in replies}) == 1


@pytest.mark.parametrize(
    ("body", "status", "members"),
    [
        (article(text="a" * 5_000_000), 413, {"reason": "too_large"}),
        (article(text="a" * (MAX_TEXT_BYTES + 1)), 413, {"reason": "too_large"}),
        (article(text="a" * 9_000_000), 413, {"reason": "too_large"}),
        (article(text=" "), 422, {"reason": "empty_text"}),
        (article(text=""), 422, {"reason": "empty_text"}),
        (article(text="\u0000\u0001\u0002PNG\u0003"), 422, {"reason": "invalid"}),
        (article(url="ftp://news.example/1"), 422, {"reason": "invalid"}),
        (article(html="<html><script>1</script>", text=""), 422, {"reason": "empty_text"}),
    ],
)
async def test_what_is_no_article_is_a_problem_that_says_why(
    client: httpx.AsyncClient, door: Door, body: dict[str, Any], status: int, members: dict[str, str]
) -> None:
    reply = await client.post("/v1/articles", json=body)
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")
    assert members.items() <= reply.json().items()
    assert await door.published() == []


@pytest.mark.parametrize(
    ("body", "errors"),
    [
        (b"{", {"": "Invalid JSON"}),
        (b"", {"": "Invalid JSON"}),
        (b"[]", {"": "Input should be an object"}),
        (b'{"text": "\xe9"}', {"": "invalid unicode"}),
        (b'{"txt": "x", "source": {"nam": "n"}, "title": 7}', {
            "/txt": "unknown field 'txt', did you mean 'text'?",
            "/source/nam": "unknown field 'nam', did you mean 'name'?",
            "/title": "valid string",
        }),
    ],
)  # fmt: skip
async def test_a_body_that_cannot_be_read_lists_every_error_with_its_place(
    client: httpx.AsyncClient, body: bytes, errors: dict[str, str]
) -> None:
    reply = await client.post("/v1/articles", content=body, headers={"content-type": "application/json"})
    found = {e["pointer"]: e["detail"] for e in reply.json()["errors"]}
    assert reply.status_code == 422
    assert found.keys() == errors.keys()
    assert not reply.json()["detail"].startswith(":")
    assert all(message in found[place] for place, message in errors.items())


async def test_the_largest_text_is_taken(client: httpx.AsyncClient, door: Door) -> None:
    text = '"ä' * (MAX_TEXT_BYTES // 3)
    assert (await client.post("/v1/articles", json=article(text=text))).status_code == 202
    assert [published.text for published in await door.published()] == [text]


@pytest.mark.parametrize("published", ["someday", "1066-10-14", "3022-02-07"])
async def test_an_absurd_date_is_no_reason_to_refuse(client: httpx.AsyncClient, door: Door, published: str) -> None:
    assert (await client.post("/v1/articles", json=article(published=published))).status_code == 202
    (accepted,) = await door.published()
    assert (accepted.published, accepted.date_clamped) == (accepted.fetched_at, True)


async def test_ten_thousand_lines_with_a_bad_one_are_accepted_but_for_that_one(
    client: httpx.AsyncClient, door: Door
) -> None:
    many: list[Any] = [article(n) for n in range(1, 10_001)]
    many[4_998] = b'{"url": "https://news.example/4999", "text": "unfinished'
    reply = await client.post("/v1/articles", content=lines(*many), headers=NDJSON)
    body = reply.json()
    assert reply.status_code == 202
    assert (body["accepted"], body["duplicate"], body["refused"]) == (9_999, 0, 1)
    ((line, reason),) = [(e["line"], e["reason"]) for e in body["errors"]]
    assert (line, reason) == (4_999, "invalid")
    assert [a["line"] for a in body["articles"]] == [n for n in range(1, 10_001) if n != 4_999]
    assert len({a.id for a in await door.published()}) == 9_999


async def test_each_line_is_told_its_number_id_revision_and_status(client: httpx.AsyncClient) -> None:
    body = lines(article(1), b"", article(1), article(2), article(2, text="other"), article(3, text=""))
    first = (await client.post("/v1/articles", content=body, headers=NDJSON)).json()
    assert [(a["line"], a["revision"]) for a in first["articles"]] == [(1, 1), (3, 1), (4, 1), (5, 2)]
    assert [(e["line"], e["reason"]) for e in first["errors"]] == [(6, "empty_text")]
    again = (await client.post("/v1/articles", content=lines(article(1)), headers=NDJSON)).json()
    assert [(a["id"], a["status"]) for a in again["articles"]] == [(first["articles"][0]["id"], "duplicate")]


@pytest.mark.parametrize("body", [b"", b"\n\n", b"{\nnothing\n"])
async def test_lines_without_an_article_are_a_problem(client: httpx.AsyncClient, body: bytes) -> None:
    reply = await client.post("/v1/articles", content=body, headers=NDJSON)
    assert (reply.status_code, reply.headers["content-type"]) == (422, "application/problem+json")
    assert len(reply.json()["errors"]) == len(body.split())


async def test_an_absent_broker_is_503_and_the_same_request_later_is_accepted(
    client: httpx.AsyncClient, door: Door
) -> None:
    door.bus.is_away = True
    single = await client.post("/v1/articles", json=article(1))
    many = await client.post("/v1/articles", content=lines(article(1), article(2)), headers=NDJSON)
    for reply in (single, many):
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
        assert reply.headers["content-type"] == "application/problem+json"
    door.bus.is_away = False
    later = (await client.post("/v1/articles", content=lines(article(1), article(2)), headers=NDJSON)).json()
    assert [(a["revision"], a["status"]) for a in later["articles"]] == [(1, "accepted"), (1, "accepted")]
    assert len(await door.published()) == 2


async def test_a_broker_that_leaves_in_mid_request_is_503_and_sending_all_again_loses_nothing(
    client: httpx.AsyncClient, door: Door
) -> None:
    body = lines(*(article(n) for n in range(1_100)))
    door.bus.publishes_left = 1
    assert (await client.post("/v1/articles", content=body, headers=NDJSON)).status_code == 503
    door.bus.publishes_left, door.bus.is_away = None, False
    again = (await client.post("/v1/articles", content=body, headers=NDJSON)).json()
    assert (again["accepted"], again["duplicate"]) == (600, 500)
    assert len(await door.published()) == 1_100


@pytest.mark.parametrize("headers", [
    {"content-type": "text/plain"},
    {"content-type": "multipart/form-data; boundary=x"},
    {"content-type": "application/json", "content-encoding": "gzip"},
])  # fmt: skip
async def test_another_type_or_a_compressed_body_is_415(client: httpx.AsyncClient, headers: dict[str, str]) -> None:
    assert (await client.post("/v1/articles", content=b"{}", headers=headers)).status_code == 415


@pytest.mark.parametrize("kind", ["application/json; charset=utf-8", "Application/JSON", "application/jsonl"])
async def test_the_usual_spellings_of_the_types_are_known(client: httpx.AsyncClient, kind: str) -> None:
    reply = await client.post("/v1/articles", content=lines(article()), headers={"content-type": kind})
    assert reply.status_code == 202


async def test_a_body_without_a_declared_length_is_bounded_too(client: httpx.AsyncClient) -> None:
    def endless() -> Iterator[bytes]:
        yield b'{"text": "'
        for _ in range(10):
            yield b"a" * 1_000_000

    async def stream() -> AsyncIterator[bytes]:
        for chunk in endless():
            yield chunk

    reply = await client.post("/v1/articles", content=stream(), headers={"content-type": "application/json"})
    assert (reply.status_code, reply.json()["reason"]) == (413, "too_large")


def test_openapi_shows_both_ways_with_examples_and_every_problem(app: FastAPI) -> None:
    post = app.openapi()["paths"]["/v1/articles"]["post"]
    content = post["requestBody"]["content"]
    assert content["application/json"]["example"]["url"] == EXAMPLE["url"]
    assert content["application/json"]["schema"]["properties"].keys() >= {"url", "text", "html", "source", "historic"}
    assert "application/x-ndjson" in content
    assert {"202", "413", "415", "422", "503"} <= post["responses"].keys()


async def test_without_a_key_nothing_is_taken_in_and_nothing_is_read(app: FastAPI, door: Door) -> None:
    install_access(app, Access())
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        read += 1
        yield b"{}"

    async with httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url="http://test") as client:
        reply = await client.post("/v1/articles", content=body(), headers=NDJSON)
    assert (reply.status_code, read) == (401, 0)
    assert await door.published() == []
