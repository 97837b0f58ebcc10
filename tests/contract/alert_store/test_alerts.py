"""What every store promises of alerts, of retention, and of rules made at another replica."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial
from typing import Any

from services.alert.adapters.sql_alerts import SqlAlerts
from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.adapters.sql_upkeep import SqlUpkeep
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.access import EVERYBODY
from services.runtime.adapters.sql import Database
from services.runtime.adapters.sql_audit import SqlAudit, write_audit
from services.runtime.audit import Action, audited
from tests.articles import NOON
from tests.contract.alert_store.stores import DONE, LATER, alerting_on, lease, sent
from tests.subscriptions import news, subscription


class TestAlerts:
    async def test_pages_hold_each_once_newest_first(self, database: Database) -> None:
        clock = iter(NOON + timedelta(seconds=n // 2) for n in range(100))
        alerting = await alerting_on(database, subscription("a"), subscription("b"))
        for n in range(6):
            moment = next(clock)
            object.__setattr__(alerting, "now", lambda moment=moment: moment)
            await alerting.raise_alerts([news(str(n))])
        alerts = SqlAlerts(database)
        found: list[Any] = []
        cursor = None
        while True:
            page = await alerts.list_alerts(team=DEFAULT_TEAM, cursor=cursor, limit=5)
            found += page.items
            cursor = page.cursor
            if cursor is None:
                break
        assert len(found) == len({alert.id for alert in found}) == 12
        assert found == sorted(found, key=lambda alert: (alert.raised_at, alert.id), reverse=True)
        mine = (
            await alerts.list_alerts(
                team=DEFAULT_TEAM, subscription_id="a", since=NOON + timedelta(seconds=1), limit=50
            )
        ).items
        assert (len(mine), {alert.subscription_id for alert in mine}) == (4, {"a"})
        assert (
            len((await alerts.list_alerts(team=DEFAULT_TEAM, until=NOON + timedelta(seconds=1), limit=50)).items) == 4
        )
        assert await alerts.get_alert(found[0].id, team=DEFAULT_TEAM) == found[0]
        assert await alerts.get_alert("0" * 64, team=DEFAULT_TEAM) is None


async def test_an_article_that_retention_forgot_before_its_observation_may_come_again(database: Database) -> None:
    alerting = await alerting_on(database, subscription())
    await alerting.raise_alerts([news("a")])
    await SqlUpkeep(database).expire(NOON + timedelta(seconds=30))
    again = await alerting.raise_alerts([news("a")])
    assert (again.outcomes, again.alerts) == ((DONE,), ())


async def test_a_subscription_made_at_another_replica_holds_for_the_next_batch(
    open_store: Callable[[], Database],
) -> None:
    alerting = await alerting_on(open_store())
    await SqlSubscriptions(open_store()).create(subscription())
    await alerting.alert_batch([news("a")])
    assert len((await SqlAlerts(open_store()).list_alerts(team=DEFAULT_TEAM)).items) == 1


async def test_what_is_past_its_time_goes_and_the_alert_stays(database: Database) -> None:
    alerting = await alerting_on(database, subscription())
    raised = await alerting.raise_alerts([news("a"), news("b")])
    outbox, upkeep = SqlOutbox(database), SqlUpkeep(database)
    (first, *_) = await lease(outbox)
    await outbox.settle([sent(first)], "one")
    assert await upkeep.expire(NOON - timedelta(days=1)) == 0
    assert await upkeep.expire(LATER + timedelta(days=90)) == 1 + 2 + 2
    assert (await SqlAlerts(database).list_alerts(team=DEFAULT_TEAM)).items != ()
    assert (await alerting.raise_alerts([news("a")])).alerts == ()
    assert await SqlAlerts(database).get_alert(raised.alerts[0].id, team=DEFAULT_TEAM) == raised.alerts[0]


async def test_the_audit_log_goes_with_its_time(database: Database) -> None:
    for at in (NOON, LATER):
        entry = audited(EVERYBODY, Action.SUBSCRIPTION_DELETED, "invasion", at)
        await database.write(partial(write_audit, entry=entry))
    assert await SqlUpkeep(database).expire(LATER) == 1
    kept = (await SqlAudit(database).list(team=DEFAULT_TEAM, cursor=None, limit=5)).items
    assert [entry.at for entry in kept] == [LATER]
