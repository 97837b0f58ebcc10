"""What every store promises of later editions: whoever got an alert is told what became of it, once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from sqlalchemy import Connection, update

from services.alert.adapters.sql_alerts import SqlAlerts
from services.alert.adapters.sql_silences import SqlSilences
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.adapters.tables import DELIVERIES
from services.alert.core.outbox import Cause, State
from services.alert.core.subscriptions import revise
from services.contracts.alert import Alert, Kind
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.sql import Database
from tests.contract.alert_store.desk import HOUR, Desk, entry, rule, silence
from tests.contract.alert_store.stores import alerting_on
from tests.subscriptions import TROOPS, ladder, news, subscription, troops, webhook

STORY: dict[str, Any] = {"story": {"id": "build-up"}}
OTHER: dict[str, Any] = {"source": {"name": "Other News", "domain": "other.example"}}
FIRM = "quantities:{ unit:troops and near:UKR and low >= 100000 and status:reported }"


async def editions(desk: Desk, *documents: Any) -> list[Alert]:
    """Those that the documents bring, each document a batch of its own."""
    found: list[Alert] = []
    for document in documents:
        found += (await desk.alerting.raise_alerts([document])).editions
    return found


async def send(desk: Desk) -> list[Any]:
    """A second later, what subscribers get."""
    desk.now += timedelta(seconds=1)
    return await desk.send()


def kinds(found: list[Alert]) -> list[Kind]:
    return [edition.kind for edition in found]


class TestEditions:
    async def test_a_higher_number_in_a_later_revision_is_an_update_of_the_same_alert(self, desk: Desk) -> None:
        await desk.subscribe(rule(query=FIRM))
        (alert,) = (await desk.alerting.raise_alerts([troops("a", 110_000)])).alerts
        (later,) = await editions(desk, troops("a", 130_000, revision=2))
        assert (later.kind, later.id, later.article and later.article.revision) == (Kind.UPDATE, alert.id, 2)
        assert later.reason == (
            "110,000 troops of RUS near UKR before, now 130,000; 130,000 troops of RUS near UKR, reported."
        )
        assert later.evidence[0].finding["quote"] == "130000 troops"
        assert [(m.kind, m.edition) for m in await send(desk)] == [(Kind.ALERT, 0), (Kind.UPDATE, later.edition)]

    async def test_a_revision_without_the_number_is_a_correction(self, desk: Desk) -> None:
        await desk.subscribe(rule(query=FIRM))
        found = await editions(desk, troops("a", 110_000), troops("a", 90_000, revision=2))
        assert [(e.kind, e.reason) for e in found] == [
            (
                Kind.CORRECTION,
                "the article no longer says so; 110,000 troops of RUS near UKR before, now 90,000.",
            )
        ]
        assert found[0].evidence[0].finding["quote"] == "90000 troops"

    async def test_a_story_can_be_taken_back_and_said_again(self, desk: Desk) -> None:
        await desk.subscribe(rule())
        revisions = [news("a"), news("a", "Nothing.", revision=2), news("a", "Nothing!", revision=3)]
        found = await editions(desk, *revisions, news("a", revision=4))
        assert kinds(found) == [Kind.CORRECTION, Kind.UPDATE]
        assert found[0].evidence[0].quote == "Nothing."
        assert found[1].reason.startswith("the article says so again; ")
        assert found[1].raised_at > found[0].raised_at

    async def test_the_editions_of_an_alert_are_read_in_the_order_they_were_made(self, desk: Desk) -> None:
        await desk.subscribe(rule())
        (alert,) = (await desk.alerting.raise_alerts([news("a")])).alerts
        alerts = SqlAlerts(desk.database)
        assert await alerts.editions(alert.id) == []
        made = await editions(desk, news("a", "Nothing.", revision=2), news("a", revision=3))
        assert await alerts.editions(alert.id) == made

    async def test_another_article_of_the_story_adds_a_number_or_a_source_and_refutes_nothing(self, desk: Desk) -> None:
        await desk.subscribe(rule(query=FIRM))
        found = await editions(
            desk,
            troops("a", 110_000, **STORY),
            troops("copy", 110_000, **STORY),
            news("silent", "Nothing.", **STORY),
            troops("lower", 105_000, **STORY),
            troops("second", 110_000, **STORY, **OTHER),
            troops("higher", 130_000, **STORY),
        )
        assert [edition.reason.partition(";")[0] for edition in found] == [
            "also reported by Other News",
            "110,000 troops of RUS near UKR before, now 130,000",
        ]

    async def test_articles_of_one_batch_follow_each_other(self, desk: Desk) -> None:
        await desk.subscribe(rule(query=FIRM))
        raised = await desk.alerting.raise_alerts([troops("a", 110_000, **STORY), troops("b", 130_000, **STORY)])
        assert [e.id for e in raised.editions] == [alert.id for alert in raised.alerts]
        assert [message.kind for message in await send(desk)] == [Kind.ALERT, Kind.UPDATE]

    async def test_a_rung_that_raises_an_alert_of_its_own_is_no_update(self, desk: Desk) -> None:
        await desk.subscribe(rule(query=TROOPS, trigger=ladder(100_000, 150_000)))
        assert await editions(desk, troops("a", 110_000), troops("a", 160_000, revision=2)) == []
        assert [message.kind for message in await send(desk)] == [Kind.ALERT, Kind.ALERT]

    async def test_a_level_that_rises_between_rungs_is_an_update(self, desk: Desk) -> None:
        await desk.subscribe(rule(query=TROOPS, trigger=ladder(100_000, 150_000)))
        (later,) = await editions(desk, troops("a", 110_000), troops("a", 130_000, revision=2))
        assert later.level is not None
        assert (later.level.before, later.level.after, later.level.rung) == (110_000, 130_000, 100_000)

    async def test_of_two_rungs_the_newest_goes_on_and_the_older_is_taken_back_by_its_own_article(
        self, desk: Desk
    ) -> None:
        await desk.subscribe(rule(query=TROOPS, trigger=ladder(100_000, 150_000)))
        (low,) = (await desk.alerting.raise_alerts([troops("a", 110_000, **STORY)])).alerts
        desk.now += HOUR
        (high,) = (await desk.alerting.raise_alerts([troops("b", 160_000, **STORY)])).alerts
        desk.now += HOUR
        found = await editions(
            desk,
            troops("b", 175_000, revision=2, **STORY),
            news("a", "Nothing.", revision=2, **STORY),
            news("b", "Nothing.", revision=3, **STORY),
            news("b", "Nothing!", revision=4, **STORY),
        )
        assert [(edition.id, edition.kind) for edition in found] == [
            (high.id, Kind.UPDATE),
            (low.id, Kind.CORRECTION),
            (high.id, Kind.CORRECTION),
        ]

    async def test_a_new_group_of_an_article_keeps_no_update_from_the_other(self, desk: Desk) -> None:
        await desk.subscribe(rule(query=TROOPS, trigger=ladder(100_000)))
        await editions(desk, troops("a", 110_000))
        both = troops("a", 130_000, 120_000, revision=2)
        quantities = [
            quantity.model_copy(update={"who": who})
            for quantity, who in zip(both.quantities, ("RUS", "BLR"), strict=True)
        ]
        raised = await desk.alerting.raise_alerts([both.model_copy(update={"quantities": tuple(quantities)})])
        assert [alert.level.group["who"] for alert in raised.alerts if alert.level] == ["BLR"]
        assert [edition.level.group["who"] for edition in raised.editions if edition.level] == ["RUS"]

    async def test_what_comes_again_brings_nothing(self, desk: Desk) -> None:
        await desk.subscribe(rule(query=FIRM))
        revisions = [troops("a", 110_000), troops("a", 130_000, revision=2)]
        assert len(await editions(desk, *revisions)) == 1
        assert await editions(desk, *revisions) == []
        assert len(await send(desk)) == 2

    async def test_history_follows_nothing(self, desk: Desk) -> None:
        await desk.subscribe(rule())
        assert await editions(desk, news("a"), news("a", "Nothing.", revision=2, historic=True)) == []

    async def test_a_rule_that_asks_for_something_else_now_corrects_nothing(self, desk: Desk) -> None:
        await desk.subscribe(rule())
        await editions(desk, news("a"))
        store = SqlSubscriptions(desk.database)
        stored = await store.get("invasion", team=DEFAULT_TEAM)
        assert stored is not None
        draft = stored.draft.model_copy(update={"query": "blockade"})
        await store.replace(revise(stored, draft, desk.now), 1)
        await desk.alerting.rules.refresh()
        assert await editions(desk, news("a", "Nothing.", revision=2)) == []

    async def test_a_paused_or_deleted_subscription_hears_no_more(self, desk: Desk) -> None:
        await desk.subscribe(rule())
        await editions(desk, news("a"))
        await SqlSubscriptions(desk.database).delete("invasion", 1, team=DEFAULT_TEAM)
        await desk.alerting.rules.refresh()
        assert await editions(desk, news("a", "Nothing.", revision=2)) == []


class TestWhoIsTold:
    async def test_a_channel_that_never_got_the_alert_is_spared_and_the_index_is_not(self, desk: Desk) -> None:
        first, second = webhook(), webhook("https://receiver.example/new")
        await desk.subscribe(rule(channels=[first]))
        (alert,) = await desk.hear("a")
        store = SqlSubscriptions(desk.database)
        stored = await store.get("invasion", team=DEFAULT_TEAM)
        assert stored is not None
        both = subscription(channels=[first, second]).channels
        await store.replace(revise(stored, stored.draft.model_copy(update={"channels": both}), desk.now), 1)
        await desk.alerting.rules.refresh()
        assert kinds(await editions(desk, news("a", "Nothing.", revision=2))) == [Kind.CORRECTION]
        rows = await SqlAlerts(desk.database).deliveries(alert.id)
        assert sorted(row["channel"] for row in rows if row["edition"]) == sorted(["index", stored.channels[0].key])

    async def test_whoever_was_not_told_the_alert_is_not_told_its_correction(self, desk: Desk) -> None:
        await desk.subscribe(rule())
        await desk.hear("a")

        def fail(connection: Connection) -> None:
            connection.execute(update(DELIVERIES).values(state=State.FAILED, cause=Cause.REFUSED))

        await desk.database.write(fail)
        assert kinds(await editions(desk, news("a", "Nothing.", revision=2))) == [Kind.CORRECTION]
        assert await send(desk) == []

    async def test_a_correction_passes_a_cooldown_and_an_update_does_not(self, desk: Desk) -> None:
        await desk.subscribe(rule(query=FIRM, cooldown="1h"))
        await editions(desk, troops("a", 110_000))
        await editions(desk, troops("a", 130_000, revision=2), troops("a", 5, revision=3))
        assert [message.kind for message in await send(desk)] == [Kind.ALERT, Kind.CORRECTION]
        assert (await desk.states())[State.SUPPRESSED, Cause.COOLDOWN] == 1

    async def test_a_silence_stops_corrections_too(self, desk: Desk) -> None:
        await desk.subscribe(rule(tags=["desk"]))
        await desk.hear("a")
        assert len(await send(desk)) == 1
        await SqlSilences(desk.database).create(silence(), team=DEFAULT_TEAM, audit=entry())
        desk.now += timedelta(minutes=5)
        await editions(desk, news("a", "Nothing.", revision=2))
        assert await send(desk) == []
        assert desk.now < silence().starts_at + HOUR


async def test_replicas_make_each_edition_once(open_store: Callable[[], Database]) -> None:
    rules = [subscription(f"r{n}", query=FIRM, channels=[webhook()]) for n in range(5)]
    first = await alerting_on(open_store(), *rules)
    second = await alerting_on(open_store())
    names = [f"a{n}" for n in range(8)]
    await first.raise_alerts([troops(name, 110_000) for name in names])
    revised = [troops(name, 130_000, revision=2) for name in names]

    async def work(alerting: Any, documents: list[Any]) -> list[tuple[str, int]]:
        made = []
        for i in range(0, len(documents), 2):
            raised = await alerting.raise_alerts(documents[i : i + 2])
            made += [(edition.id, edition.edition) for edition in raised.editions]
        return made

    async with asyncio.timeout(60):
        made = await asyncio.gather(work(first, revised), work(second, revised[::-1]))
    every = made[0] + made[1]
    assert len(every) == len(set(every)) == 40


async def test_two_articles_of_a_story_at_once_are_told_one_after_the_other(
    open_store: Callable[[], Database],
) -> None:
    first = await alerting_on(open_store(), subscription(query=FIRM))
    second = await alerting_on(open_store())
    await first.raise_alerts([troops("a", 110_000, **STORY)])
    async with asyncio.timeout(60):
        raised = await asyncio.gather(
            first.raise_alerts([troops("b", 130_000, **STORY)]),
            second.raise_alerts([troops("c", 130_000, **STORY)]),
        )
    assert sum(len(one.editions) for one in raised) == 1
