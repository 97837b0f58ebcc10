"""The journal of what was raised, in SQLite or PostgreSQL: numbers that become visible in order. Decides nothing."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, select

from services.alert.adapters.channel_tables import JOURNAL
from services.alert.adapters.outbox_rows import edition_of, read_messages
from services.alert.adapters.tables import COUNTERS, SUBSCRIPTIONS
from services.alert.ports import Entry
from services.contracts.alert import Alert, Kind
from services.contracts.notification import Notification
from services.runtime.adapters.sql import Database, insert
from services.runtime.adapters.sql_rows import insert_all

_J, _S = JOURNAL.c, SUBSCRIPTIONS.c
_COUNTER = "journal"


class SqlJournal:
    """Implements `Journal`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def append(self, messages: Sequence[Notification], now: datetime) -> None:
        """The counter's row stays locked until the commit: no number becomes visible before a smaller one."""

        def work(connection: Connection) -> None:
            counter: Any = insert(connection, COUNTERS).values(name=_COUNTER, value=len(messages))
            grown = {"value": COUNTERS.c.value + len(messages)}
            upsert = counter.on_conflict_do_update(index_elements=["name"], set_=grown)
            last: int = connection.execute(upsert.returning(COUNTERS.c.value)).scalar_one()
            new: Any = insert(connection, JOURNAL)
            rows = [
                {
                    "number": last - len(messages) + 1 + n,
                    "message_id": message.id,
                    "edition": edition_of(message),
                    "kind": message.kind,
                    "subscription_id": message.subscription_id,
                    "at": now,
                }
                for n, message in enumerate(messages)
            ]
            insert_all(connection, new.on_conflict_do_nothing(), rows)

        if messages:
            await self._database.write(work)

    async def latest(self) -> int:
        """From the counter; a number that names no row says that nothing more is there."""
        query = select(COUNTERS.c.value).where(COUNTERS.c.name == _COUNTER)
        return await self._database.read(lambda connection: connection.execute(query).scalar()) or 0

    async def after(self, number: int, *, team: str, subscription_id: str | None, limit: int) -> Sequence[Entry]:
        """In order of number."""
        query = select(JOURNAL).join(SUBSCRIPTIONS, _S.id == _J.subscription_id).where(_S.team == team)
        if subscription_id is not None:
            query = query.where(_J.subscription_id == subscription_id)
        return await self._entries(query.where(_J.number > number).order_by(_J.number).limit(limit))

    async def newest(self, subscription_id: str, limit: int) -> Sequence[Entry]:
        """By the index on (subscription, number), backwards."""
        query = select(JOURNAL).where(_J.subscription_id == subscription_id)
        return await self._entries(query.order_by(_J.number.desc()).limit(limit))

    async def _entries(self, query: Select[Any]) -> list[Entry]:
        def work(connection: Connection) -> list[Entry]:
            rows: Sequence[Row[Any]] = connection.execute(query).all()
            found = read_messages(connection, ((Kind(row.kind), row.message_id, row.edition) for row in rows))
            pairs = ((row.number, found.get((row.message_id, row.edition))) for row in rows)
            return [Entry(number, message) for number, message in pairs if isinstance(message, Alert)]

        return await self._database.read(work)
