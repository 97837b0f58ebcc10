"""Server-sent events from a running process: at once, resumed without a gap, ended with the process."""

import asyncio
import socket
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path
from time import monotonic

import httpx
import pytest

from services.alert.app import Parts, assemble, build_app
from services.alert.settings import AlertSettings
from services.contracts.alert import Alert
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from services.runtime.health import Health
from services.runtime.serve import serve
from tests.memory_index import MemoryIndex
from tests.subscriptions import news, subscription

DEADLINE_S = 30


class Process:
    """A replica of alert in this process, listening on a port."""

    def __init__(self, parts: Parts, port: int, stop: asyncio.Event) -> None:
        self.parts, self.url, self.stop = parts, f"http://127.0.0.1:{port}", stop

    async def raise_alert(self, name: str) -> Alert:
        (alert,) = (await self.parts.alerting.raise_alerts([news(name)])).alerts
        return alert


@asynccontextmanager
async def process(store_url: str) -> AsyncIterator[Process]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    database, bus, stop = open_database(store_url), EmbeddedBus(":memory:"), asyncio.Event()
    parts = assemble(AlertSettings(store_url=store_url), bus, MemoryIndex(), database, Health())
    running = asyncio.create_task(
        serve(build_app(parts, Health()), "127.0.0.1", port, parts.background, Health(), stop)
    )
    async with httpx.AsyncClient(base_url=f"http://127.0.0.1:{port}") as client:
        async with asyncio.timeout(DEADLINE_S):
            while True:
                try:
                    await client.get("/health/live")
                    break
                except httpx.ConnectError:
                    await asyncio.sleep(0.02)
    try:
        yield Process(parts, port, stop)
    finally:
        stop.set()
        await asyncio.wait_for(running, DEADLINE_S)
        await bus.aclose()
        await database.aclose()


@pytest.fixture
async def store_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    return url


@pytest.fixture
async def alert_process(store_url: str) -> AsyncIterator[Process]:
    async with process(store_url) as one:
        await one.parts.subscriptions.create(subscription("s"))
        await one.parts.rules.refresh()
        yield one


@asynccontextmanager
async def listening(
    one: Process, last_event_id: str = "", **params: str
) -> AsyncIterator[AsyncIterator[dict[str, str]]]:
    """The events of a stream, each as its fields."""
    headers = {"Last-Event-ID": last_event_id} if last_event_id else {}
    async with (
        httpx.AsyncClient(base_url=one.url, timeout=DEADLINE_S) as client,
        client.stream("GET", "/v1/alerts/stream", params=params, headers=headers) as reply,
    ):
        assert reply.status_code == 200
        assert reply.headers["content-type"].startswith("text/event-stream")
        yield parsed(reply.aiter_lines())


async def parsed(lines: AsyncIterator[str]) -> AsyncIterator[dict[str, str]]:
    event: dict[str, str] = {}
    async for line in lines:
        if line:
            name, _, value = line.partition(": ")
            event[name] = value
        elif event:
            yield event
            event = {}


async def test_an_alert_is_streamed_within_a_second_from_another_replica(
    alert_process: Process, store_url: str
) -> None:
    async with process(store_url) as other, listening(other) as events, asyncio.timeout(DEADLINE_S):
        first = await anext(events)
        assert first["retry"] == "2000"
        lags = []
        for n in range(5):
            began = monotonic()
            alert = await alert_process.raise_alert(str(n))
            event = await anext(events)
            lags.append(monotonic() - began)
            assert (event["event"], Alert.model_validate_json(event["data"]).id) == ("alert", alert.id)
        assert sorted(lags)[len(lags) // 2] < 1.0, lags


async def test_a_stream_that_broke_goes_on_after_the_last_event_without_a_gap(alert_process: Process) -> None:
    async with asyncio.timeout(DEADLINE_S):
        async with listening(alert_process) as events:
            await anext(events)
            await alert_process.raise_alert("before")
            last = (await anext(events))["id"]
        missed = [await alert_process.raise_alert(str(n)) for n in range(60)]  # more than a page
        got: list[str] = []
        async with listening(alert_process, last_event_id=last) as events:
            await anext(events)
            while len(got) < 60:
                got.append(Alert.model_validate_json((await anext(events))["data"]).id)
    assert sorted(got) == sorted(alert.id for alert in missed)


async def test_a_number_that_the_store_never_gave_hides_nothing_that_comes(alert_process: Process) -> None:
    async with listening(alert_process, last_event_id="1000000") as events, asyncio.timeout(DEADLINE_S):
        await anext(events)
        alert = await alert_process.raise_alert("after a restored store")
        assert Alert.model_validate_json((await anext(events))["data"]).id == alert.id


async def test_a_stream_of_one_subscription_hears_of_no_other(alert_process: Process) -> None:
    await alert_process.parts.subscriptions.create(subscription("t", query="siege"))
    await alert_process.parts.rules.refresh()
    async with listening(alert_process, subscription="t") as events, asyncio.timeout(DEADLINE_S):
        await anext(events)
        await alert_process.raise_alert("invasion only")
        (siege,) = (await alert_process.parts.alerting.raise_alerts([news("x", "The siege goes on.")])).alerts
        assert Alert.model_validate_json((await anext(events))["data"]).id == siege.id


@pytest.mark.parametrize(
    ("params", "headers", "status"),
    [({"subscription": "unknown"}, {}, 404), ({}, {"Last-Event-ID": "x"}, 422), ({}, {"Last-Event-ID": "-1"}, 422)],
)
async def test_what_cannot_be_streamed_is_refused_before_it_begins(
    alert_process: Process, params: dict[str, str], headers: dict[str, str], status: int
) -> None:
    async with httpx.AsyncClient(base_url=alert_process.url) as client:
        reply = await client.get("/v1/alerts/stream", params=params, headers=headers)
    assert (reply.status_code, reply.headers["content-type"]) == (status, "application/problem+json")


async def test_an_open_stream_ends_with_the_process_and_holds_it_up_for_no_time(alert_process: Process) -> None:
    async with listening(alert_process) as events, asyncio.timeout(DEADLINE_S):
        await anext(events)
        began = monotonic()
        alert_process.stop.set()
        assert [event async for event in events] == []
        assert monotonic() - began < 5


async def test_a_quiet_stream_beats(alert_process: Process, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("fastapi.routing._PING_INTERVAL", 0.05)
    async with (
        asyncio.timeout(DEADLINE_S),
        httpx.AsyncClient(base_url=alert_process.url, timeout=DEADLINE_S) as client,
        client.stream("GET", "/v1/alerts/stream") as reply,
    ):
        lines = reply.aiter_lines()
        assert await anext(lines) == ": alerts"
        while await anext(lines) != ": ping":
            continue


async def test_a_process_takes_so_many_streams_and_no_more(
    alert_process: Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(alert_process.parts.doors.reach.tail, "_most", 1)
    async with listening(alert_process) as events, asyncio.timeout(DEADLINE_S):
        await anext(events)
        async with httpx.AsyncClient(base_url=alert_process.url) as client:
            reply = await client.get("/v1/alerts/stream")
        assert (reply.status_code, reply.headers["retry-after"]) == (503, "5")
