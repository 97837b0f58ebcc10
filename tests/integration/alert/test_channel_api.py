"""The routes that show how channels do, try them, switch them on, and send again by hand."""

from collections.abc import AsyncIterator
from io import StringIO
from pathlib import Path

import httpx
import pytest

from services.alert.app import Parts, assemble, build_app
from services.alert.settings import AlertSettings
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from services.runtime.health import Health
from tests.integration.alert.conftest import Receiver
from tests.memory_index import MemoryIndex
from tests.subscriptions import news, webhook


@pytest.fixture
def console() -> StringIO:
    return StringIO()


@pytest.fixture
async def parts(tmp_path: Path, console: StringIO) -> AsyncIterator[Parts]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    database, bus = open_database(url), EmbeddedBus(":memory:")
    settings = AlertSettings(allow_private_webhooks=True)
    yield assemble(settings, bus, MemoryIndex(), database, Health(), console)
    await bus.aclose()
    await database.aclose()


@pytest.fixture
async def api(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build_app(parts, Health()))
    async with httpx.AsyncClient(transport=transport, base_url="http://tocsin") as client:
        yield client


async def subscribe(api: httpx.AsyncClient, receiver: Receiver, path: str) -> str:
    """The URL of its webhook's routes; a console stands beside it."""
    channels = [webhook(receiver.url(path)), {"type": "console"}]
    body = {"id": "s", "name": "invasion", "query": "invasion", "channels": channels}
    assert (await api.post("/v1/subscriptions", json=body)).status_code == 201
    keys = [channel["key"] for channel in (await api.get("/v1/subscriptions/s/channels")).json()]
    return f"/v1/subscriptions/s/channels/{keys[0]}"


async def told(parts: Parts, name: str) -> None:
    await parts.alerting.raise_alerts([news(name)])
    await sent(parts)


async def sent(parts: Parts) -> None:
    await parts.sender.send_due()
    await parts.sender.settle_all()


async def test_a_receiver_that_is_gone_is_shown_told_and_switched_on_again(
    parts: Parts, api: httpx.AsyncClient, receiver: Receiver, console: StringIO
) -> None:
    channel = await subscribe(api, receiver, "/gone")
    await told(parts, "a")
    view = (await api.get("/v1/subscriptions/s/channels")).json()[0]
    assert (view["disabled"], view["last_result"], view["last_success_at"]) == ("gone", "gone", None)
    await sent(parts)
    assert "a channel is switched off" in console.getvalue()
    assert (await api.post(f"{channel}/enable")).status_code == 204
    assert (await api.get("/v1/subscriptions/s/channels")).json()[0]["disabled"] is None
    await told(parts, "b")
    assert len(receiver.ids("/gone")) == 2


async def test_a_failed_delivery_is_sent_again_by_hand_under_its_id(
    parts: Parts, api: httpx.AsyncClient, receiver: Receiver
) -> None:
    await subscribe(api, receiver, "/refuses")
    await told(parts, "a")
    (entry,) = (await api.get("/v1/deliveries", params={"subscription": "s", "state": "failed"})).json()["items"]
    assert [attempt["status"] for attempt in entry["attempts"]] == [400]
    reply = await api.post(f"/v1/deliveries/{entry['id']}/redeliver")
    assert (reply.status_code, reply.json()) == (202, {"answer": "queued"})
    await sent(parts)
    assert receiver.ids("/refuses") == [entry["id"]] * 2


async def test_a_delivery_that_cannot_be_sent_again_says_why(
    parts: Parts, api: httpx.AsyncClient, receiver: Receiver
) -> None:
    await subscribe(api, receiver, "/gone")
    await told(parts, "a")
    (entry,) = (await api.get("/v1/deliveries", params={"state": "failed"})).json()["items"]
    reply = await api.post(f"/v1/deliveries/{entry['id']}/redeliver")
    assert (reply.status_code, reply.json()["reason"]) == (409, "endpoint_disabled")
    assert (await api.post(f"/v1/deliveries/dlv_{'0' * 40}/redeliver")).status_code == 404
    assert (await api.get("/v1/deliveries", params={"cursor": "x"})).status_code == 422


async def test_a_test_message_goes_the_way_of_alerts_and_leaves_no_trace(
    parts: Parts, api: httpx.AsyncClient, receiver: Receiver, console: StringIO
) -> None:
    channel = await subscribe(api, receiver, "/ok")
    receipt = (await api.post(f"{channel}/test")).json()
    assert (receipt["result"], receipt["status"], [receipt["id"]]) == ("sent", 200, receiver.ids("/ok"))
    assert receiver.bad_signatures == 0
    assert (await api.post("/v1/subscriptions/s/channels/console/test")).json()["result"] == "sent"
    assert "[TEST] invasion: this is a test" in console.getvalue()
    assert (await api.get("/v1/deliveries")).json()["items"] == []
