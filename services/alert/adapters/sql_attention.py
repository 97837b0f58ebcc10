"""Acknowledgements and snoozes in SQLite or PostgreSQL. Decides nothing about them."""

from typing import Any

from sqlalchemy import Connection, delete, select

from services.alert.adapters.noise_rows import lock_memory, read_acknowledgements, read_memory, write_memory
from services.alert.adapters.noise_tables import ACKNOWLEDGEMENTS
from services.alert.adapters.outbox_rows import read_messages
from services.alert.adapters.tables import MESSAGES
from services.alert.core.noise.memory import Acknowledgement, Snooze
from services.contracts.alert import Alert, Kind
from services.runtime.adapters.sql import Database, insert
from services.runtime.adapters.sql_audit import write_audit
from services.runtime.audit import AuditEntry

_TABLE = ACKNOWLEDGEMENTS


class SqlAttention:
    """Implements `Attention`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def acknowledge(self, alert_id: str, said: Acknowledgement, *, audit: AuditEntry) -> None:
        """Insert or replace."""

        def work(connection: Connection) -> None:
            new: Any = insert(connection, _TABLE).values(alert_id=alert_id, body=said.model_dump_json())
            upsert = new.on_conflict_do_update(index_elements=["alert_id"], set_={"body": new.excluded.body})
            connection.execute(upsert)
            write_audit(connection, audit)

        await self._database.write(work)

    async def withdraw(self, alert_id: str, *, audit: AuditEntry) -> bool:
        """Delete."""

        def work(connection: Connection) -> bool:
            gone = connection.execute(delete(_TABLE).where(_TABLE.c.alert_id == alert_id)).rowcount == 1
            if gone:
                write_audit(connection, audit)
            return gone

        return await self._database.write(work)

    async def acknowledged(self, alert_id: str) -> Acknowledgement | None:
        """By primary key."""
        found = await self._database.read(lambda connection: read_acknowledgements(connection, [alert_id]))
        return found.get(alert_id)

    async def newest_edition(self, alert_id: str) -> Alert | None:
        """By the leading column of the messages' key."""

        def work(connection: Connection) -> Alert | None:
            later = select(MESSAGES.c.kind, MESSAGES.c.edition).where(MESSAGES.c.id == alert_id)
            row = connection.execute(later.order_by(MESSAGES.c.created_at.desc()).limit(1)).first()
            key = (Kind(row.kind), alert_id, row.edition) if row else (Kind.ALERT, alert_id, 0)
            found = read_messages(connection, [key]).get((alert_id, key[2]))
            return found if isinstance(found, Alert) else None

        return await self._database.read(work)

    async def snooze(self, subscription_id: str, snooze: Snooze | None, *, audit: AuditEntry) -> None:
        """What the snooze before held is released by the next tick of the clock, or waits for the new end."""

        def work(connection: Connection) -> None:
            known = lock_memory(connection, [subscription_id], [subscription_id])[subscription_id]
            write_memory(connection, {subscription_id: known.model_copy(update={"snooze": snooze})})
            write_audit(connection, audit)

        await self._database.write(work)

    async def snoozed(self, subscription_id: str) -> Snooze | None:
        """By primary key."""
        found = await self._database.read(lambda connection: read_memory(connection, [subscription_id], lock=False))
        return found[subscription_id].snooze if subscription_id in found else None
