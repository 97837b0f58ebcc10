"""What every store knows of endpoints, and what the delivery log does."""

from datetime import timedelta

import pytest

from services.alert.adapters.sql_deliveries import SqlDeliveries
from services.alert.adapters.sql_endpoints import SqlEndpoints
from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.core.endpoints import DISABLE_AFTER, Disabled
from services.alert.core.outbox import Leased, Receipt, Redelivery, Result, State
from services.alert.core.retries import settle
from services.alert.flow import Alerting
from services.contracts.alert import Kind
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.sql import Database
from tests.contract.alert_store.stores import LATER, alerting_on, lease, sent
from tests.subscriptions import news, subscription, webhook

TEAM = DEFAULT_TEAM
GOOD, BAD = webhook("https://good.example"), webhook("https://bad.example")


@pytest.fixture
async def alerting(database: Database) -> Alerting:
    return await alerting_on(database, subscription("s", channels=[GOOD, BAD]))


@pytest.fixture
def bad() -> str:
    return subscription("s", channels=[BAD]).channels[0].key


def of(rows: list[Leased], channel: str) -> Leased:
    (row,) = [row for row in rows if row.channel_key == channel]
    return row


async def fail_for_120_hours(alerting: Alerting, outbox: SqlOutbox, bad: str) -> None:
    for name, now in (("a", LATER), ("b", LATER + DISABLE_AFTER)):
        await alerting.raise_alerts([news(name)])
        rows = [row for row in await lease(outbox, now=now) if row.channel_key == bad]
        await outbox.settle([settle(row, Receipt(Result.RETRY), now, 1, 0.0) for row in rows], "one")


async def test_an_endpoint_that_fails_for_120_hours_is_switched_off_and_another_channel_tells_it_once(
    alerting: Alerting, outbox: SqlOutbox, database: Database, bad: str
) -> None:
    await fail_for_120_hours(alerting, outbox, bad)
    view = (await SqlEndpoints(database).of("s"))[bad]
    assert (view.disabled, view.standing.failing_since) == (Disabled.FAILING, LATER)
    later = LATER + DISABLE_AFTER + timedelta(hours=1)
    notices = [row for row in await lease(outbox, now=later) if row.message.kind is Kind.NOTICE]
    assert [row.channel_key for row in notices] == [subscription("s", channels=[GOOD]).channels[0].key]


async def test_a_success_in_between_keeps_it_on(
    alerting: Alerting, outbox: SqlOutbox, database: Database, bad: str
) -> None:
    results = iter([Result.RETRY, Result.SENT, Result.RETRY])
    for name, hours in (("a", 0), ("b", 60), ("c", 130)):
        now = LATER + timedelta(hours=hours)
        await alerting.raise_alerts([news(name)])
        rows = [row for row in await lease(outbox, now=now) if row.channel_key == bad]
        result = next(results)
        await outbox.settle([settle(row, Receipt(result), now, 1, 0.0) for row in rows], "one")
    view = (await SqlEndpoints(database).of("s"))[bad]
    assert (view.disabled, view.standing.failing_since) == (None, LATER + timedelta(hours=130))


async def test_switched_on_again_it_starts_with_a_clean_slate(
    alerting: Alerting, outbox: SqlOutbox, database: Database, bad: str
) -> None:
    await fail_for_120_hours(alerting, outbox, bad)
    endpoints = SqlEndpoints(database)
    assert (await endpoints.enable("s", bad), await endpoints.enable("s", bad)) == (True, False)
    now = LATER + DISABLE_AFTER + timedelta(hours=1)
    await alerting.raise_alerts([news("c")])
    rows = [row for row in await lease(outbox, now=now) if row.channel_key == bad]
    assert rows
    await outbox.settle([settle(row, Receipt(Result.RETRY), now, 1, 0.0) for row in rows], "one")
    view = (await endpoints.of("s"))[bad]
    assert (view.disabled, view.standing.failing_since) == (None, now)


async def test_the_log_pages_through_the_deliveries_of_a_team(alerting: Alerting, database: Database) -> None:
    await alerting.raise_alerts([news(str(n)) for n in range(5)])
    log, cursor, seen = SqlDeliveries(database), None, []
    while True:
        page = await log.list(team=TEAM, subscription_id="s", state=State.WAITING, cursor=cursor, limit=4)
        seen += [item["id"] for item in page.items]
        cursor = page.cursor
        if cursor is None:
            break
    assert len(seen) == len(set(seen)) == 15
    for team, state in (("others", None), (TEAM, State.SENT)):
        assert (await log.list(team=team, subscription_id=None, state=state, cursor=None, limit=4)).items == ()


async def test_a_delivery_is_sent_again_by_hand_under_its_id(
    alerting: Alerting, outbox: SqlOutbox, database: Database, bad: str
) -> None:
    log = SqlDeliveries(database)
    await alerting.raise_alerts([news("a")])
    first = of(await lease(outbox), bad)
    assert await log.redeliver(first.delivery_id, team=TEAM, now=LATER) is Redelivery.IN_FLIGHT
    await outbox.settle([sent(first, Result.REFUSED)], "one")
    assert await log.redeliver(first.delivery_id, team="others", now=LATER) is Redelivery.UNKNOWN
    assert await log.redeliver("dlv_x", team=TEAM, now=LATER) is Redelivery.UNKNOWN
    assert await log.redeliver(first.delivery_id, team=TEAM, now=LATER) is Redelivery.QUEUED
    again = of(await lease(outbox), bad)
    assert (again.delivery_id, again.attempts) == (first.delivery_id, 1)
    await outbox.settle([sent(again)], "one")
    (entry,) = (await log.list(team=TEAM, subscription_id="s", state=State.SENT, cursor=None, limit=9)).items
    assert [attempt["result"] for attempt in entry["attempts"]] == ["refused", "sent"]


async def test_what_no_channel_can_take_is_not_sent_again(
    alerting: Alerting, outbox: SqlOutbox, database: Database, bad: str
) -> None:
    log = SqlDeliveries(database)
    await alerting.raise_alerts([news("a")])
    first = of(await lease(outbox), bad)
    await outbox.settle([sent(first, Result.GONE)], "one")
    assert await log.redeliver(first.delivery_id, team=TEAM, now=LATER) is Redelivery.ENDPOINT_DISABLED
    await SqlEndpoints(database).enable("s", bad)
    assert await log.redeliver(first.delivery_id, team=TEAM, now=LATER) is Redelivery.QUEUED
