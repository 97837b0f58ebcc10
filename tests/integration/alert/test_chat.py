"""Chat and paging services through the real library; only its network adapter is taken away, and watched."""

import asyncio
import logging
import threading
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest
import requests
from pydantic import ValidationError

from services.alert.adapters.apprise_chat import THREADS, AppriseNotifier, understood
from services.alert.app import assemble, build_app
from services.alert.core.channels import AppriseChannel
from services.alert.core.channels.chats import HOSTS
from services.alert.core.outbox import Leased, Receipt, Result
from services.alert.settings import AlertSettings
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from services.runtime.health import Health
from tests.articles import NOON
from tests.memory_index import MemoryIndex
from tests.unit.alert.test_delivery import alert, quote

UUID = "12345678-1234-1234-1234-123456789abc"
SLACK = "slack://T1JJ3T3L2/A1BRTD4JD/TIiajkdnlazkcOXrIdevi7FQ/"
URLS = {
    "chanify": "chanify://token123",
    "dingtalk": "dingtalk://token123/",
    "discord": "discord://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "feishu": "feishu://" + "a" * 36,
    "flock": f"flock://{UUID}",
    "gchat": "gchat://workspace/key/token",
    "guilded": "guilded://4174216298/JHMHI8qBe7bk2ZwO5U711o3dV_js",
    "ifttt": "ifttt://webhookid/event",
    "ilert": "ilert://key123",
    "incidentio": "incidentio://source123/token123",
    "lark": "lark://" + "a" * 36,
    "line": "line://token/U" + "a" * 20,
    "ntfy": "ntfy://my-topic",
    "ntfys": "ntfys://my-topic",
    "opsgenie": f"opsgenie://{UUID}?region=eu",
    "pagerduty": "pagerduty://" + "i" * 32 + "@" + "a" * 32 + "?region=eu",
    "pagertree": "pagertree://int_1234567",
    "pbul": "pbul://" + "a" * 32,
    "pover": "pover://" + "u" * 30 + "@" + "a" * 30,
    "prowl": "prowl://" + "a" * 40,
    "revolt": "revolt://token/channel",
    "seven": "seven://key/15551231235",
    "signl4": "signl4://secret1234",
    "slack": SLACK,
    "spike": "spike://" + "a" * 32,
    "splunk": "splunk://key@" + "a" * 8 + "-1234-1234-1234-" + "a" * 12,
    "victorops": "victorops://key@" + "a" * 8 + "-1234-1234-1234-" + "a" * 12,
    "spush": "spush://abcdef",
    "squadcast": "squadcast://" + "a" * 30,
    "tgram": "tgram://123456789:AABBccddEEFFggHHiiJJkkLLmmNNooPPqqR/-1001234/",
    "threema": "threema://*GATEWAY@secret/15551231235",
    "twilio": "twilio://AC" + "a" * 32 + ":" + "b" * 32 + "@15551231234/15551231235",
    "webex": "webex://" + "a" * 80,
    "wecombot": f"wecombot://{UUID}",
    "workflow": "workflow://prod-1.westeurope.logic.azure.com:443/643e69f83c8944/4KAGOakNbfk",
    "workflows": "workflows://x.environment.api.powerplatform.com/643e69f83c8944/4KAGOakNbfk",
    "wxteams": "wxteams://" + "a" * 80,
    "zoom": "zoom://webhookid/token",
}


class Wire:
    """What the library would have sent, and an answer that suits most services."""

    def __init__(self) -> None:
        self.requests: list[requests.PreparedRequest] = []
        self.options: list[dict[str, Any]] = []
        self.status = 200

    def send(self, adapter: object, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        self.requests.append(request)
        self.options.append(options)
        reply = requests.Response()
        reply.status_code, reply.request, reply.url = self.status, request, str(request.url)
        reply._content = b'{"ok":true,"requestId":"x","status":"ok"}'
        reply.headers["location"] = "http://169.254.169.254/"
        return reply

    @property
    def hosts(self) -> set[str]:
        return {urlsplit(str(request.url)).hostname or "" for request in self.requests}


@pytest.fixture
def wire(monkeypatch: pytest.MonkeyPatch) -> Wire:
    wire = Wire()
    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", lambda adapter, r, **o: wire.send(adapter, r, **o))
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    return wire


async def sent(url: str, **changes: Any) -> Receipt:
    channel = AppriseChannel(type="apprise", url=url)
    notifier = AppriseNotifier()
    delivery = Leased("dlv_1", alert(**changes), channel.key, channel.lane, channel, 0, NOON, NOON)
    (receipt,) = await notifier.send([delivery])
    await notifier.aclose()
    return receipt


async def test_a_service_that_hangs_holds_up_no_other(wire: Wire, monkeypatch: pytest.MonkeyPatch) -> None:
    hangs, released, answer = threading.Event(), threading.Event(), wire.send

    def send(adapter: object, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        if "slack" in str(request.url):
            hangs.set()
            released.wait(60)
        return answer(adapter, request, **options)

    monkeypatch.setattr(wire, "send", send)
    notifier = AppriseNotifier()

    async def told(schema: str) -> Receipt:
        channel = AppriseChannel(type="apprise", url=URLS[schema])
        leased = Leased("dlv_1", alert(), channel.key, channel.lane, channel, 0, NOON, NOON)
        return (await notifier.send([leased]))[0]

    hanging = [asyncio.create_task(told("slack")) for _ in range(3 * THREADS)]
    try:
        async with asyncio.timeout(20):
            assert await asyncio.to_thread(hangs.wait, 20)
            assert (await told("discord")).result is Result.SENT
        assert not any(task.done() for task in hanging)
    finally:
        released.set()
        await asyncio.gather(*hanging)
        await notifier.aclose()


def leads_to(schema: str, host: str) -> bool:
    return any(host == allowed or (allowed[0] == "." and host.endswith(allowed)) for allowed in HOSTS[schema])


def test_every_service_has_an_example() -> None:
    assert URLS.keys() == HOSTS.keys()


@pytest.mark.parametrize("schema", sorted(HOSTS))
async def test_a_service_is_reached_at_its_own_host_by_https_and_nowhere_else(schema: str, wire: Wire) -> None:
    assert understood(URLS[schema])
    await sent(URLS[schema])
    assert wire.requests
    assert all(leads_to(schema, host) for host in wire.hosts), wire.hosts
    assert all(str(request.url).startswith("https://") for request in wire.requests)
    assert all(options["verify"] for options in wire.options)


@pytest.mark.parametrize("schema", ["discord", "tgram", "ntfy", "pover", "gchat"])
async def test_a_redirect_is_not_followed(schema: str, wire: Wire) -> None:
    wire.status = 302
    assert (await sent(URLS[schema])).result is Result.RETRY
    assert "169.254.169.254" not in wire.hosts


@pytest.mark.parametrize(
    "url",
    [
        "json://10.0.0.1/x", "jsons://example.org", "xml://example.org", "form://example.org", "file:///etc/passwd",
        "apprise://example.org/token", "mailto://user:pass@example.org", "syslog://", "dbus://", "exec://x",
        "https://hooks.slack.com/services/a/b/c", "mmost://example.org/token", "gotify://example.org/token",
        "matrix://user:token@example.org", "ntfy://example.org/topic", "ntfy://169.254.169.254/topic",
        "ntfys://user:pass@topic", "ntfy://localhost:8080/topic", "ntfy://10.0.0.1", "ntfy://topic?mode=private",
        "zulip://bot@evil.example.org/token/stream", "workflow://evil.example.org/w/s",
        "workflow://evil.example.org/x.logic.azure.com/w/s", "workflow://logic.azure.com.evil.example/w/s",
        "workflow://user@evil.example#.logic.azure.com/w/s", "workflow://x.logic.azure.com:8443/w/s",
        f"{SLACK}?redirect=yes", f"{SLACK}?verify=no", f"{SLACK}?format=html", "discord://a/b?url=http://10.0.0.1",
        f"{SLACK}?retry=9", f"{SLACK} x", f"{SLACK}\n", "slack", "",
    ],
)  # fmt: skip
def test_whatever_could_lead_elsewhere_is_refused_without_being_quoted(url: str) -> None:
    with pytest.raises(ValidationError) as refused:
        AppriseChannel(type="apprise", url=url)
    (error,) = refused.value.errors()
    assert not url or len(url) < 12 or url not in error["msg"]


async def test_a_service_that_refuses_is_tried_again_and_its_url_shown_nowhere(
    wire: Wire, caplog: pytest.LogCaptureFixture
) -> None:
    wire.status = 500
    with caplog.at_level(logging.DEBUG):
        receipt = await sent(SLACK)
    assert (receipt.result, receipt.status) == (Result.RETRY, None)
    assert "TIiajkdnlazkcOXrIdevi7FQ" not in receipt.detail + caplog.text


async def test_an_article_calls_nobody(wire: Wire) -> None:
    await sent(URLS["discord"], title="@everyone <@123> <!channel>", evidence=(quote(0, "@here"),))
    body = str(wire.requests[0].body)
    assert not any(ping in body for ping in ("@everyone", "<@123>", "<!channel>", "@here"))


async def test_a_url_that_only_looks_right_is_refused_when_it_is_saved(tmp_path: Path, wire: Wire) -> None:
    store_url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(store_url)
    database, bus = open_database(store_url), EmbeddedBus(":memory:")
    parts = assemble(AlertSettings(), bus, MemoryIndex(), database, Health())
    transport = httpx.ASGITransport(build_app(parts, Health()))
    async with httpx.AsyncClient(transport=transport, base_url="http://tocsin") as api:
        bad = {"name": "n", "query": "invasion", "channels": [{"type": "apprise", "url": "discord://x"}]}
        assert (await api.post("/v1/subscriptions", json=bad)).status_code == 422
        good = {"id": "s", "name": "n", "query": "invasion", "channels": [{"type": "apprise", "url": SLACK}]}
        made = (await api.post("/v1/subscriptions", json=good)).json()
        shown = made["channels"][0]["url"]
        assert shown.startswith("slack://***")
        assert (
            await api.post("/v1/subscriptions", json=good | {"id": "t", "channels": made["channels"]})
        ).status_code == 422
        kept = await api.put("/v1/subscriptions/s", json=good | {"tags": ["new"], "channels": made["channels"]})
        assert kept.status_code == 200
        listed = (await api.get("/v1/subscriptions/s/channels")).json()
        assert (listed[0]["shown"], "TIiajk" in str(listed) + kept.text) == (shown, False)
        unknown = [{"type": "apprise", "url": "slack://***0123456789abcdef"}]
        assert (await api.put("/v1/subscriptions/s", json=good | {"channels": unknown})).status_code == 422
    stored = await parts.subscriptions.get("s", team=DEFAULT_TEAM)
    assert stored is not None
    (channel,) = stored.channels
    assert isinstance(channel, AppriseChannel)
    assert (channel.url, stored.version) == (SLACK, 2)
    await bus.aclose()
    await database.aclose()
