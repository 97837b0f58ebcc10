"""Reading what was raised, sent and decided, in SQLite or PostgreSQL."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select

from services.alert.adapters.edition_rows import later_editions
from services.alert.adapters.tables import ALERTS, DELIVERIES, DELIVERY_ATTEMPTS, OBSERVATIONS
from services.alert.core.deciding import Observation
from services.alert.core.triggers.verdict import Verdict
from services.alert.ports import Listing
from services.contracts.alert import Alert
from services.contracts.message import iso
from services.runtime.adapters.cursor import to_cursor
from services.runtime.adapters.sql import Database
from services.runtime.adapters.sql_rows import page_of


class SqlAlerts:
    """Implements `Alerts`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def get_alert(self, alert_id: str, *, team: str) -> Alert | None:
        """By primary key."""
        query = select(ALERTS.c.body).where(ALERTS.c.id == alert_id, ALERTS.c.team == team)
        body = await self._database.read(lambda connection: connection.execute(query).scalar())
        return Alert.model_validate_json(body) if body is not None else None

    async def list_alerts(
        self,
        *,
        team: str,
        subscription_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> Listing:
        """Keyset paging over (raised_at, id), newest first."""
        query = select(ALERTS.c.body).where(ALERTS.c.team == team)
        if subscription_id is not None:
            query = query.where(ALERTS.c.subscription_id == subscription_id)
        if since is not None:
            query = query.where(ALERTS.c.raised_at >= since)
        if until is not None:
            query = query.where(ALERTS.c.raised_at < until)
        page = page_of(query, ALERTS.c.raised_at, ALERTS.c.id, cursor, limit, newest_first=True)
        rows = await self._database.read(lambda connection: connection.execute(page).scalars().all())
        alerts = tuple(Alert.model_validate_json(body) for body in rows[:limit])
        more = len(rows) > limit
        return Listing(alerts, to_cursor(alerts[-1].raised_at, alerts[-1].id) if more else None)

    async def editions(self, alert_id: str) -> Sequence[Alert]:
        """By the messages' own key."""
        return await self._database.read(lambda connection: later_editions(connection, [alert_id]).get(alert_id, []))

    async def deliveries(self, alert_id: str) -> Sequence[dict[str, Any]]:
        """In order of channel; tries in order."""

        def work(connection: Connection) -> list[dict[str, Any]]:
            table = DELIVERIES.c
            rows = connection.execute(
                select(DELIVERIES).where(table.message_id == alert_id).order_by(table.edition, table.channel)
            ).all()
            tries = connection.execute(
                select(DELIVERY_ATTEMPTS)
                .where(DELIVERY_ATTEMPTS.c.delivery_id.in_([row.id for row in rows]))
                .order_by(DELIVERY_ATTEMPTS.c.attempt)
            ).all()
            return [delivery_json(row, [t for t in tries if t.delivery_id == row.id]) for row in rows]

        return await self._database.read(work)

    async def observed(self, subscription_id: str, article_id: str) -> Sequence[Observation]:
        """By the leading columns of the primary key."""
        table = OBSERVATIONS.c
        query = (
            select(OBSERVATIONS)
            .where(table.subscription_id == subscription_id, table.article_id == article_id)
            .order_by(table.observed_at.desc(), table.version.desc(), table.revision.desc())
        )
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [
            Observation(
                row.subscription_id,
                row.version,
                row.article_id,
                row.revision,
                Verdict(row.verdict),
                row.alert_id,
                row.observed_at,
            )
            for row in rows
        ]


def delivery_json(row: Any, tries: Sequence[Any]) -> dict[str, Any]:
    """A row of the outbox and its tries, as JSON values."""
    return {
        "id": row.id,
        "edition": row.edition,
        "kind": row.kind,
        "channel": row.channel,
        "state": row.state,
        "cause": row.cause,
        "due_at": iso(row.due_at) if row.settled_at is None else None,
        "settled_at": iso(row.settled_at) if row.settled_at is not None else None,
        "digest_id": row.digest_id,
        "attempts": [
            {
                "attempt": t.attempt,
                "at": iso(t.at),
                "result": t.result,
                "status": t.status,
                "detail": t.detail,
                "took_ms": t.took_ms,
            }
            for t in tries
        ],
    }
