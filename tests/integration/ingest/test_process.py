"""The ingest process on embedded adapters: what it takes, and that no death of it loses or doubles anything."""

import json
import signal
import subprocess
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.contracts.article import MAX_TEXT_BYTES
from tests.integration.ingest.service import (
    COMMAND,
    DEADLINE_S,
    IngestProcess,
    bus_in,
    environment,
    ingest_process,
    published,
)

NDJSON = {"content-type": "application/x-ndjson"}


@pytest.fixture
def process(tmp_path: Path) -> Iterator[IngestProcess]:
    with ingest_process(tmp_path) as process:
        process.start()
        yield process


def article(number: int) -> dict[str, Any]:
    return {"url": f"https://news.example/{number}", "text": f"Officials said {number},000 troops were there."}


def lines(numbers: range) -> bytes:
    return b"".join(json.dumps(article(n)).encode() + b"\n" for n in numbers)


def test_an_accepted_article_is_on_the_bus_and_known_after_a_restart(process: IngestProcess, tmp_path: Path) -> None:
    first = process.client.post("/v1/articles", json=article(1))
    assert (first.status_code, first.json()["status"]) == (202, "accepted")
    assert process.end(signal.SIGTERM) == 0
    assert [a.id for a in published(bus_in(tmp_path))] == [first.json()["id"]]
    process.start()
    again = process.client.post("/v1/articles", json=article(1)).json()
    assert again == first.json() | {"status": "duplicate"}


def test_health_metrics_and_openapi_are_served(process: IngestProcess) -> None:
    process.client.post("/v1/articles", json=article(1))
    ready = process.client.get("/health/ready")
    assert (ready.status_code, set(ready.json()["states"])) == (200, {"bus", "store"})
    assert 'tocsin_articles_received_total{door="http",result="new"} 1.0' in process.client.get("/metrics").text
    assert "/v1/articles" in process.client.get("/openapi.json").json()["paths"]


@pytest.mark.parametrize("size", [5_000_000, 9_000_000, 40_000_000])
def test_a_text_too_large_is_413_and_the_answer_arrives(process: IngestProcess, size: int) -> None:
    reply = process.client.post("/v1/articles", json=article(1) | {"text": "a" * size})
    assert (reply.status_code, reply.headers["content-type"]) == (413, "application/problem+json")
    assert process.client.post("/v1/articles", json=article(2)).status_code == 202


def test_the_largest_text_goes_through(process: IngestProcess, tmp_path: Path) -> None:
    text = "ä" * (MAX_TEXT_BYTES // 2)
    assert process.client.post("/v1/articles", json=article(1) | {"text": text}).status_code == 202
    process.end(signal.SIGTERM)
    assert [a.text for a in published(bus_in(tmp_path))] == [text]


def test_a_request_that_has_begun_is_answered_before_the_process_ends(process: IngestProcess, tmp_path: Path) -> None:
    begun = threading.Event()

    def slowly() -> Iterator[bytes]:
        yield lines(range(600))
        begun.set()
        stopping.wait(DEADLINE_S)
        yield lines(range(600, 700))

    stopping = threading.Event()
    replies: list[httpx.Response] = []
    sender = threading.Thread(
        target=lambda: replies.append(process.client.post("/v1/articles", content=slowly(), headers=NDJSON))
    )
    sender.start()
    assert begun.wait(DEADLINE_S)
    ending = threading.Thread(target=lambda: codes.append(process.end(signal.SIGTERM)))
    codes: list[int] = []
    ending.start()
    stopping.set()
    for thread in (sender, ending):
        thread.join(DEADLINE_S)
    assert [(reply.status_code, reply.json()["accepted"]) for reply in replies] == [(202, 700)]
    assert codes == [0]
    assert len({a.id for a in published(bus_in(tmp_path))}) == 700


@pytest.mark.parametrize("after", [0, 3, 7])
def test_a_kill_under_load_loses_nothing_that_is_sent_again(process: IngestProcess, tmp_path: Path, after: int) -> None:
    """The second half of the requests meets the kill; what was answered 202 before it is there without resending."""
    answered: set[str] = set()
    killed = threading.Event()

    def send() -> None:
        for n in range(40):
            try:
                reply = process.client.post("/v1/articles", content=lines(range(n * 50, n * 50 + 50)), headers=NDJSON)
            except httpx.TransportError:
                return
            answered.update(a["id"] for a in reply.json()["articles"])
            if n == after:
                killed.set()

    sender = threading.Thread(target=send)
    sender.start()
    assert killed.wait(DEADLINE_S)
    process.end(signal.SIGKILL)
    sender.join(DEADLINE_S)
    assert answered <= {a.id for a in published(bus_in(tmp_path))}
    process.start()
    again = process.client.post("/v1/articles", content=lines(range(2_000)), headers=NDJSON).json()
    assert {a["revision"] for a in again["articles"]} == {1}
    process.end(signal.SIGTERM)
    on_bus = published(bus_in(tmp_path))
    assert {a.id for a in on_bus} == {a["id"] for a in again["articles"]}
    assert len({(a.id, a.revision) for a in on_bus}) == 2_000


@pytest.mark.parametrize(
    ("env", "code", "told"),
    [
        ({"TOCSIN_POLL_EVERY": "5"}, 2, "TOCSIN_POLL_EVERY: unknown; did you mean TOCSIN_POLL_EVERY_S?"),
        ({"TOCSIN_FEEDS": "ftp://a.example/"}, 2, "not an http or https URL"),
        ({"TOCSIN_STORE_URL": "mysql://db/tocsin"}, 2, "a store URL starts with one of sqlite, postgresql+psycopg"),
        ({"TOCSIN_BUS_URL": "amqp://db/"}, 2, "TOCSIN_BUS_URL: Value error, write kafka://host:port"),
        (
            {"TOCSIN_STORE_URL": "postgresql+psycopg://nobody@127.0.0.1:9/tocsin", "TOCSIN_UNAVAILABLE_S": "1"},
            1,
            "store unavailable: connection failed",
        ),
    ],
)
def test_a_start_that_cannot_succeed_ends_with_a_clear_message(
    tmp_path: Path, env: dict[str, str], code: int, told: str
) -> None:
    run = subprocess.run(
        COMMAND, env=environment(env), cwd=Path.cwd(), capture_output=True, text=True, timeout=DEADLINE_S, check=False
    )
    assert (run.returncode, told in run.stderr, "Traceback" in run.stderr) == (code, True, False), run.stderr
