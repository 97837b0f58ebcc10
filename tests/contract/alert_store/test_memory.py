"""What every store promises of what was observed: nothing twice, nothing forgotten."""

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from services.alert.adapters.sql_alerts import SqlAlerts
from services.alert.app import build_alerting
from services.alert.core.triggers.verdict import Verdict
from services.alert.flow import Alerting
from services.contracts.alert import Trigger
from services.contracts.document import Document
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.sql import Database
from tests.contract.alert_store.stores import DONE, DUPLICATE, LATER, alerting_on
from tests.subscriptions import TROOPS, ladder, news, subscription, troops, webhook


class TestMemory:
    async def test_an_article_is_observed_and_alerted_once(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription(channels=[webhook()]))
        first = await alerting.raise_alerts([news("a"), news("b", "Nothing to see.")])
        again = await alerting.raise_alerts([news("a"), news("b", "Nothing to see.")])
        assert first.outcomes == (DONE, DONE)
        assert [alert.story_id for alert in first.alerts] == [news("a").story.id]
        assert again.outcomes == (DUPLICATE, DUPLICATE)
        assert again.alerts == ()
        (seen,) = await SqlAlerts(database).observed("invasion", news("a").id)
        assert (seen.verdict, seen.alert_id) == (Verdict.NEW_STORY, first.alerts[0].id)

    async def test_a_restart_forgets_nothing(self, open_store: Callable[[], Database]) -> None:
        before = await alerting_on(open_store(), subscription())
        assert len((await before.raise_alerts([news("a")])).alerts) == 1
        after = await alerting_on(open_store())
        assert (await after.raise_alerts([news("a")])).alerts == ()

    async def test_an_older_revision_is_a_duplicate_and_a_newer_one_is_decided_on(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription())
        revisions = [news("a", revision=2), news("a", revision=1), news("a", revision=3)]
        raised = await alerting.raise_alerts(revisions)
        assert raised.outcomes == (DONE, DUPLICATE, DONE)
        assert len(raised.alerts) == 1
        seen = await SqlAlerts(database).observed("invasion", news("a").id)
        assert [(o.revision, o.verdict) for o in seen] == [(3, Verdict.STORY_TOLD), (2, Verdict.NEW_STORY)]

    async def test_one_story_is_told_once_within_a_batch_and_over_batches(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription())
        copies = [news(name, story={"id": "siege-of-a"}) for name in ("a", "b", "c")]
        assert len((await alerting.raise_alerts(copies[:2])).alerts) == 1
        assert (await alerting.raise_alerts(copies[2:])).alerts == ()

    async def test_history_notifies_nobody_and_is_seen_all_the_same(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription())
        raised = await alerting.raise_alerts([news("a", historic=True)])
        assert (raised.outcomes, raised.alerts) == ((DONE,), ())
        assert (await alerting.raise_alerts([news("a")])).outcomes == (DUPLICATE,)

    async def test_a_ladder_remembers_its_level_over_batches(self, database: Database) -> None:
        rule = subscription(query=TROOPS, trigger=ladder(100_000, 150_000, 200_000))
        alerting = await alerting_on(database, rule)
        raised = [
            [alert.level.rung for alert in (await alerting.raise_alerts([troops(str(n), n)])).alerts if alert.level]
            for n in (90_000, 110_000, 120_000, 210_000, 160_000)
        ]
        assert raised == [[], [100_000], [], [200_000], []]

    async def test_two_groups_of_one_article_raise_two_alerts(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription(query=TROOPS, trigger=ladder(100_000)))
        both = troops("a", 110_000, 120_000)
        found = [
            quantity.model_copy(update={"who": who})
            for quantity, who in zip(both.quantities, ("RUS", "BLR"), strict=True)
        ]
        raised = await alerting.raise_alerts([both.model_copy(update={"quantities": tuple(found)})])
        assert sorted(alert.level.group["who"] for alert in raised.alerts if alert.level) == ["BLR", "RUS"]
        assert {alert.trigger for alert in raised.alerts} == {Trigger.CROSSES}
        quoted = {
            alert.level.group["who"]: [q.finding["quote"] for q in alert.evidence]
            for alert in raised.alerts
            if alert.level
        }
        assert quoted == {"RUS": ["110000 troops"], "BLR": ["120000 troops"]}

    async def test_replicas_that_get_the_same_messages_raise_each_alert_once(
        self, open_store: Callable[[], Database]
    ) -> None:
        each, climbs = (
            subscription("each"),
            subscription("climbs", query=TROOPS, trigger=ladder(*range(1_000, 9_000, 1_000))),
        )
        first = await alerting_on(open_store(), each, climbs)
        second = await alerting_on(open_store())
        documents: list[Document] = [troops(str(n), n * 100, story={"id": str(n % 7)}) for n in range(1, 81)]
        documents += [news(f"n{n}", story={"id": str(n % 7)}) for n in range(20)]

        async def work(alerting: Alerting, order: list[Document]) -> list[str]:
            made = []
            for i in range(0, len(order), 5):
                made += [alert.id for alert in (await alerting.raise_alerts(order[i : i + 5])).alerts]
            return made

        async with asyncio.timeout(120):
            made = await asyncio.gather(work(first, documents), work(second, documents[::-1]))
        every = made[0] + made[1]
        assert len(every) == len(set(every))
        listed = (await SqlAlerts(open_store()).list_alerts(team=DEFAULT_TEAM, limit=1_000)).items
        assert {alert.id for alert in listed} == set(every)
        assert len([alert for alert in listed if alert.subscription_id == "each"]) == 7
        assert max(alert.level.rung for alert in listed if alert.level) == 8_000

    async def test_what_fails_half_way_leaves_nothing(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription())

        def fail(*_: Any) -> Any:
            raise LookupError

        broken = build_alerting(database, now=lambda: LATER)
        object.__setattr__(broken, "decider", type("Broken", (), {"decide": fail})())
        await broken.rules.refresh()
        with pytest.raises(LookupError):
            await broken.raise_alerts([news("a")])
        assert (await alerting.raise_alerts([news("a")])).outcomes == (DONE,)
