"""Webhooks to real receivers: good, slow, dead, lying. The sender runs as in production, its clock is ours."""

import asyncio
import socket
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import orjson
import pytest

from services.alert.adapters.console import ConsoleNotifier
from services.alert.adapters.index_channel import IndexChannel
from services.alert.adapters.sql_alerts import SqlAlerts
from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.adapters.webhook import WebhookNotifier
from services.alert.app import build_alerting, utc_now
from services.alert.flow import Alerting
from services.alert.ports import Notifier
from services.alert.sender import Sender
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import Database, open_database
from tests.integration.alert.conftest import Receiver
from tests.memory_index import MemoryIndex
from tests.subscriptions import news, subscription, webhook
from tests.waiting import until


class Clock:
    """The wall clock, moved on by hand; what is signed must carry the true time."""

    def __init__(self) -> None:
        self.ahead = timedelta()

    def __call__(self) -> datetime:
        return utc_now() + self.ahead


class Desk:
    """Alert's flow and sender on one store, with one subscription a URL."""

    def __init__(self, database: Database, allow_private: bool = True) -> None:
        self.database = database
        self.clock = Clock()
        self.index = MemoryIndex()
        self.console = StringIO()
        self.webhooks = WebhookNotifier(allow_private=allow_private, user_agent="Tocsin/test", now=utc_now, total_s=2)
        notifiers: dict[str, Notifier] = {
            "webhook": self.webhooks,
            "console": ConsoleNotifier(self.console),
            "index": IndexChannel(self.index),
        }
        self.sender = Sender(SqlOutbox(database), notifiers, self.clock, every_s=0.05)
        self.alerting: Alerting = build_alerting(
            database, now=self.clock, own_channels=("index",), queued=self.sender.wake
        )

    async def subscribe(self, *urls: str) -> None:
        for url in urls:
            name = url.rpartition("/")[2] or "root"
            await SqlSubscriptions(self.database).create(subscription(name, channels=[webhook(url)]))
        await self.alerting.rules.refresh()

    async def send(self) -> None:
        """Everything that is due, to its end."""
        await self.sender.send_due()
        await self.sender.settle_all()

    async def states(self) -> dict[str, tuple[str, str, int]]:
        """Of each subscription's webhooks: state, cause, tries."""
        alerts = SqlAlerts(self.database)
        found = {}
        for alert in (await alerts.list_alerts(team=DEFAULT_TEAM, limit=100)).items:
            for row in await alerts.deliveries(alert.id):
                if row["channel"].startswith("webhook"):
                    found[alert.subscription_id] = (row["state"], row["cause"], len(row["attempts"]))
        return found


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    database = open_database(url)
    yield database
    await database.aclose()


@pytest.fixture
async def desk(database: Database) -> AsyncIterator[Desk]:
    desk = Desk(database)
    yield desk
    await desk.webhooks.aclose()


async def test_an_alert_arrives_signed_with_its_evidence(desk: Desk, receiver: Receiver) -> None:
    await desk.subscribe(receiver.url("/ok"))
    (alert,) = (await desk.alerting.raise_alerts([news("a")])).alerts
    await desk.send()
    ((headers, body),) = receiver.requests["/ok"]
    assert receiver.bad_signatures == 0
    assert orjson.loads(body)["evidence"][0]["quote"] == "Leaders fear an invasion."
    assert headers["webhook-id"] == (await SqlAlerts(desk.database).deliveries(alert.id))[1]["id"]
    assert headers["content-type"] == "application/json"
    assert headers["user-agent"] == "Tocsin/test"
    assert desk.index.alerts.keys() == {alert.id}


async def test_the_same_article_again_sends_nothing(desk: Desk, receiver: Receiver) -> None:
    await desk.subscribe(receiver.url("/ok"))
    for _ in range(3):
        await desk.alerting.raise_alerts([news("a")])
        await desk.send()
    assert len(receiver.ids("/ok")) == 1


@pytest.mark.parametrize(
    ("path", "outcome", "again_after_s"),
    [
        ("/broken", ("sent", "", 2), 6),
        ("/busy", ("sent", "", 2), 133),  # asked for 120 s, and a tenth for jitter
        ("/gone", ("failed", "gone", 1), 0),
        ("/refuses", ("failed", "refused", 1), 0),
        ("/moved", ("failed", "refused", 1), 0),
        ("/endless", ("sent", "", 1), 0),
    ],
)
async def test_an_answer_decides_what_follows(
    desk: Desk, receiver: Receiver, path: str, outcome: tuple[str, str, int], again_after_s: int
) -> None:
    await desk.subscribe(receiver.url(path))
    await desk.alerting.raise_alerts([news("a")])
    await desk.send()
    if again_after_s:
        desk.clock.ahead = timedelta(seconds=again_after_s // 2 - 2)
        await desk.send()
        assert len(receiver.ids(path)) == 1
        desk.clock.ahead = timedelta(seconds=again_after_s)
    await desk.send()
    assert await desk.states() == {path[1:]: outcome}
    assert len(set(receiver.ids(path))) == 1
    assert receiver.bad_signatures == 0


async def test_a_receiver_that_is_gone_gets_nothing_more(desk: Desk, receiver: Receiver) -> None:
    await desk.subscribe(receiver.url("/gone"))
    for name in ("a", "b"):
        await desk.alerting.raise_alerts([news(name)])
        await desk.send()
    assert len(receiver.ids("/gone")) == 1


async def test_a_dead_receiver_is_tried_for_more_than_75_hours_and_then_given_up(desk: Desk) -> None:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        dead = f"http://127.0.0.1:{unused.getsockname()[1]}/dead"
    await desk.subscribe(dead)
    await desk.alerting.raise_alerts([news("a")])
    states = []
    for hour in range(100):
        desk.clock.ahead = timedelta(hours=hour)
        await desk.send()
        states.append((await desk.states())["dead"])
    assert states[75][0] == "waiting"
    assert states[-1] == ("failed", "exhausted", 10)


async def test_one_dead_and_one_silent_receiver_delay_nobody_else(desk: Desk, receiver: Receiver) -> None:
    await desk.subscribe(receiver.url("/slow"), "http://127.0.0.1:9/dead", receiver.url("/ok"))
    stop = asyncio.Event()
    running = asyncio.create_task(desk.sender.run(stop))
    try:
        for n in range(40):
            await desk.alerting.raise_alerts([news(str(n))])
        await until(lambda: len(receiver.ids("/ok")) == 40, within_s=15)
        assert len(receiver.requests["/slow"]) < 15
    finally:
        stop.set()
        await asyncio.wait_for(running, 30)
    assert len(set(receiver.ids("/ok"))) == 40


async def test_an_alert_is_sent_as_soon_as_it_is_queued(desk: Desk, receiver: Receiver) -> None:
    await desk.subscribe(receiver.url("/ok"))
    slow = Sender(SqlOutbox(desk.database), {"webhook": desk.webhooks}, desk.clock, every_s=3_600)
    object.__setattr__(desk.alerting, "queued", slow.wake)
    stop = asyncio.Event()
    running = asyncio.create_task(slow.run(stop))
    try:
        await asyncio.sleep(0.3)  # it has looked, and would look again in an hour
        await desk.alerting.raise_alerts([news("a")])
        await until(lambda: len(receiver.ids("/ok")) == 1, within_s=5)
    finally:
        stop.set()
        await asyncio.wait_for(running, 30)


async def test_what_was_in_flight_at_the_end_is_settled(desk: Desk, receiver: Receiver) -> None:
    await desk.subscribe(receiver.url("/ok"))
    await desk.alerting.raise_alerts([news(str(n)) for n in range(30)])
    stop = asyncio.Event()
    running = asyncio.create_task(desk.sender.run(stop))
    await until(lambda: len(receiver.ids("/ok")) > 0, within_s=60)
    stop.set()
    await asyncio.wait_for(running, 30)
    held = await SqlOutbox(desk.database).lease(utc_now(), utc_now(), "other", 1_000, lambda lane: 1_000)
    assert len([row for row in held if row.lane.startswith("webhook")]) == 30 - len(receiver.ids("/ok"))


@pytest.mark.parametrize(
    ("url", "cause"),
    [
        ("http://127.0.0.1:{port}/ok", "blocked_address"),
        ("http://localhost:{port}/ok", "blocked_address"),
        ("http://2130706433:{port}/ok", "blocked_address"),
        ("http://[::ffff:127.0.0.1]:{port}/ok", "blocked_address"),
        ("http://169.254.169.254/ok", "blocked_address"),
        ("http://10.0.0.7/ok", "blocked_address"),
    ],
)
async def test_private_addresses_are_refused_unless_allowed(
    database: Database, receiver: Receiver, url: str, cause: str
) -> None:
    desk = Desk(database, allow_private=False)
    await desk.subscribe(url.format(port=receiver.port))
    await desk.alerting.raise_alerts([news("a")])
    await desk.send()
    await desk.webhooks.aclose()
    assert await desk.states() == {"ok": ("failed", cause, 1)}
    assert receiver.requests == {}


async def test_metadata_is_refused_even_where_private_addresses_are_allowed(desk: Desk) -> None:
    await desk.subscribe("http://169.254.169.254/latest")
    await desk.alerting.raise_alerts([news("a")])
    await desk.send()
    assert (await desk.states())["latest"] == ("failed", "blocked_address", 1)


async def test_a_name_that_does_not_exist_is_worth_a_retry(desk: Desk) -> None:
    await desk.subscribe("http://nobody.invalid/hook")
    await desk.alerting.raise_alerts([news("a")])
    await desk.send()
    assert (await desk.states())["hook"] == ("waiting", "retrying", 1)


async def test_a_connection_goes_to_the_address_that_was_judged(
    desk: Desk, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = socket.getaddrinfo
    answers: list[str] = []

    def changing(host: Any, *args: Any, **kwargs: Any) -> Any:
        """A name server that gives its second answer to whoever asks twice."""
        if host == "rebind.example":
            answers.append("127.0.0.1" if not answers else "169.254.169.254")
            host = answers[-1]
        return real(host, *args, **kwargs)

    monkeypatch.setattr(socket, "getaddrinfo", changing)
    await desk.subscribe(f"http://rebind.example:{receiver.port}/ok")
    await desk.alerting.raise_alerts([news("a")])
    await desk.send()
    ((headers, _),) = receiver.requests["/ok"]
    assert (headers["host"], answers) == (f"rebind.example:{receiver.port}", ["127.0.0.1"])


async def test_the_index_is_tried_again_until_it_answers(desk: Desk) -> None:
    await desk.subscribe("http://127.0.0.1:9/dead")
    desk.index.down = True
    (alert,) = (await desk.alerting.raise_alerts([news("a")])).alerts
    for hour in range(30):
        desk.clock.ahead = timedelta(hours=hour)
        await desk.send()
    desk.index.down = False
    desk.clock.ahead = timedelta(hours=31)
    await desk.send()
    assert desk.index.alerts.keys() == {alert.id}


async def test_the_console_shows_the_alert_with_its_quotes(desk: Desk) -> None:
    await SqlSubscriptions(desk.database).create(subscription(channels=[{"type": "console"}]))
    await desk.alerting.rules.refresh()
    await desk.alerting.raise_alerts([news("a", "Leaders fear an \x1b[31m invasion.")])
    await desk.send()
    shown = desk.console.getvalue()
    assert "[MEDIUM] invasion" in shown
    assert "“Leaders fear an  [31m invasion.”" in shown
    assert "\x1b" not in shown
