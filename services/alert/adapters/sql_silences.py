"""Silences in SQLite or PostgreSQL. Decides nothing about them."""

from datetime import datetime

from sqlalchemy import Connection, func, select, update

from services.alert.adapters.noise_rows import stored_silence
from services.alert.adapters.noise_tables import SILENCES
from services.alert.core.noise.silences import Silence
from services.alert.noise_ports import MAX_LIVE_SILENCES, TooMany
from services.runtime.adapters.cursor import to_cursor
from services.runtime.adapters.sql import Database, insert
from services.runtime.adapters.sql_audit import write_audit
from services.runtime.adapters.sql_rows import page_of
from services.runtime.audit import AuditEntry
from services.runtime.ports import Listing

_T = SILENCES.c


class SqlSilences:
    """Implements `Silences`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def create(self, silence: Silence, *, team: str, audit: AuditEntry) -> None:
        """Two requests at once may pass the limit by one each."""

        def work(connection: Connection) -> None:
            live = select(func.count()).where(_T.team == team, _T.ends_at > silence.created_at)
            if connection.execute(live).scalar_one() >= MAX_LIVE_SILENCES:
                raise TooMany
            connection.execute(
                insert(connection, SILENCES).values(
                    id=silence.id,
                    team=team,
                    starts_at=silence.starts_at,
                    ends_at=silence.ends_at,
                    created_at=silence.created_at,
                    body=silence.model_dump_json(),
                )
            )
            write_audit(connection, audit)

        await self._database.write(work)

    async def get(self, silence_id: str, *, team: str) -> Silence | None:
        """By primary key."""
        query = select(SILENCES).where(_T.id == silence_id, _T.team == team)
        row = await self._database.read(lambda connection: connection.execute(query).first())
        return stored_silence(row.body, row.ends_at) if row else None

    async def list(self, *, team: str, cursor: str | None, limit: int, live_at: datetime | None = None) -> Listing:
        """Keyset paging over (created_at, id)."""
        query = select(SILENCES).where(_T.team == team)
        if live_at is not None:
            query = query.where(_T.ends_at > live_at)
        page = page_of(query, _T.created_at, _T.id, cursor, limit, newest_first=True)
        rows = await self._database.read(lambda connection: connection.execute(page).all())
        items = tuple(stored_silence(row.body, row.ends_at) for row in rows[:limit])
        more = len(rows) > limit
        return Listing(items, to_cursor(items[-1].created_at, items[-1].id) if more else None)

    async def end(self, silence_id: str, *, team: str, now: datetime, audit: AuditEntry) -> bool:
        """The row stays, for whoever asks why something was silent."""

        def work(connection: Connection) -> bool:
            mine = (_T.id == silence_id, _T.team == team)
            if connection.execute(select(_T.id).where(*mine)).first() is None:
                return False
            ended = connection.execute(update(SILENCES).where(*mine, _T.ends_at > now).values(ends_at=now))
            if ended.rowcount:
                write_audit(connection, audit)
            return True

        return await self._database.write(work)
