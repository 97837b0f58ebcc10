"""A replay of articles in the order of their arrival raises the alerts that were raised live, from the same code."""

from services.alert.app import build_replay
from services.contracts.document import Document
from services.runtime.adapters.sql import Database
from tests.contract.alert_store.stores import alerting_on
from tests.subscriptions import TROOPS, ladder, news, subscription, troops

RULES = (
    subscription("each"),
    subscription("climbs", query=TROOPS, trigger=ladder(*range(1_000, 9_000, 1_000))),
)


def stream() -> list[Document]:
    documents = [troops(str(n), n * 100, story={"id": str(n % 7)}) for n in range(1, 81)]
    documents += [news(f"n{n}", story={"id": str(n % 7)}, historic=n % 3 == 0) for n in range(40)]
    return documents


async def test_a_replay_tells_what_was_told_live(database: Database) -> None:
    live = await alerting_on(database, *RULES)
    told = [alert for document in stream() for alert in (await live.raise_alerts([document])).alerts]
    replayed = await build_replay(RULES).feed(stream())
    assert [alert.id for alert in replayed] == [alert.id for alert in told]
    assert [alert.reason for alert in replayed] == [alert.reason for alert in told]
    assert {alert.subscription_id for alert in told} == {"each", "climbs"}


async def test_a_replay_may_come_in_parts_and_knows_what_it_saw() -> None:
    replay = build_replay(RULES)
    parts = [await replay.feed([document]) for document in stream()]
    assert [alert.id for part in parts for alert in part] == [a.id for a in await build_replay(RULES).feed(stream())]
    assert await replay.feed(stream()) == []
