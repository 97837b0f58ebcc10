"""What every outbox promises: a row is leased once, sent, settled."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from services.alert.adapters.sql_alerts import SqlAlerts
from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.core.outbox import Cause, Result, State
from services.alert.core.subscriptions import revise
from services.alert.flow import Alerting
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.sql import Database
from tests.articles import NOON
from tests.contract.alert_store.stores import LATER, alerting_on, lease, sent
from tests.subscriptions import news, subscription, webhook


class TestOutbox:
    @pytest.fixture
    async def queued(self, database: Database) -> Alerting:
        alerting = await alerting_on(
            database,
            subscription("hook", channels=[webhook(), {"type": "console"}]),
            subscription("quiet"),
        )
        await alerting.raise_alerts([news("a")])
        return alerting

    async def test_each_channel_of_an_alert_gets_one_row(self, queued: Alerting, outbox: SqlOutbox) -> None:
        rows = await lease(outbox)
        assert sorted((row.message.subscription_id, row.lane.partition(":")[0]) for row in rows) == [
            ("hook", "console"),
            ("hook", "index"),
            ("hook", "webhook"),
            ("quiet", "index"),
        ]
        assert len({row.delivery_id for row in rows}) == 4
        (hook,) = [row for row in rows if row.lane.startswith("webhook:")]
        assert hook.channel is not None
        assert hook.fetched_at == NOON

    async def test_a_leased_row_is_nobody_elses_until_the_lease_ends(self, queued: Alerting, outbox: SqlOutbox) -> None:
        first = await lease(outbox, "one")
        assert await lease(outbox, "two") == []
        after = await lease(outbox, "two", now=LATER + timedelta(minutes=1))
        assert {row.delivery_id for row in after} == {row.delivery_id for row in first}
        assert await outbox.settle([sent(row) for row in first], "one") == 0
        assert await outbox.settle([sent(row) for row in after], "two") == 4

    async def test_what_is_sent_never_comes_again(self, queued: Alerting, outbox: SqlOutbox) -> None:
        await outbox.settle([sent(row) for row in await lease(outbox)], "one")
        assert await lease(outbox, now=LATER + timedelta(days=9)) == []
        assert await outbox.backlog(LATER + timedelta(days=9)) == (0, None)

    async def test_what_is_to_be_retried_comes_when_it_is_due(
        self, queued: Alerting, outbox: SqlOutbox, database: Database
    ) -> None:
        (hook,) = [row for row in await lease(outbox) if row.lane.startswith("webhook:")]
        await outbox.settle([sent(hook, Result.RETRY)], "one")
        assert await lease(outbox, now=LATER + timedelta(seconds=4)) == []
        (again,) = await lease(outbox, now=LATER + timedelta(seconds=6))
        assert (again.delivery_id, again.attempts) == (hook.delivery_id, 1)
        (shown,) = [d for d in await SqlAlerts(database).deliveries(hook.message.id) if d["id"] == hook.delivery_id]
        assert (shown["state"], shown["cause"]) == (State.WAITING, Cause.RETRYING)
        assert [(a["attempt"], a["result"], a["took_ms"]) for a in shown["attempts"]] == [(1, "retry", 12)]

    async def test_a_full_lane_holds_up_no_other(self, database: Database, outbox: SqlOutbox) -> None:
        alerting = await alerting_on(database, subscription("hook", channels=[webhook()]))
        for n in range(12):
            await alerting.raise_alerts([news(str(n))])
        rows = await lease(outbox, limit=10, room=lambda lane: 1 if lane == "index" else 1_000)
        lanes = [row.lane.partition(":")[0] for row in rows]
        assert (lanes.count("index"), lanes.count("webhook")) == (1, 9)

    async def test_a_removed_subscription_or_channel_cancels_what_waits(
        self, queued: Alerting, outbox: SqlOutbox, database: Database
    ) -> None:
        subscriptions = SqlSubscriptions(database)
        stored = await subscriptions.get("hook", team=DEFAULT_TEAM)
        assert stored is not None
        await subscriptions.replace(
            revise(stored, stored.draft.model_copy(update={"channels": stored.channels[1:]}), LATER), 1
        )
        assert sorted(row.lane for row in await lease(outbox)) == ["console", "index", "index"]
        await queued.raise_alerts([news("b")])
        await subscriptions.delete("hook", None, team=DEFAULT_TEAM)
        assert sorted(row.lane for row in await lease(outbox)) == ["index", "index"]
        alerts = (await SqlAlerts(database).list_alerts(team=DEFAULT_TEAM, subscription_id="hook")).items
        causes = {d["cause"] for alert in alerts for d in await SqlAlerts(database).deliveries(alert.id)}
        assert causes == {"", Cause.CHANNEL_REMOVED, Cause.SUBSCRIPTION_REMOVED}

    async def test_a_channel_that_is_gone_is_off_until_its_subscription_changes(
        self, queued: Alerting, outbox: SqlOutbox, database: Database
    ) -> None:
        (hook,) = [row for row in await lease(outbox) if row.lane.startswith("webhook:")]
        await outbox.settle([sent(hook, Result.GONE)], "one")
        await queued.raise_alerts([news("b")])
        assert "webhook" not in {row.lane.partition(":")[0] for row in await lease(outbox)}
        subscriptions = SqlSubscriptions(database)
        stored = await subscriptions.get("hook", team=DEFAULT_TEAM)
        assert stored is not None
        await subscriptions.replace(revise(stored, stored.draft.model_copy(update={"tags": ("new",)}), LATER), 1)
        await queued.raise_alerts([news("c")])
        assert "webhook" in {row.lane.partition(":")[0] for row in await lease(outbox)}

    async def test_senders_side_by_side_never_hold_the_same_row(self, open_store: Callable[[], Database]) -> None:
        alerting = await alerting_on(open_store(), *(subscription(f"s{n}") for n in range(40)))
        await alerting.raise_alerts([news(str(n)) for n in range(5)])
        senders = [SqlOutbox(open_store()) for _ in range(3)]

        async def take(number: int) -> list[str]:
            taken: list[str] = []
            while rows := await lease(senders[number], f"sender {number}", limit=7):
                taken += [row.delivery_id for row in rows]
            return taken

        async with asyncio.timeout(60):
            taken = await asyncio.gather(*map(take, range(3)))
        every = [delivery for mine in taken for delivery in mine]
        assert len(every) == len(set(every)) == 200
