"""Triggers with memory on every store: over batches, restarts and replicas nothing is doubled and nothing missed."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from services.alert.adapters.sql_alerts import SqlAlerts
from services.alert.adapters.sql_dyads import SqlDyads
from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_upkeep import SqlUpkeep
from services.alert.core.triggers.settings import HalfLife
from services.alert.core.triggers.verdict import Verdict
from services.alert.flow import Alerting
from services.contracts.alert import Alert, Trigger
from services.contracts.document import Document
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.sql import Database
from services.runtime.deliver import Outcome
from tests.articles import NOON
from tests.contract.alert_store.stores import LATER, alerting_on, lease, silences_of
from tests.subscriptions import actor, dyad, news_at, subscription

HOUR = timedelta(hours=1)
LONG_AGO = NOON - 1_000 * HOUR
COUNT = {"count": {"at_least": 3, "sources": 2, "window": "6h"}}
SPIKE = {"spike": {"window": "1h", "ratio": 3, "baseline": "10h", "at_least": 3}}
FIRST = {"first": {"field": "actors.id", "look_back": "30d"}}
CHANGES = {"changes": {"by": 20, "window": "24h", "half_life": "6h"}}
SILENCE = {"silence": {"window": "6h"}}


def old(name: str, trigger: dict[str, Any], **changes: Any) -> Any:
    """A rule that is long there."""
    return subscription(name, trigger=trigger, created_at=LONG_AGO, updated_at=LONG_AGO, **changes)


async def raised(alerting: Alerting, *documents: Document) -> list[Alert]:
    return list((await alerting.raise_alerts(documents)).alerts)


async def verdicts(database: Database, rule: str, documents: Sequence[Document]) -> list[Verdict]:
    alerts = SqlAlerts(database)
    return [(await alerts.observed(rule, document.id))[0].verdict for document in documents]


async def test_a_count_goes_on_over_batches_and_restarts(open_store: Callable[[], Database]) -> None:
    first = await alerting_on(open_store(), old("many", COUNT))
    assert await raised(first, news_at(NOON, "a", "x.example"), news_at(NOON + HOUR, "b", "x.example")) == []
    second = await alerting_on(open_store())
    (alert,) = await raised(second, news_at(NOON + 2 * HOUR, "c", "y.example"))
    assert (alert.trigger, alert.episode, alert.group_key) == (Trigger.COUNT, "0", "")
    assert alert.count is not None
    assert (alert.count.stories, alert.count.sources) == (3, ("x.example", "y.example"))
    assert alert.reason.startswith("3 stories from 2 sources within 6 hours; ")
    assert alert.article is not None
    assert alert.article.id == news_at(NOON, "c").id


async def test_the_same_articles_again_count_nothing(database: Database) -> None:
    alerting = await alerting_on(database, old("many", COUNT))
    documents = [news_at(NOON, "a", "x.example"), news_at(NOON, "b", "x.example")]
    for _ in range(3):
        assert await raised(alerting, *documents) == []
    assert len(await raised(alerting, news_at(NOON, "c", "y.example"))) == 1


async def test_two_addresses_of_one_publisher_are_one_source(database: Database) -> None:
    alerting = await alerting_on(database, old("many", COUNT))
    same = [news_at(NOON, str(n), f"{host}.bbc.co.uk") for n, host in enumerate(("www", "news", "feeds"))]
    assert await raised(alerting, *same) == []
    assert len(await raised(alerting, news_at(NOON, "other", "itv.com"))) == 1


async def test_each_group_counts_alone(database: Database) -> None:
    rule = old(
        "many",
        {"count": {"at_least": 2, "window": "6h", "by": ["actors.id"]}},
        query="actors:{ type:person }",
    )
    alerting = await alerting_on(database, rule)
    a, b = ([actor("putin"), actor("xi")], [actor("xi")])
    assert await raised(alerting, news_at(NOON, "1", actors=a)) == []
    (alert,) = await raised(alerting, news_at(NOON, "2", actors=b))
    assert alert.count is not None
    assert alert.count.group == {"id": "xi"}
    assert "2 stories from 1 source for id xi within 6 hours" in alert.reason


@pytest.mark.parametrize(
    ("trigger", "changes"),
    [(COUNT, {}), (SPIKE, {}), (FIRST, {"actors": [actor("wagner")]}), (CHANGES, {"dyads": [dyad(90)]})],
    ids=["count", "spike", "first", "changes"],
)
class TestPassedOver:
    async def test_what_comes_too_late_counts_as_late_and_feeds_nothing(
        self, database: Database, trigger: dict[str, Any], changes: dict[str, Any]
    ) -> None:
        alerting = await alerting_on(database, old("rule", trigger), old("each", "each"))  # type: ignore[arg-type]
        calm = [news_at(NOON, "calm", dyads=[dyad(10)])] if "dyads" in changes else []
        await raised(alerting, *calm)
        late = [
            news_at(NOON, str(n), f"{n}.example", fetched_at=NOON + timedelta(days=1, seconds=1), **changes)
            for n in range(5)
        ]
        found = await alerting.raise_alerts(late)
        assert set(found.outcomes) == {Outcome.LATE}
        assert [alert.trigger for alert in found.alerts] == [Trigger.EACH] * 5
        assert set(await verdicts(database, "rule", late)) == {Verdict.LATE}

    async def test_what_is_just_in_time_is_looked_at(
        self, database: Database, trigger: dict[str, Any], changes: dict[str, Any]
    ) -> None:
        alerting = await alerting_on(database, old("rule", trigger))
        calm = [news_at(NOON, "calm", dyads=[dyad(10)])] if "dyads" in changes else []
        await raised(alerting, *calm)
        in_time = [
            news_at(NOON, str(n), f"{n}.example", fetched_at=NOON + timedelta(days=1), **changes) for n in range(5)
        ]
        found = await alerting.raise_alerts(in_time)
        assert set(found.outcomes) == {Outcome.DONE}
        assert [alert.trigger for alert in found.alerts] == [Trigger(next(iter(trigger)))]

    async def test_a_later_revision_feeds_nothing(
        self, database: Database, trigger: dict[str, Any], changes: dict[str, Any]
    ) -> None:
        alerting = await alerting_on(database, old("rule", trigger))
        await raised(alerting, *(news_at(NOON, str(n), f"{n}.example", text="Nothing.") for n in range(5)))
        revised = [news_at(NOON, str(n), f"{n}.example", revision=2, **changes) for n in range(5)]
        found = await alerting.raise_alerts(revised)
        assert set(found.outcomes) == {Outcome.DONE}
        assert found.alerts == ()
        assert set(await verdicts(database, "rule", revised)) == {Verdict.REVISED}

    async def test_history_notifies_nobody(
        self, database: Database, trigger: dict[str, Any], changes: dict[str, Any]
    ) -> None:
        alerting = await alerting_on(database, old("rule", trigger))
        await raised(alerting, news_at(NOON, "calm", dyads=[dyad(10)], historic=True))
        past = [news_at(NOON, str(n), f"{n}.example", historic=True, **changes) for n in range(9)]
        found = await alerting.raise_alerts(past)
        assert (set(found.outcomes), found.alerts) == ({Outcome.DONE}, ())


async def test_history_feeds_the_baselines_of_a_young_rule(database: Database) -> None:
    young = [subscription("spike", trigger=SPIKE), subscription("first", trigger=FIRST)]
    alerting = await alerting_on(database, *young)
    past = [
        news_at(NOON - timedelta(days=40), "oldest", historic=True),
        news_at(NOON - timedelta(days=2), "known", actors=[actor("putin")], historic=True),
    ]
    await raised(alerting, *past)
    burst = [news_at(NOON + timedelta(minutes=n), str(n), actors=[actor("putin")]) for n in range(3)]
    assert [alert.trigger for alert in await raised(alerting, *burst)] == [Trigger.SPIKE]
    (alert,) = await raised(alerting, news_at(NOON + HOUR, "new", actors=[actor("wagner")]))
    assert (alert.trigger, alert.group_key) == (Trigger.FIRST, "wagner")
    assert alert.reason.startswith("wagner is new (not seen before); ")
    assert [quote.quote for quote in alert.evidence if quote.field == "actors"] == ["Leaders fear an invasion."]


async def test_history_is_never_late(database: Database) -> None:
    alerting = await alerting_on(database, subscription("first", trigger=FIRST))
    oldest = news_at(NOON - timedelta(days=40), "old", historic=True, fetched_at=NOON, actors=[actor("putin")])
    found = await alerting.raise_alerts([oldest])
    assert (found.outcomes, found.alerts) == ((Outcome.DONE,), ())
    (alert,) = await raised(alerting, news_at(NOON, "new", actors=[actor("putin")]))
    assert alert.first is not None
    assert alert.first.last_seen == oldest.published


async def test_without_its_history_a_young_rule_is_mute(database: Database) -> None:
    young = [subscription("spike", trigger=SPIKE), subscription("first", trigger=FIRST)]
    alerting = await alerting_on(database, *young)
    burst = [news_at(NOON + timedelta(minutes=n), str(n), actors=[actor("putin")]) for n in range(3)]
    assert await raised(alerting, *burst) == []
    assert await verdicts(database, "spike", burst[-1:]) == [Verdict.BASELINE_SHORT]
    assert await verdicts(database, "first", burst[:1]) == [Verdict.LOOK_BACK_SHORT]


class TestSilence:
    async def test_it_is_told_once_without_an_article(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription("quiet", trigger=SILENCE))
        silences = silences_of(alerting)
        assert await silences.decide(NOON + 6 * HOUR - timedelta(seconds=10)) == []
        (alert,) = await silences.decide(NOON + 6 * HOUR)
        assert (alert.article, alert.evidence, alert.story_id, alert.episode) == (None, (), "", "0")
        assert alert.reason == "nothing matched for 6 hours (never since it began)."
        assert await silences.decide(NOON + 7 * HOUR) == []
        assert await SqlAlerts(database).get_alert(alert.id, team=DEFAULT_TEAM) == alert
        (row,) = await lease(SqlOutbox(database), now=NOON + 7 * HOUR)
        assert row.message == alert

    async def test_a_match_puts_it_off_and_ends_it(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription("quiet", trigger=SILENCE))
        silences = silences_of(alerting)
        await raised(alerting, news_at(NOON + HOUR, "a"))
        assert await silences.decide(NOON + 6 * HOUR) == []
        assert len(await silences.decide(NOON + 7 * HOUR)) == 1
        await raised(alerting, news_at(NOON + 8 * HOUR, "b"))
        assert await silences.decide(NOON + 13 * HOUR) == []
        (second,) = await silences.decide(NOON + 14 * HOUR)
        assert second.episode == "1"
        assert "the last match was on 2022-02-07 20:00 UTC" in second.reason

    async def test_what_another_replica_heard_counts(self, open_store: Callable[[], Database]) -> None:
        here = await alerting_on(open_store(), subscription("quiet", trigger=SILENCE))
        there = await alerting_on(open_store())
        silences = silences_of(here)
        assert len(await silences.decide(NOON + 6 * HOUR)) == 1
        await raised(there, news_at(NOON + 7 * HOUR, "a"))
        assert await silences.decide(NOON + 12 * HOUR) == []
        assert len(await silences.decide(NOON + 13 * HOUR)) == 1

    async def test_a_double_tick_tells_once(self, open_store: Callable[[], Database]) -> None:
        rules = [subscription(f"quiet{n}", trigger=SILENCE) for n in range(10)]
        replicas = [await alerting_on(open_store(), *rules), await alerting_on(open_store())]
        ticks = (silences_of(replica).decide(NOON + 6 * HOUR) for replica in replicas)
        told = [alert.id for alerts in await asyncio.gather(*ticks) for alert in alerts]
        assert len(told) == len(set(told)) == 10

    async def test_a_paused_rule_is_not_silent_and_an_edit_begins_anew(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription("quiet", trigger=SILENCE, paused=True))
        assert await silences_of(alerting).decide(NOON + 9 * HOUR) == []
        edited = subscription("edited", trigger=SILENCE, version=2, updated_at=NOON + 5 * HOUR)
        await alerting_on(database, edited)
        await alerting.rules.refresh()
        assert await silences_of(alerting).decide(NOON + 10 * HOUR) == []
        assert len(await silences_of(alerting).decide(NOON + 11 * HOUR)) == 1


class TestDyads:
    async def test_one_series_is_fed_once_an_article_whatever_the_rules(self, database: Database) -> None:
        alerting = await alerting_on(database, old("one", CHANGES), old("two", CHANGES))
        article = news_at(NOON, "a", dyads=[dyad(40), dyad(10, "USA", "CHN")])
        for _ in range(2):
            await raised(alerting, article, news_at(NOON, "b", "Quiet.", dyads=[dyad(20)]))
        dyads = SqlDyads(database)
        series = await dyads.series("RUS-UKR")
        assert series is not None
        assert (series.articles, round(series.mean(HalfLife.DAY), 6)) == (2, 30)
        assert await dyads.series("DEU-FRA") is None

    async def test_a_move_is_told_once_a_window_to_each_rule(self, database: Database) -> None:
        alerting = await alerting_on(database, old("one", CHANGES), old("two", CHANGES))
        calm = [news_at(NOON + n * HOUR, f"calm{n}", dyads=[dyad(10)]) for n in range(3)]
        assert await raised(alerting, *calm) == []
        fierce = [news_at(NOON + n * HOUR, f"fierce{n}", dyads=[dyad(90)]) for n in range(4, 7)]
        told = await raised(alerting, *fierce[:1]) + await raised(alerting, *fierce[1:])
        assert sorted(alert.subscription_id for alert in told) == ["one", "two"]
        move = told[0].changes
        assert move is not None
        assert (move.dyad, move.before) == ("RUS-UKR", 10)
        assert told[0].reason.startswith("tension of RUS-UKR rose from 10 to ")

    async def test_historic_articles_feed_it_and_tell_nobody(self, database: Database) -> None:
        alerting = await alerting_on(database, old("one", CHANGES))
        past = [news_at(NOON - 3 * HOUR + n * HOUR, f"p{n}", dyads=[dyad(90.0 * n)], historic=True) for n in range(2)]
        assert await raised(alerting, *past) == []
        series = await SqlDyads(database).series("RUS-UKR")
        assert series is not None
        assert series.articles == 2
        (alert,) = await raised(alerting, news_at(NOON, "now", dyads=[dyad(90)]))
        assert alert.changes is not None
        assert alert.changes.before == 0

    async def test_retention_takes_its_history_and_leaves_where_it_stands(self, database: Database) -> None:
        alerting = await alerting_on(database)
        await raised(alerting, *(news_at(NOON + n * HOUR, str(n), dyads=[dyad(n)]) for n in range(3)))
        await SqlUpkeep(database).expire(NOON + 2 * HOUR)
        dyads = SqlDyads(database)
        left = (await dyads.points("RUS-UKR", since=None, until=None, cursor=None, limit=9)).items
        assert [point.at for point in left] == [NOON + 2 * HOUR]
        series = await dyads.series("RUS-UKR")
        assert series is not None
        assert series.articles == 3

    async def test_its_history_pages_back_in_time(self, database: Database) -> None:
        alerting = await alerting_on(database)
        await raised(alerting, *(news_at(NOON + n * HOUR, str(n), dyads=[dyad(n)]) for n in range(5)))
        dyads, cursor = SqlDyads(database), None
        found: list[Any] = []
        while True:
            page = await dyads.points("RUS-UKR", since=NOON + HOUR, until=None, cursor=cursor, limit=2)
            found += page.items
            cursor = page.cursor
            if cursor is None:
                break
        assert [point.at for point in found] == [NOON + n * HOUR for n in (4, 3, 2, 1)]
        first = (await dyads.points("RUS-UKR", since=None, until=NOON + HOUR, cursor=None, limit=9)).items
        assert [point.extent(HalfLife.DAY) for point in first] == [(0, 0, 0)]


async def test_replicas_that_share_the_articles_tell_what_one_would_have_told(
    open_store: Callable[[], Database],
) -> None:
    """Half of the articles each, and some both: a burst is told once whoever completes it."""
    rules = [
        old("many", COUNT),
        old("loud", SPIKE),
        old("new", FIRST),
        old("tense", CHANGES),
    ]
    documents = [
        news_at(
            NOON + timedelta(minutes=10 * n),
            str(n),
            f"{n % 3}.example",
            actors=[actor(f"actor{n // 10}")],
            dyads=[dyad(10 if n < 20 else 95)],
        )
        for n in range(40)
    ]
    first, second = await alerting_on(open_store(), *rules), await alerting_on(open_store())

    async def work(alerting: Alerting, share: Sequence[Document]) -> list[Alert]:
        return [alert for i in range(0, len(share), 4) for alert in await raised(alerting, *share[i : i + 4])]

    async with asyncio.timeout(120):
        told = await asyncio.gather(work(first, documents[::2] + documents[:9]), work(second, documents[1::2]))
    every = [alert for alerts in told for alert in alerts]
    assert len({alert.id for alert in every}) == len(every)
    by_rule = {rule.id: [alert for alert in every if alert.subscription_id == rule.id] for rule in rules}
    assert {alert.group_key for alert in by_rule["new"]} == {f"actor{n}" for n in range(4)}
    assert len(by_rule["new"]) == 4
    ends = sorted(alert.count.until for alert in by_rule["many"] if alert.count)
    assert ends, "a burst of forty articles in under seven hours is told"
    assert all(later - earlier >= 6 * HOUR for earlier, later in pairwise(ends))
    assert len(by_rule["tense"]) == 1
    assert len(by_rule["loud"]) >= 1
    assert by_rule["tense"][0].raised_at == LATER


async def test_a_rule_that_is_changed_to_another_trigger_and_back_repeats_no_episode(database: Database) -> None:
    alerting = await alerting_on(database, old("rule", COUNT))
    burst = [news_at(NOON, str(n), f"{n}.example") for n in range(3)]
    (first,) = await raised(alerting, *burst)
    store = alerting.rules._subscriptions
    await store.replace(old("rule", SPIKE, version=2), 1)
    await alerting.rules.refresh()
    later = [news_at(NOON + 20 * HOUR, f"s{n}", f"{n}.example") for n in range(3)]
    (spike,) = await raised(alerting, *later)
    await store.replace(old("rule", COUNT, version=3), 2)
    await alerting.rules.refresh()
    latest = [news_at(NOON + 40 * HOUR, f"c{n}", f"{n}.example") for n in range(3)]
    (second,) = await raised(alerting, *latest)
    assert [first.episode, spike.episode, second.episode] == ["0", "0", "1"]
    assert len({first.id, spike.id, second.id}) == 3
