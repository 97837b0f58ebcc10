"""What every store promises of budgets, cooldowns and quiet hours: nothing is overspent, told twice or lost."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from services.alert.adapters.noise_tables import COOLDOWNS
from services.alert.adapters.sql_deliveries import SqlDeliveries
from services.alert.adapters.sql_silences import SqlSilences
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.adapters.sql_upkeep import SqlUpkeep
from services.alert.core.outbox import Cause, Redelivery, State
from services.alert.core.subscriptions import revise
from services.contracts.alert import Kind
from services.contracts.notification import DigestCause
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.sql import Database
from tests.articles import NOON
from tests.contract.alert_store.desk import DAY, HOUR, Desk, entry, rule, silence
from tests.contract.alert_store.stores import lease
from tests.subscriptions import TROOPS, ladder, troops, webhook

EVENING = NOON + 12 * HOUR


class TestBudget:
    async def test_what_is_beyond_it_comes_ranked_when_the_day_ends(self, desk: Desk) -> None:
        await desk.subscribe(rule(daily_budget=2))
        first = await desk.hear("a", "b")
        over = [(await desk.hear(name, escalation={"score": score}))[0] for name, score in (("c", 10), ("d", 90))]
        over += await desk.hear("e", escalation={"score": 10})
        assert {a.id for a in await desk.send()} == {a.id for a in first}
        desk.now = EVENING - timedelta(seconds=1)
        assert await desk.tick_and_send() == []
        desk.now = EVENING
        (digest,) = await desk.tick_and_send()
        assert (digest.cause, digest.since, digest.until) == (DigestCause.BUDGET, NOON - 12 * HOUR, EVENING)
        assert digest.items[0].alert_id == over[1].id
        assert {item.alert_id for item in digest.items} == {a.id for a in over}
        assert len(await desk.hear("f")) == 1
        assert [m.kind for m in await desk.send()] == [Kind.ALERT]

    async def test_two_replicas_never_overspend_it(self, open_store: Callable[[], Database]) -> None:
        one, two = Desk(open_store()), Desk(open_store())
        await one.subscribe(rule(daily_budget=7))
        await two.subscribe()

        async def work(desk: Desk, names: list[str]) -> None:
            for i in range(0, len(names), 3):
                await desk.hear(*names[i : i + 3])

        async with asyncio.timeout(60):
            await asyncio.gather(work(one, [str(n) for n in range(30)]), work(two, [str(n) for n in range(45, 15, -1)]))
        assert await one.states() == {(State.WAITING, Cause.NONE): 7, (State.GATHERED, Cause.BUDGET): 39}

    async def test_an_alert_counts_once_whatever_its_channels_and_only_if_it_has_any(self, desk: Desk) -> None:
        await desk.subscribe(rule(daily_budget=1, channels=[webhook(), {"type": "console"}]), rule("none", channels=[]))
        await desk.hear("a", "b")
        assert await desk.states() == {(State.WAITING, Cause.NONE): 2, (State.GATHERED, Cause.BUDGET): 2}

    async def test_index_and_topic_get_every_alert_at_once(self, desk: Desk) -> None:
        await desk.subscribe(rule(daily_budget=1, digest={"every": "daily"}))
        await desk.hear("a", "b")
        assert [row.channel_key for row in await lease(desk.outbox, now=NOON)] == ["index", "index"]


class TestCooldown:
    async def test_two_replicas_tell_a_group_once(self, open_store: Callable[[], Database]) -> None:
        one, two = Desk(open_store()), Desk(open_store())
        await one.subscribe(rule(cooldown="1h"))
        await two.subscribe()
        async with asyncio.timeout(60):
            await asyncio.gather(one.hear(*"abcdef"), two.hear(*"uvwxyz"))
        assert await one.states() == {(State.WAITING, Cause.NONE): 1, (State.SUPPRESSED, Cause.COOLDOWN): 11}
        two.now = NOON + HOUR
        await two.hear("later")
        assert (await two.states())[State.WAITING, Cause.NONE] == 2

    async def test_each_group_has_its_own_and_a_higher_rung_passes(self, desk: Desk) -> None:
        await desk.subscribe(rule(query=TROOPS, trigger=ladder(100, 200, 300), cooldown="1d"))
        for n, (number, who) in enumerate([(110, "RUS"), (110, "BLR"), (50, "RUS"), (120, "RUS"), (210, "RUS")]):
            await desk.alerting.raise_alerts([troops(str(n), number, who=who)])
        assert await desk.states() == {(State.WAITING, Cause.NONE): 4}
        await desk.alerting.raise_alerts([troops("fall", 50), troops("again", 110)])
        assert await desk.states() == {(State.WAITING, Cause.NONE): 4, (State.SUPPRESSED, Cause.COOLDOWN): 1}

    async def test_retention_forgets_what_has_cooled(self, desk: Desk) -> None:
        await desk.subscribe(rule(cooldown="1h"))
        await desk.hear("a")
        await SqlUpkeep(desk.database).expire(NOON + DAY)
        count = select(func.count()).select_from(COOLDOWNS)
        assert await desk.database.read(lambda connection: connection.execute(count).scalar_one()) == 0


class TestQuietHours:
    SETTINGS: dict[str, Any] = {"quiet_hours": {"from": "11:00", "to": "14:00"}}

    async def test_held_alerts_are_sent_at_their_end_in_order(self, desk: Desk) -> None:
        await desk.subscribe(rule(**self.SETTINGS))
        told = [(await desk.hear(name))[0].id for name in "abc"]
        assert await desk.states() == {(State.WAITING, Cause.QUIET_HOURS): 3}
        desk.now = NOON + 2 * HOUR - timedelta(seconds=1)
        assert await desk.send() == []
        desk.now = NOON + 2 * HOUR
        assert sorted(message.id for message in await desk.send()) == sorted(told)
        assert await desk.states() == {(State.SENT, Cause.NONE): 3}

    async def test_a_retry_waits_for_their_end(self, desk: Desk) -> None:
        await desk.subscribe(rule(quiet_hours={"from": "12:30", "to": "14:00"}))
        await desk.hear("a")
        desk.now = NOON + HOUR
        assert await desk.send() == []
        assert await desk.states() == {(State.WAITING, Cause.QUIET_HOURS): 1}
        desk.now = NOON + 2 * HOUR
        assert len(await desk.send()) == 1

    async def test_a_pause_or_an_end_of_the_subscription_in_between_is_honoured(self, desk: Desk) -> None:
        first, second = rule("first", **self.SETTINGS), rule("second", **self.SETTINGS)
        await desk.subscribe(first, second)
        await desk.hear("a")
        store = SqlSubscriptions(desk.database)
        await store.replace(revise(first, first.draft.model_copy(update={"paused": True}), NOON), 1)
        await store.delete("second", None, team="default")
        desk.now = NOON + 2 * HOUR
        assert await desk.send() == []
        assert await desk.states() == {
            (State.CANCELLED, Cause.SUBSCRIPTION_PAUSED): 1,
            (State.CANCELLED, Cause.SUBSCRIPTION_REMOVED): 1,
        }


class TestSendingByHand:
    @pytest.mark.parametrize("state", [State.SENT, State.SUPPRESSED])
    async def test_nothing_that_spares_people_holds_up_what_they_ask_for(self, desk: Desk, state: State) -> None:
        await desk.subscribe(rule(tags=["desk"]))
        if state is State.SUPPRESSED:
            await SqlSilences(desk.database).create(silence(), team=DEFAULT_TEAM, audit=entry())
        await desk.hear("a")
        await desk.send()
        assert [found for found, _ in await desk.states()] == [state]
        subscriptions, log = SqlSubscriptions(desk.database), SqlDeliveries(desk.database)
        (stored,) = (await subscriptions.list(team=DEFAULT_TEAM, cursor=None, limit=1)).items
        quiet = rule(tags=["desk"], paused=True, quiet_hours={"from": "11:00", "to": "13:00"}).draft
        await subscriptions.replace(revise(stored, quiet, NOON), stored.version)
        page = await log.list(team=DEFAULT_TEAM, subscription_id=None, state=state, cursor=None, limit=9)
        (delivery,) = (item["id"] for item in page.items if item["channel"] != "index")
        assert await log.redeliver(delivery, team=DEFAULT_TEAM, now=NOON) is Redelivery.QUEUED
        (again,) = await lease(desk.outbox, now=NOON)
        assert (again.delivery_id, again.was_held) == (delivery, True)

    async def test_what_its_subscription_left_behind_is_not_sent_again(self, desk: Desk) -> None:
        await desk.subscribe(rule())
        await desk.hear("a")
        await desk.send()
        await SqlSubscriptions(desk.database).delete("invasion", None, team=DEFAULT_TEAM)
        log = SqlDeliveries(desk.database)
        page = await log.list(team=DEFAULT_TEAM, subscription_id=None, state=None, cursor=None, limit=9)
        (delivery,) = (item["id"] for item in page.items if item["channel"] != "index")
        assert await log.redeliver(delivery, team=DEFAULT_TEAM, now=NOON) is Redelivery.CHANNEL_REMOVED
