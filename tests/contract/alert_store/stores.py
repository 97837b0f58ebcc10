"""What the tests of alert's stores do again and again."""

from datetime import datetime, timedelta
from typing import Any

from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.app import build_alerting
from services.alert.core.outbox import Leased, Receipt, Result
from services.alert.core.retries import settle
from services.alert.core.subscriptions import Subscription
from services.alert.flow import Alerting
from services.alert.silences import Silences
from services.runtime.adapters.sql import Database
from services.runtime.deliver import Outcome
from tests.articles import NOON

LATER = NOON + timedelta(minutes=1)
DONE, DUPLICATE = Outcome.DONE, Outcome.DUPLICATE


async def alerting_on(database: Database, *rules: Subscription) -> Alerting:
    for rule in rules:
        await SqlSubscriptions(database).create(rule)
    alerting = build_alerting(database, now=lambda: LATER, own_channels=("index",))
    await alerting.rules.refresh()
    return alerting


def silences_of(alerting: Alerting) -> Silences:
    """What the clock of this replica decides."""
    return Silences(lambda: alerting.rules.silences, alerting.memory, alerting.decider)


def everything(lane: str) -> int:
    return 1_000


async def lease(outbox: SqlOutbox, owner: str = "one", now: datetime = LATER, **changes: Any) -> list[Leased]:
    values: dict[str, Any] = {"limit": 100, "room": everything}
    return list(await outbox.lease(now, now + timedelta(minutes=1), owner, **(values | changes)))


def sent(leased: Leased, result: Result = Result.SENT, now: datetime = LATER) -> Any:
    return settle(leased, Receipt(result, "said so", 200), now, 12, 0.0)
