"""The ingest process on a PostgreSQL that goes away and comes back."""

import signal
from pathlib import Path

import pytest

from deploy.local.server import Server
from tests.integration.ingest.service import bus_in, ingest_process, published

pytestmark = pytest.mark.postgresql


def test_a_store_that_leaves_and_returns_costs_no_article(own_postgresql: Server, tmp_path: Path) -> None:
    first, second = ({"url": f"https://news.example/{n}", "text": "110,000 troops"} for n in (1, 2))
    with ingest_process(tmp_path, TOCSIN_STORE_URL=own_postgresql.url) as process:
        process.start()
        assert process.client.post("/v1/articles", json=first).status_code == 202
        own_postgresql.stop()
        for reply in (process.client.post("/v1/articles", json=second), process.client.get("/health/ready")):
            assert (reply.status_code, reply.headers["content-type"]) == (503, "application/problem+json")
        own_postgresql.start()
        process.wait_for(lambda: process.client.get("/health/ready").status_code == 200)
        assert process.client.post("/v1/articles", json=second).json()["status"] == "accepted"
        assert process.client.post("/v1/articles", json=first).json()["status"] == "duplicate"
        assert process.end(signal.SIGTERM) == 0
    assert [(a.url[-1], a.revision) for a in published(bus_in(tmp_path))] == [("1", 1), ("2", 1)]
