"""Channels of our own, and what a sender does when a channel or the store fails it."""

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from pathlib import Path
from typing import Any

import httpx
import pytest

from services.alert.adapters.index_channel import IndexChannel
from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.adapters.topic_channel import TopicChannel
from services.alert.app import build_alerting, utc_now
from services.alert.core.matching import Matcher
from services.alert.core.outbox import Leased, Receipt, Result
from services.alert.core.rules import compile_rule
from services.alert.flow import Alerting
from services.alert.ports import Notifier
from services.alert.sender import Sender
from services.contracts.alert import Alert
from services.contracts.errors import Reason, Rejected, Unavailable
from services.contracts.topics import ALERTS
from services.runtime.adapters.elastic_index import ElasticIndex
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import Database, open_database
from tests.articles import NOON
from tests.memory_index import MemoryIndex
from tests.subscriptions import TROOPS, ladder, news, subscription, troops
from tests.waiting import until


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    database = open_database(url)
    yield database
    await database.aclose()


@pytest.fixture
async def alerting(database: Database) -> Alerting:
    alerting = build_alerting(database, own_channels=("index", "topic"))
    alerting.rules.matcher = Matcher(
        [compile_rule(subscription("each")), compile_rule(subscription("climbs", query=TROOPS, trigger=ladder(5)))]
    )
    return alerting


def leased(alert: Alert) -> Leased:
    return Leased(alert.id, alert, "index", "index", None, 0, NOON, NOON)


@pytest.mark.elasticsearch
async def test_elasticsearch_takes_every_alert_under_its_id(
    alerting: Alerting, elasticsearch_url: str, index_prefix: str
) -> None:
    index = ElasticIndex(elasticsearch_url, prefix=index_prefix)
    try:
        alerts = (await alerting.raise_alerts([news("a"), troops("b", 7)])).alerts
        for _ in range(2):
            receipts = await IndexChannel(index).send([leased(alert) for alert in alerts])
            assert {receipt.result for receipt in receipts} == {Result.SENT}, receipts
        async with httpx.AsyncClient(base_url=elasticsearch_url, timeout=30) as client:
            await client.post(f"/{index_prefix}alerts/_refresh")
            found = (await client.get(f"/{index_prefix}alerts/_search", params={"q": "rule:climbs"})).json()
        (hit,) = found["hits"]["hits"]
        assert hit["_source"]["evidence"][0]["quote"] == "7 troops"
    finally:
        await index.aclose()


async def test_the_topic_carries_the_alert(alerting: Alerting) -> None:
    bus = EmbeddedBus(":memory:")
    (alert,) = (await alerting.raise_alerts([news("a")])).alerts
    (receipt,) = await TopicChannel(bus).send([leased(alert)])
    assert receipt.result is Result.SENT
    async with asyncio.timeout(10), bus.subscribe(ALERTS, "reader") as batches:
        (message,) = (await anext(batches)).messages
        assert ALERTS.decode(message.raw) == alert
    await bus.aclose()


class Picky(MemoryIndex):
    """Refuses one alert, and with it every request that holds it."""

    def __init__(self, refused: str) -> None:
        super().__init__()
        self.refused = refused

    async def put_alerts(self, alerts: Mapping[str, dict[str, Any]]) -> None:
        if self.refused in alerts:
            raise Rejected(Reason.INVALID, "asked to refuse it")
        await super().put_alerts(alerts)


async def test_one_refused_alert_keeps_no_other_out_of_the_index(alerting: Alerting) -> None:
    alerts = (await alerting.raise_alerts([news("a"), news("b"), news("c")])).alerts
    index = Picky(alerts[1].id)
    receipts = await IndexChannel(index).send([leased(alert) for alert in alerts])
    assert [receipt.result for receipt in receipts] == [Result.SENT, Result.INVALID, Result.SENT]
    assert index.alerts.keys() == {alerts[0].id, alerts[2].id}


class Buggy:
    """A channel with a fault of ours."""

    bulk = 1

    async def send(self, deliveries: Sequence[Leased]) -> Sequence[Receipt]:
        raise LookupError


async def test_a_bug_in_one_channel_stops_no_other(alerting: Alerting, database: Database) -> None:
    index = MemoryIndex()
    notifiers: dict[str, Notifier] = {"topic": Buggy(), "index": IndexChannel(index)}
    sender = Sender(SqlOutbox(database), notifiers, utc_now)
    await alerting.raise_alerts([news("a")])
    await sender.send_due()
    await sender.settle_all()
    assert len(index.alerts) == 1
    assert (await SqlOutbox(database).backlog(utc_now()))[0] == 1


class Flaky(SqlOutbox):
    """A store that is away for the first tries of each kind."""

    def __init__(self, database: Database) -> None:
        super().__init__(database)
        self.away = {"lease": 2, "settle": 2}

    async def lease(self, *args: Any, **kwargs: Any) -> Sequence[Leased]:
        self._answer("lease")
        return await super().lease(*args, **kwargs)

    async def settle(self, *args: Any, **kwargs: Any) -> int:
        self._answer("settle")
        return await super().settle(*args, **kwargs)

    def _answer(self, what: str) -> None:
        self.away[what] -= 1
        if self.away[what] >= 0:
            raise Unavailable("store", "asked to be away")


async def test_a_store_that_comes_back_gets_the_settlements(alerting: Alerting, database: Database) -> None:
    index, stop = MemoryIndex(), asyncio.Event()
    sender = Sender(
        Flaky(database), {"index": IndexChannel(index), "topic": IndexChannel(index)}, utc_now, every_s=0.05
    )
    await SqlSubscriptions(database).create(subscription("each"))
    await alerting.raise_alerts([news("a")])
    running = asyncio.create_task(sender.run(stop))

    async def settled() -> bool:
        return (await SqlOutbox(database).backlog(utc_now()))[0] == 0

    await until(settled, within_s=20)
    stop.set()
    await asyncio.wait_for(running, 20)


async def test_a_store_that_stays_away_ends_the_sender(database: Database) -> None:
    gone = Flaky(database)
    gone.away["lease"] = 10**6
    sender = Sender(gone, {}, utc_now, patience_s=0.2)
    with pytest.raises(Unavailable, match="store"):
        await asyncio.wait_for(sender.run(asyncio.Event()), 20)
