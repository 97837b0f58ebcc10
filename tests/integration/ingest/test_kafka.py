"""The ingest process on a real broker: 202 after the acknowledgement, 503 without one, and nothing lost between."""

import json
import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from deploy.local.server import Server
from services.runtime.adapters.kafka_admin import create_topics
from tests.integration.ingest.service import IngestProcess, ingest_process, published

pytestmark = pytest.mark.kafka
NDJSON = {"content-type": "application/x-ndjson"}


@pytest.fixture
def process(own_kafka: Server, database_url: str, tmp_path: Path) -> Iterator[IngestProcess]:
    create_topics(own_kafka.url, partitions=2)
    with ingest_process(tmp_path, TOCSIN_BUS_URL=own_kafka.url, TOCSIN_STORE_URL=database_url) as process:
        yield process


def article(number: int, text: str = "110,000 troops") -> dict[str, Any]:
    return {"url": f"https://news.example/{number}", "text": text}


def test_a_broker_that_leaves_and_returns_costs_no_article_and_no_revision(
    process: IngestProcess, own_kafka: Server
) -> None:
    process.start()
    before = process.client.post("/v1/articles", json=article(1))
    assert (before.status_code, before.json()["status"]) == (202, "accepted")
    assert [a.id for a in published(own_kafka.url)] == [before.json()["id"]]

    own_kafka.stop()
    many = b"".join(json.dumps(article(n)).encode() + b"\n" for n in range(1, 4))
    for reply in (
        process.client.post("/v1/articles", json=article(2)),
        process.client.post("/v1/articles", content=many, headers=NDJSON),
        process.client.get("/health/ready"),
    ):
        assert (reply.status_code, reply.headers["content-type"]) == (503, "application/problem+json")
    assert process.client.post("/v1/articles", json=article(1)).json()["status"] == "duplicate"

    own_kafka.start()
    process.wait_for(lambda: process.client.get("/health/ready").status_code == 200)
    process.wait_for(lambda: process.client.post("/v1/articles", json=article(2)).status_code == 202)
    after = process.client.post("/v1/articles", content=many, headers=NDJSON).json()
    assert {a["revision"] for a in after["articles"]} == {1}
    changed = process.client.post("/v1/articles", json=article(2, "120,000 troops")).json()
    assert (changed["revision"], changed["status"]) == (2, "accepted")
    assert process.end(signal.SIGTERM) == 0
    assert {(a.url[-1], a.revision) for a in published(own_kafka.url)} == {("1", 1), ("2", 1), ("3", 1), ("2", 2)}


def test_a_broker_that_is_not_there_at_the_start_is_waited_for(process: IngestProcess, own_kafka: Server) -> None:
    own_kafka.stop()
    process.start()
    assert process.client.get("/health/ready").status_code == 503
    reply = process.client.post("/v1/articles", json=article(1))
    assert (reply.status_code, reply.headers["content-type"]) == (503, "application/problem+json")
    own_kafka.start()
    process.wait_for(lambda: process.client.post("/v1/articles", json=article(1)).status_code == 202)
    assert {(a.url[-1], a.revision) for a in published(own_kafka.url)} == {("1", 1)}
