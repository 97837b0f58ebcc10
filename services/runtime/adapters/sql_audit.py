"""The audit log in SQLite or PostgreSQL. Adds and reads; changes nothing that is there."""

from sqlalchemy import Connection, select

from services.runtime.adapters.access_tables import AUDIT_LOG
from services.runtime.adapters.cursor import to_cursor
from services.runtime.adapters.sql import Database, insert
from services.runtime.adapters.sql_rows import page_of
from services.runtime.audit import Action, AuditEntry
from services.runtime.ports import Listing


def write_audit(connection: Connection, entry: AuditEntry | None) -> None:
    """Add an entry, if there is one, inside the caller's transaction: it is there when the change is."""
    if entry is None:
        return
    connection.execute(
        insert(connection, AUDIT_LOG).values(
            id=entry.id,
            at=entry.at,
            team=entry.team,
            key_id=entry.key_id,
            action=entry.action,
            target=entry.target,
            detail=dict(entry.detail),
            address=entry.address[:64],
        )
    )


class SqlAudit:
    """Implements `AuditLog`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(self, *, team: str, cursor: str | None, limit: int) -> Listing:
        """Keyset paging over (at, id), newest first."""
        table = AUDIT_LOG.c
        query = select(AUDIT_LOG).where(table.team == team)
        page = page_of(query, table.at, table.id, cursor, limit, newest_first=True)
        rows = await self._database.read(lambda connection: connection.execute(page).all())
        entries = tuple(
            AuditEntry(row.at, row.team, row.key_id, row.address, Action(row.action), row.target, row.detail, row.id)
            for row in rows[:limit]
        )
        return Listing(entries, to_cursor(entries[-1].at, entries[-1].id) if len(rows) > limit else None)
