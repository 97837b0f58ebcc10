"""What every store promises of digests: each period once, whatever ticks or crashes."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import Connection, select

from services.alert.adapters import sql_digests
from services.alert.adapters.sql_alerts import SqlAlerts
from services.alert.adapters.sql_silences import SqlSilences
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.adapters.sql_upkeep import SqlUpkeep
from services.alert.adapters.tables import MESSAGES
from services.alert.core.outbox import Cause, State
from services.alert.core.subscriptions import revise
from services.contracts.alert import Kind
from services.runtime.adapters.sql import Database
from tests.articles import NOON
from tests.contract.alert_store.desk import DAY, HOUR, Desk, entry, rule, silence
from tests.subscriptions import webhook


def stored_messages(connection: Connection) -> list[tuple[str, str]]:
    return [(row.kind, row.id) for row in connection.execute(select(MESSAGES))]


class TestDigest:
    SETTINGS: dict[str, Any] = {"digest": {"every": "daily", "at": "18:00"}}
    CLOSE = NOON + 6 * HOUR

    async def test_a_period_is_told_once_to_each_channel(self, desk: Desk) -> None:
        await desk.subscribe(rule(**self.SETTINGS, channels=[webhook(), {"type": "console"}]))
        told = await desk.hear("a", "b")
        assert await desk.tick_and_send() == []
        desk.now = self.CLOSE
        first, second = await desk.tick_and_send()
        assert first == second
        assert (first.since, first.until, first.omitted) == (self.CLOSE - DAY, self.CLOSE, 0)
        assert {item.alert_id for item in first.items} == {alert.id for alert in told}
        assert await desk.states() == {(State.DIGESTED, Cause.DIGEST): 4, (State.SENT, Cause.NONE): 2}
        shown = [d for d in await SqlAlerts(desk.database).deliveries(told[0].id) if d["channel"] != "index"]
        assert {d["digest_id"] for d in shown} == {first.id}
        assert desk.queued == 1

    async def test_a_digest_is_kept_until_its_time_is_past_and_nothing_sends_it(self, desk: Desk) -> None:
        await desk.subscribe(rule(**self.SETTINGS))
        await desk.hear("a")
        desk.now = self.CLOSE
        await desk.ticks.tick(desk.now)
        upkeep, late = SqlUpkeep(desk.database), self.CLOSE + DAY
        await upkeep.expire(late)
        (waiting,) = await desk.send()
        assert waiting.kind is Kind.DIGEST
        await upkeep.expire(self.CLOSE)
        assert await desk.database.read(stored_messages) == [(Kind.DIGEST, waiting.id)]
        await upkeep.expire(late)
        assert await desk.database.read(stored_messages) == []

    async def test_a_double_tick_of_two_replicas_makes_it_once(self, open_store: Callable[[], Database]) -> None:
        one, two = Desk(open_store()), Desk(open_store())
        await one.subscribe(*(rule(f"r{n}", **self.SETTINGS) for n in range(5)))
        await one.hear("a", "b", "c")
        async with asyncio.timeout(60):
            await asyncio.gather(*(desk.ticks.tick(self.CLOSE) for desk in (one, two, one, two)))
        one.now = self.CLOSE
        digests = await one.send()
        assert sorted((d.subscription_id, len(d.items)) for d in digests) == [(f"r{n}", 3) for n in range(5)]
        assert one.queued + two.queued == 5

    async def test_a_crash_in_the_middle_leaves_the_period_for_the_next_tick(
        self, desk: Desk, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        await desk.subscribe(rule(**self.SETTINGS))
        await desk.hear("a")

        def crash(*_: Any) -> None:
            raise ZeroDivisionError

        desk.now = self.CLOSE
        with monkeypatch.context() as broken:
            broken.setattr(sql_digests, "queue", crash)
            with pytest.raises(ZeroDivisionError):
                await desk.ticks.tick(desk.now)
        assert await desk.states() == {(State.GATHERED, Cause.DIGEST): 1}
        (digest,) = await desk.tick_and_send()
        assert len(digest.items) == 1

    async def test_an_alert_that_comes_late_for_its_period_is_told_in_a_part_of_its_own(self, desk: Desk) -> None:
        await desk.subscribe(rule(**self.SETTINGS))
        await desk.hear("a")
        desk.now = self.CLOSE
        (first,) = await desk.tick_and_send()
        desk.now = self.CLOSE - timedelta(seconds=1)  # a replica that decided before the close and wrote after it
        (late,) = await desk.hear("b")
        desk.now = self.CLOSE + timedelta(seconds=10)
        (second,) = await desk.tick_and_send()
        assert [item.alert_id for item in second.items] == [late.id]
        assert (second.until, second.id != first.id) == (first.until, True)

    async def test_a_large_period_lists_the_gravest_and_counts_the_others(self, desk: Desk) -> None:
        await desk.subscribe(rule(**self.SETTINGS))
        for n in range(130):
            await desk.hear(str(n), escalation={"score": float(n % 100)})
        desk.now = self.CLOSE
        (digest,) = await desk.tick_and_send()
        assert (len(digest.items), digest.omitted) == (50, 80)
        told = [(await SqlAlerts(desk.database).get_alert(i.alert_id, team="default")) for i in digest.items]
        assert [a.escalation for a in told if a] == sorted((float(n % 100) for n in range(130)), reverse=True)[:50]

    async def test_what_is_silenced_by_its_close_is_left_out(self, desk: Desk) -> None:
        await desk.subscribe(rule(**self.SETTINGS))
        quiet, loud = [(await desk.hear(name, story={"id": name}))[0] for name in ("quiet", "loud")]
        matcher = {"label": "story", "value": "quiet"}
        await SqlSilences(desk.database).create(
            silence(matchers=[matcher], ends_at=NOON + DAY), team="default", audit=entry()
        )
        desk.now = self.CLOSE
        (digest,) = await desk.tick_and_send()
        assert ([item.alert_id for item in digest.items], digest.omitted) == ([loud.id], 0)
        (state,) = [d for d in await SqlAlerts(desk.database).deliveries(quiet.id) if d["channel"] != "index"]
        assert (state["state"], state["cause"]) == (State.SUPPRESSED, Cause.SILENCED)

    async def test_nobody_is_told_nothing(self, desk: Desk) -> None:
        await desk.subscribe(rule(**self.SETTINGS))
        desk.now = self.CLOSE
        assert await desk.tick_and_send() == []

    async def test_a_paused_subscription_gets_no_digest(self, desk: Desk) -> None:
        paused = rule(**self.SETTINGS)
        await desk.subscribe(paused)
        await desk.hear("a")
        changed = revise(paused, paused.draft.model_copy(update={"paused": True}), NOON)
        await SqlSubscriptions(desk.database).replace(changed, 1)
        desk.now = self.CLOSE
        assert await desk.tick_and_send() == []
        assert await desk.states() == {(State.CANCELLED, Cause.SUBSCRIPTION_PAUSED): 1}
