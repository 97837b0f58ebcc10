"""API keys in SQLite or PostgreSQL: their hashes, never the keys. Decides nothing about them."""

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, Row, func, or_, select, update

from services.runtime.access import Scope
from services.runtime.adapters.access_tables import API_KEYS
from services.runtime.adapters.cursor import to_cursor
from services.runtime.adapters.sql import Database, insert
from services.runtime.adapters.sql_audit import write_audit
from services.runtime.adapters.sql_rows import page_of
from services.runtime.api_keys import MAX_OF_TEAM, Added, ApiKey
from services.runtime.audit import AuditEntry
from services.runtime.ports import Listing

USE_NOTED_EVERY = timedelta(minutes=1)


class SqlKeys:
    """Implements `Keys`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def add(self, key: ApiKey, hashed: str, audit: AuditEntry) -> Added:
        """Two replicas that add the same hash at once add one key."""

        def work(connection: Connection) -> Added:
            table = API_KEYS.c
            of_team = select(func.count()).where(table.team == key.team, table.revoked_at.is_(None))
            if connection.execute(of_team).scalar_one() >= MAX_OF_TEAM:
                return Added.TOO_MANY
            new: Any = insert(connection, API_KEYS).values(
                id=key.id,
                team=key.team,
                name=key.name,
                prefix=key.prefix,
                hash=hashed,
                scopes=sorted(key.scopes),
                created_at=key.created_at,
                expires_at=key.expires_at,
            )
            unless_there = new.on_conflict_do_nothing(index_elements=["hash"]).returning(API_KEYS.c.id)
            if connection.execute(unless_there).first() is None:
                return Added.TAKEN
            write_audit(connection, audit)
            return Added.ADDED

        return await self._database.write(work)

    async def find(self, hashed: str) -> ApiKey | None:
        """By the unique index of hashes."""
        query = select(API_KEYS).where(API_KEYS.c.hash == hashed)
        row = await self._database.read(lambda connection: connection.execute(query).first())
        return _key(row) if row is not None else None

    async def team_of(self, key_id: str) -> str | None:
        """Whose key it is; for operators, who stand above the teams."""
        query = select(API_KEYS.c.team).where(API_KEYS.c.id == key_id)
        return await self._database.read(lambda connection: connection.execute(query).scalar())

    async def list(self, *, team: str | None, cursor: str | None, limit: int) -> Listing:
        """Keyset paging over (created_at, id)."""
        query = select(API_KEYS)
        if team is not None:
            query = query.where(API_KEYS.c.team == team)
        page = page_of(query, API_KEYS.c.created_at, API_KEYS.c.id, cursor, limit, newest_first=False)
        rows = await self._database.read(lambda connection: connection.execute(page).all())
        keys = tuple(_key(row) for row in rows[:limit])
        return Listing(keys, to_cursor(keys[-1].created_at, keys[-1].id) if len(rows) > limit else None)

    async def revoke(self, key_id: str, *, team: str, audit: AuditEntry) -> bool:
        """The row is locked by the update that ends it, so that one entry tells of it."""

        def work(connection: Connection) -> bool:
            own = (API_KEYS.c.id == key_id, API_KEYS.c.team == team)
            ended = connection.execute(
                update(API_KEYS).where(*own, API_KEYS.c.revoked_at.is_(None)).values(revoked_at=audit.at)
            )
            if ended.rowcount == 1:
                write_audit(connection, audit)
                return True
            return connection.execute(select(API_KEYS.c.id).where(*own)).first() is not None

        return await self._database.write(work)

    async def used(self, key_id: str, at: datetime) -> None:
        """Written unless another replica noted a use within the minute."""
        table = API_KEYS.c
        stale = or_(table.last_used_at.is_(None), table.last_used_at <= at - USE_NOTED_EVERY)
        note = update(API_KEYS).where(table.id == key_id, stale).values(last_used_at=at)
        await self._database.write(lambda connection: connection.execute(note))

    async def has_admin(self, now: datetime) -> bool:
        """Over all keys: it is asked at a start, and there are few."""
        table = API_KEYS.c
        good = or_(table.expires_at.is_(None), table.expires_at > now)
        query = select(table.scopes).where(table.revoked_at.is_(None), good)
        found = await self._database.read(lambda connection: connection.execute(query).scalars().all())
        return any(Scope.ADMIN in scopes for scopes in found)


def _key(row: Row[Any]) -> ApiKey:
    return ApiKey(
        row.id,
        row.team,
        row.name,
        row.prefix,
        frozenset(Scope(scope) for scope in row.scopes),
        row.created_at,
        row.expires_at,
        row.last_used_at,
        row.revoked_at,
    )
