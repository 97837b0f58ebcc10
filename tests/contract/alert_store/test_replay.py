"""A replay of articles in the order of their arrival raises the alerts that were raised live, from the same code."""

from dataclasses import dataclass
from datetime import timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from services.alert.app import build_alerting, build_replay
from services.alert.clock import TICK, tick_at
from services.contracts.alert import Alert
from services.contracts.document import Document
from services.runtime.adapters.migrate import upgrade
from services.runtime.adapters.sql import Database, open_database
from tests.articles import NOON
from tests.contract.alert_store.stores import alerting_on, silences_of
from tests.subscriptions import TROOPS, actor, dyad, ladder, news, news_at, subscription, troops

RULES = (
    subscription("each"),
    subscription("climbs", query=TROOPS, trigger=ladder(*range(1_000, 9_000, 1_000))),
)
MEMORY = (
    subscription("each"),
    subscription("many", trigger={"count": {"at_least": 3, "sources": 2, "window": "6m"}}),
    subscription("loud", trigger={"spike": {"window": "2m", "ratio": 2, "baseline": "4m", "at_least": 2}}),
    subscription("new", trigger={"first": {"field": "actors.id", "look_back": "5m"}}),
    subscription("quiet", trigger={"silence": {"window": "1m"}}),
    subscription("quieter", query="siege", trigger={"silence": {"window": "90s"}}),
    subscription("tense", trigger={"changes": {"by": 15, "window": "1h", "half_life": "6h"}}),
)
LATENESS = timedelta(minutes=5)


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


async def test_silences_after_the_last_article_are_told_up_to_the_end() -> None:
    replay = build_replay(MEMORY)
    await replay.feed([news_at(NOON + timedelta(seconds=30), "a")])
    told = await replay.finish(NOON + timedelta(hours=1))
    assert sorted((alert.subscription_id, alert.raised_at) for alert in told) == [
        ("quiet", NOON + timedelta(seconds=90)),
        ("quieter", NOON + timedelta(seconds=90)),
    ]
    assert await replay.finish(NOON + timedelta(hours=2)) == []


@dataclass(frozen=True)
class Arrival:
    """An article `after_s` the one before, `late_s` after its own time."""

    after_s: int
    late_s: int
    matches: bool
    actor: str
    score: int
    source: str
    historic: bool


ARRIVALS = st.lists(
    st.builds(
        Arrival,
        after_s=st.sampled_from([0, 1, 10, 25, 60, 90, 200]),
        late_s=st.sampled_from([0, 0, 5, 100, 299, 301]),
        matches=st.booleans(),
        actor=st.sampled_from(["putin", "xi", "biden"]),
        score=st.sampled_from([0, 10, 50, 100]),
        source=st.sampled_from(["a.example", "b.example"]),
        historic=st.sampled_from([False, False, False, True]),
    ),
    max_size=16,
)


def articles(arrivals: list[Arrival]) -> list[Document]:
    """In order of arrival; an imported one is taken to arrive at its own time."""
    clock, found = NOON, []
    for number, arrival in enumerate(arrivals):
        clock += timedelta(seconds=arrival.after_s)
        published = clock if arrival.historic else clock - timedelta(seconds=arrival.late_s)
        found.append(
            news_at(
                published,
                str(number),
                arrival.source,
                text="Leaders fear an invasion." if arrival.matches else "Leaders fear a siege.",
                fetched_at=clock,
                actors=[actor(arrival.actor)],
                dyads=[dyad(arrival.score)],
                historic=arrival.historic,
            )
        )
    return found


async def told_live(documents: list[Document]) -> list[Alert]:
    """As it happens: every tick of the clock, every article at its arrival."""
    database, clock, told = open_database("sqlite://"), [NOON], list[Alert]()
    try:
        await database.write(upgrade)
        await alerting_on(database, *MEMORY)
        live = build_alerting(database, now=lambda: clock[0], lateness=LATENESS)
        await live.rules.refresh()
        silences, tick = silences_of(live), tick_at(NOON)
        for document in documents:
            clock[0] = document.fetched_at
            while tick < clock[0]:
                told += await silences.decide(tick)
                tick += TICK
            told += (await live.raise_alerts([document])).alerts
    finally:
        await database.aclose()
    return told


@settings(max_examples=40, deadline=None)
@given(ARRIVALS)
async def test_a_replay_of_any_stream_equals_what_happened_live(arrivals: list[Arrival]) -> None:
    documents = articles(arrivals)
    replayed = await build_replay(MEMORY, lateness=LATENESS).feed(documents)
    assert replayed == await told_live(documents)
