"""One replica with noise control, on a clock that the test sets."""

from collections import Counter
from datetime import timedelta
from typing import Any

from sqlalchemy import select

from services.alert.adapters.sql_attention import SqlAttention
from services.alert.adapters.sql_digests import SqlDigests
from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.adapters.tables import DELIVERIES
from services.alert.app import build_alerting
from services.alert.core.noise.silences import Silence
from services.alert.core.outbox import Cause, State
from services.alert.core.subscriptions import Subscription
from services.alert.digesting import DigestTicks
from services.alert.flow import Alerting
from services.contracts.alert import Alert
from services.runtime.access import EVERYBODY
from services.runtime.adapters.sql import Database
from services.runtime.audit import Action, AuditEntry, audited
from tests.articles import NOON
from tests.contract.alert_store.stores import lease, sent
from tests.subscriptions import news, subscription, webhook

HOUR, DAY = timedelta(hours=1), timedelta(days=1)


class Desk:
    """One replica with a clock that the test sets."""

    def __init__(self, database: Database) -> None:
        self.database = database
        self.now = NOON
        self.alerting: Alerting = build_alerting(database, now=lambda: self.now, own_channels=("index",))
        self.outbox, self.attention = SqlOutbox(database), SqlAttention(database)
        self.queued = 0
        self.ticks = DigestTicks(SqlDigests(database), self._wake)

    def _wake(self) -> None:
        self.queued += 1

    async def subscribe(self, *rules: Subscription) -> None:
        for rule in rules:
            await SqlSubscriptions(self.database).create(rule)
        await self.alerting.rules.refresh()

    async def hear(self, *names: str, **changes: Any) -> list[Alert]:
        return list((await self.alerting.raise_alerts([news(name, **changes) for name in names])).alerts)

    async def states(self) -> Counter[tuple[State, Cause]]:
        query = select(DELIVERIES.c.state, DELIVERIES.c.cause).where(DELIVERIES.c.channel != "index")
        rows = await self.database.read(lambda connection: connection.execute(query).all())
        return Counter((State(state), Cause(cause)) for state, cause in rows)

    async def send(self) -> list[Any]:
        """Send what is due; the messages that subscribers get."""
        leased = await lease(self.outbox, "desk", now=self.now, limit=1_000)
        await self.outbox.settle([sent(row, now=self.now) for row in leased], "desk")
        return [row.message for row in leased if row.channel_key != "index"]

    async def tick_and_send(self) -> list[Any]:
        await self.ticks.tick(self.now)
        return await self.send()


def rule(name: str = "invasion", **changes: Any) -> Subscription:
    return subscription(name, **({"channels": [webhook()]} | changes))


def silence(name: str = "quiet", **changes: Any) -> Silence:
    values: dict[str, Any] = {
        "id": name, "matchers": [{"label": "tag", "value": "desk"}], "starts_at": NOON, "ends_at": NOON + HOUR,
        "author": "Olena", "comment": "exercise", "created_at": NOON,
    }  # fmt: skip
    return Silence.model_validate(values | changes)


def entry() -> AuditEntry:
    """An entry of the audit log, of no interest here."""
    return audited(EVERYBODY, Action.SILENCE_CREATED, "x", NOON)
