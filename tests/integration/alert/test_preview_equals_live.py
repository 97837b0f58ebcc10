"""A backtest tells what was told live: the same alerts, at the same times, for the same reasons, with every trigger."""

import asyncio
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.app import build_alerting, build_replay
from services.alert.clock import TICK, tick_at
from services.alert.core.backtest import Window
from services.alert.core.subscriptions import Subscription
from services.alert.previewing import Limits, Previewing
from services.alert.silences import Silences
from services.contracts.alert import Alert, Trigger
from services.contracts.document import Document
from services.runtime.adapters.embedded_index import EmbeddedIndex
from services.runtime.adapters.migrate import upgrade
from services.runtime.adapters.sql import open_database
from tests.articles import NOON
from tests.subscriptions import TROOPS, ladder, subscription, troops

END = NOON + timedelta(hours=3)
LATENESS = timedelta(minutes=20)
LIMITS = Limits(seconds=60, articles=100_000, alerts=10_000)
RULES = [
    subscription("each", query="troops and not language:fr"),
    subscription("crosses", query=TROOPS, trigger=ladder(100, 150, 200, window="30m")),
    subscription("count", query=TROOPS, trigger={"count": {"at_least": 2, "window": "15m"}}),
    subscription(
        "spike", query=TROOPS, trigger={"spike": {"window": "5m", "ratio": 2, "baseline": "20m", "at_least": 2}}
    ),
    subscription("first", query="troops", trigger={"first": {"field": "actors.id", "look_back": "30m"}}),
    subscription("silence", query=TROOPS, trigger={"silence": {"window": "20m"}}),
    subscription("changes", query="*", trigger={"changes": {"by": 10, "window": "1h", "half_life": "6h"}}),
    subscription(
        "pair", query="*", trigger={"changes": {"by": 10, "window": "1h", "half_life": "6h", "dyads": ["RUS-UKR"]}}
    ),
    subscription(
        "tense", query="dyads:{ score > 50 }", trigger={"changes": {"by": 10, "window": "1h", "dyads": ["RUS-UKR"]}}
    ),
    subscription("quoted", query="quantities:{ quote:* and low > 100 }"),
    subscription("clock", query="troops and @timestamp >= now-10m"),
]


@dataclass(frozen=True)
class Said:
    """One article: how long after the one before it arrived, how long before that it was published, what it says."""

    after_s: int
    delay_s: int
    number: int
    who: str
    tension: float
    kind: str


EVENTS = st.builds(
    Said,
    after_s=st.sampled_from([0, 0, 10, 60, 299, 600, 1500]),
    delay_s=st.sampled_from([0, 0, 5, 600, 1300]),
    number=st.sampled_from([50, 100, 140, 150, 210]),
    who=st.sampled_from(["RUS", "BLR"]),
    tension=st.sampled_from([0.0, 40.0, 90.0]),
    kind=st.sampled_from(["troops", "troops", "French", "rain"]),
)


def stream(events: list[Said]) -> list[Document]:
    """The articles in order of arrival."""
    at, documents = NOON + timedelta(minutes=1), []
    for number, said in enumerate(events):
        at += timedelta(seconds=said.after_s)
        changes: dict[str, Any] = {"published": at - timedelta(seconds=said.delay_s), "fetched_at": at}
        place = {"quote": "t", "start": 0, "end": 1, "sentence": 0}
        changes["actors"] = [{**place, "id": said.who, "name": said.who, "type": "state"}]
        changes["dyads"] = [{**place, "source": said.who, "target": "UKR", "score": said.tension}]
        changes["dyad_ids"] = [f"{said.who}-UKR"]
        made = troops(
            f"{number}", said.number, who=said.who, language="fr" if said.kind == "French" else "en", **changes
        )
        documents.append(made if said.kind != "rain" else made.model_copy(update={"quantities": (), "text": "Rain."}))
    return sorted(documents, key=lambda d: (d.arrived, d.id))


async def told_live(documents: list[Document], rules: list[Subscription]) -> dict[str, list[Alert]]:
    """Through the store, a batch at each moment of arrival, and every tick of the clock."""
    database = open_database("sqlite://")
    clock = NOON
    try:
        await database.write(upgrade)
        store = SqlSubscriptions(database)
        for rule in rules:
            await store.create(rule)
        alerting = build_alerting(database, now=lambda: clock, lateness=LATENESS)
        await alerting.rules.refresh()
        silences = Silences(lambda: alerting.rules.silences, alerting.memory, alerting.decider)
        alerts: list[Alert] = []
        tick = tick_at(NOON)
        for moment in sorted({document.arrived for document in documents}):
            while tick < moment:
                alerts += await silences.decide(tick)
                tick += TICK
            clock = moment
            batch = [document for document in documents if document.arrived == moment]
            alerts += (await alerting.raise_alerts(batch)).alerts
            heard = [rule.id for rule in rules if rule.kind is Trigger.SILENCE]
            silences.heard(heard)
        while tick <= END:
            alerts += await silences.decide(tick)
            tick += TICK
    finally:
        await database.aclose()
    return {rule.id: [alert for alert in alerts if alert.subscription_id == rule.id] for rule in rules}


async def told_by_previews(documents: list[Document], rules: list[Subscription]) -> dict[str, list[Alert]]:
    """Through the archive, a rule at a time."""
    index = EmbeddedIndex()
    try:
        await index.put(documents)
        previewing = Previewing(index, lambda rule: build_replay([rule], lateness=LATENESS))
        reports = {rule.id: await previewing.preview(rule, Window(NOON, END), LIMITS) for rule in rules}
    finally:
        await index.aclose()
    return {name: [fired.alert for fired in report.tally.fired] for name, report in reports.items()}


@settings(max_examples=12, deadline=None)
@given(st.lists(EVENTS, min_size=1, max_size=14))
def test_a_backtest_of_a_stream_is_what_was_told_live(events: list[Said]) -> None:
    documents = stream(events)
    live = asyncio.run(told_live(documents, RULES))
    assert asyncio.run(told_by_previews(documents, RULES)) == live


def test_every_trigger_is_among_the_rules_and_fires_on_some_stream() -> None:
    """So that the law above is no law about silence."""
    quiet = [Said(240, 0, 50, "RUS", 0.0, "troops") for _ in range(8)]
    storm = [Said(10, 0, 210, who, 90.0, "troops") for who in ("BLR", "RUS", "RUS", "RUS", "RUS")]
    live = asyncio.run(told_live(stream([*quiet, *storm]), RULES))
    assert {rule.kind for rule in RULES} == set(Trigger)
    assert [name for name, alerts in live.items() if not alerts] == []
