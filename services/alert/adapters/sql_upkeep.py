"""Deletes what is past its time, a little at a time. Alerts, subscriptions and trigger states stay."""

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from sqlalchemy import Column, Connection, Table, delete, exists, or_, select, true, tuple_

from services.alert.adapters.channel_tables import JOURNAL
from services.alert.adapters.noise_tables import COOLDOWNS, SILENCES
from services.alert.adapters.tables import (
    DELIVERIES,
    DELIVERY_ATTEMPTS,
    IDEMPOTENCY_KEYS,
    MESSAGES,
    OBSERVATIONS,
    SEEN_ARTICLES,
)
from services.alert.adapters.trigger_tables import DYAD_POINTS
from services.contracts.alert import Kind
from services.runtime.adapters.access_tables import AUDIT_LOG
from services.runtime.adapters.sql import Database

CHUNK = 1_000
"""Rows of one transaction, so that no deletion holds up the others for long."""
_IN_USE = or_(
    MESSAGES.c.kind.in_([Kind.UPDATE, Kind.CORRECTION, Kind.DENIAL]),
    exists().where(DELIVERIES.c.message_id == MESSAGES.c.id),
)
"""Later editions stay with their alerts, digests and notices as long as a delivery may send them."""


class SqlUpkeep:
    """Retention of a store."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def expire(self, before: datetime) -> int:
        """Delete what is dated: observations, settled deliveries with their tries, articles seen, request keys, audit
        entries, cooldowns and silences that ended.

        The journal and the history of dyads too, and digests and notices without deliveries; all of before then.
        Returns how many rows went.
        """
        gone = 0
        for table, moment in (
            (DELIVERIES, DELIVERIES.c.settled_at),
            (MESSAGES, MESSAGES.c.created_at),
            (OBSERVATIONS, OBSERVATIONS.c.observed_at),
            (SEEN_ARTICLES, SEEN_ARTICLES.c.fetched_at),
            (IDEMPOTENCY_KEYS, IDEMPOTENCY_KEYS.c.created_at),
            (JOURNAL, JOURNAL.c.at),
            (AUDIT_LOG, AUDIT_LOG.c.at),
            (DYAD_POINTS, DYAD_POINTS.c.at),
            (COOLDOWNS, COOLDOWNS.c.at),
            (SILENCES, SILENCES.c.ends_at),
        ):
            while True:
                deleted = await self._database.write(partial(_expire_some, table, moment, before))
                gone += deleted
                if deleted < CHUNK:
                    break
        return gone


def _expire_some(table: Table, moment: Column[datetime], before: datetime, connection: Connection) -> int:
    keys = list(table.primary_key.columns)
    unused = ~_IN_USE if table is MESSAGES else true()
    old = select(*keys).where(moment < before, unused).limit(CHUNK)
    rows: Sequence[tuple[object, ...]] = [tuple(row) for row in connection.execute(old)]
    if not rows:
        return 0
    if table is DELIVERIES:
        ids = [row[0] for row in rows]
        connection.execute(delete(DELIVERY_ATTEMPTS).where(DELIVERY_ATTEMPTS.c.delivery_id.in_(ids)))
    connection.execute(delete(table).where(tuple_(*keys).in_(rows)))
    return len(rows)
