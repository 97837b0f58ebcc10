"""What an operator is told over HTTP."""

import asyncio
from collections.abc import AsyncIterator

import httpx
import pytest

from services.contracts.errors import Unavailable
from services.runtime import health as health_module
from services.runtime.health import Health, State
from services.runtime.operations import operations_app


@pytest.fixture
def health() -> Health:
    return Health()


@pytest.fixture
async def client(health: Health) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(operations_app(health))
    async with httpx.AsyncClient(transport=transport, base_url="http://process") as client:
        yield client


async def answers() -> None:
    """A dependency that is well."""


async def refuses() -> None:
    raise Unavailable("elasticsearch", "connection refused")


async def hangs() -> None:
    await asyncio.Event().wait()


async def test_a_process_with_nothing_wrong_is_live_and_ready(client: httpx.AsyncClient, health: Health) -> None:
    health.watch("bus", answers)
    health.report("enrich", State.OK)
    assert (await client.get("/health/live")).status_code == 200
    ready = await client.get("/health/ready")
    assert ready.status_code == 200
    assert {name: s["state"] for name, s in ready.json()["states"].items()} == {"bus": "ok", "enrich": "ok"}


async def test_a_dependency_that_does_not_answer_makes_it_unready_but_leaves_it_live(
    client: httpx.AsyncClient, health: Health
) -> None:
    health.watch("bus", answers)
    health.watch("index", refuses)
    ready = await client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.headers["content-type"] == "application/problem+json"
    assert ready.json()["states"]["index"] == {"state": "unavailable", "detail": "connection refused"}
    assert ready.json()["detail"] == "not ready: index"
    assert (await client.get("/health/live")).status_code == 200


async def test_a_dependency_that_hangs_is_unavailable_after_a_while(
    client: httpx.AsyncClient, health: Health, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health_module, "PROBE_SECONDS", 0.05)
    health.watch("index", hangs)
    async with asyncio.timeout(5):
        ready = await client.get("/health/ready")
    assert ready.status_code == 503
    assert ready.json()["states"]["index"]["state"] == "unavailable"


@pytest.mark.parametrize("state", [State.STARTING, State.UNAVAILABLE, State.DEAD, State.STOPPED])
async def test_a_task_that_does_not_work_makes_it_unready(
    client: httpx.AsyncClient, health: Health, state: State
) -> None:
    health.report("enrich", state)
    assert (await client.get("/health/ready")).status_code == 503


async def test_a_dead_task_makes_it_neither_ready_nor_live(client: httpx.AsyncClient, health: Health) -> None:
    with pytest.raises(ZeroDivisionError), health.supervise("enrich"):
        raise ZeroDivisionError("boom")
    live = await client.get("/health/live")
    assert live.status_code == 503
    assert live.json()["states"]["enrich"] == {"state": "dead", "detail": "ZeroDivisionError: boom"}
    assert (await client.get("/health/ready")).status_code == 503


async def test_metrics_are_what_prometheus_reads(client: httpx.AsyncClient) -> None:
    answer = await client.get("/metrics")
    assert answer.headers["content-type"].startswith("text/plain")
    for name in ("tocsin_messages_total", "tocsin_publish_to_notify_seconds", "tocsin_build_info"):
        assert f"# TYPE {name}" in answer.text or f"# TYPE {name.removesuffix('_total')}" in answer.text
