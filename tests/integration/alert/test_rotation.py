"""The secret of a webhook changes while alerts go out: a receiver that knows either of them can verify."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from unittest.mock import patch

import httpx
import pytest
from standardwebhooks import Webhook, WebhookVerificationError

from services.alert.adapters.webhook import WebhookNotifier
from services.alert.app import Parts, assemble, build_app, utc_now
from services.alert.core.channels import Retiring, WebhookChannel
from services.alert.core.outbox import Leased
from services.alert.settings import AlertSettings
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from services.runtime.health import Health
from tests.integration.alert.conftest import Receiver
from tests.memory_index import MemoryIndex
from tests.subscriptions import SECRET, news
from tests.unit.alert.test_delivery import NOTICE

OTHER = "whsec_" + "b3RoZXIgc2VjcmV0IG9mIDI0IGJ5dGVzIQ=="


@pytest.fixture
async def parts(tmp_path: Path) -> AsyncIterator[Parts]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    database, bus = open_database(url), EmbeddedBus(":memory:")
    yield assemble(AlertSettings(allow_private_webhooks=True), bus, MemoryIndex(), database, Health())
    await bus.aclose()
    await database.aclose()


@pytest.fixture
async def api(parts: Parts) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(build_app(parts, Health()))
    async with httpx.AsyncClient(transport=transport, base_url="http://tocsin") as client:
        yield client


async def subscribed(api: httpx.AsyncClient, receiver: Receiver) -> str:
    """The URL of the channel."""
    hook = {"type": "webhook", "url": receiver.url("/ok"), "secret": SECRET}
    body = {"id": "s", "name": "invasion", "query": "invasion", "channels": [hook]}
    assert (await api.post("/v1/subscriptions", json=body)).status_code == 201
    return f"/v1/subscriptions/s/channels/{WebhookChannel.model_validate(hook).key}"


async def told(parts: Parts, receiver: Receiver, name: str) -> tuple[bytes, dict[str, str]]:
    await parts.alerting.raise_alerts([news(name)])
    await parts.sender.send_due()
    await parts.sender.settle_all()
    headers, body = receiver.requests["/ok"][-1]
    return body, headers


async def test_both_secrets_verify_during_the_grace(parts: Parts, api: httpx.AsyncClient, receiver: Receiver) -> None:
    channel = await subscribed(api, receiver)
    rotated = (await api.post(f"{channel}/rotate-secret", json={"grace": "2h"})).json()
    request = await told(parts, receiver, "a")
    assert request[1]["webhook-signature"].count("v1,") == 2
    for secret in (SECRET, rotated["secret"]):
        assert Webhook(secret).verify(*request)
    shown = (await api.get("/v1/subscriptions/s")).json()["channels"][0]
    assert (shown["retiring"], "secret" in shown) == ({"until": rotated["old_secret_until"]}, False)


async def test_without_a_grace_only_the_new_secret_verifies(
    parts: Parts, api: httpx.AsyncClient, receiver: Receiver
) -> None:
    channel = await subscribed(api, receiver)
    rotated = (await api.post(f"{channel}/rotate-secret", json={"grace": None})).json()
    request = await told(parts, receiver, "a")
    assert Webhook(rotated["secret"]).verify(*request)
    with pytest.raises(WebhookVerificationError):
        Webhook(SECRET).verify(*request)


async def test_a_put_of_what_was_read_keeps_both_secrets(
    parts: Parts, api: httpx.AsyncClient, receiver: Receiver
) -> None:
    channel = await subscribed(api, receiver)
    await api.post(f"{channel}/rotate-secret", json={})
    read = (await api.get("/v1/subscriptions/s")).json()
    body = {"name": "invasion", "query": "invasion", "channels": read["channels"]}
    assert (await api.put("/v1/subscriptions/s", json=body)).json()["version"] == 2
    assert Webhook(SECRET).verify(*await told(parts, receiver, "a"))


async def test_what_a_caller_says_of_an_old_secret_is_ignored(
    parts: Parts, api: httpx.AsyncClient, receiver: Receiver
) -> None:
    retiring = {"secret": OTHER, "until": (utc_now() + timedelta(days=9)).isoformat()}
    hook = {"type": "webhook", "url": receiver.url("/ok"), "secret": SECRET, "retiring": retiring}
    await api.post("/v1/subscriptions", json={"name": "n", "query": "invasion", "channels": [hook]})
    with pytest.raises(WebhookVerificationError):
        Webhook(OTHER).verify(*await told(parts, receiver, "a"))


@pytest.mark.parametrize(
    ("body", "status"), [({"grace": "31d"}, 422), ({"grace": "soon"}, 422), ({"grase": "1h"}, 422)]
)
async def test_a_grace_is_bounded(
    api: httpx.AsyncClient, receiver: Receiver, body: dict[str, str], status: int
) -> None:
    channel = await subscribed(api, receiver)
    assert (await api.post(f"{channel}/rotate-secret", json=body)).status_code == status


SPEC_TIME = datetime.fromtimestamp(1_614_265_330, UTC)
"""Of the test vector that the standard's reference libraries share."""


async def test_the_vector_of_the_standard_verifies_with_its_library(receiver: Receiver) -> None:
    """The same body, id, time and secret give the published signature, beside that of the retiring secret."""
    channel = WebhookChannel(
        type="webhook", url=receiver.url("/ok"), secret=SECRET,
        retiring=Retiring(secret=OTHER, until=SPEC_TIME + timedelta(hours=1)),
    )  # fmt: skip
    delivery = Leased(
        "msg_p5jXN8AQM9LWM0D4loKWxJek", NOTICE, channel.key, channel.lane, channel, 0, SPEC_TIME, SPEC_TIME
    )
    notifier = WebhookNotifier(allow_private=True, user_agent="t", now=lambda: SPEC_TIME)
    with patch("services.alert.adapters.webhook.webhook_body", lambda message: '{"test": 2432232314}'):
        await notifier.send([delivery])
    await notifier.aclose()
    ((headers, body),) = receiver.requests["/ok"]
    assert body == b'{"test": 2432232314}'
    assert "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=" in headers["webhook-signature"].split()
    assert headers["webhook-timestamp"] == "1614265330"
