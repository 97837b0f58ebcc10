"""Leases in SQLite or PostgreSQL. Decides nothing about what they are for."""

from datetime import datetime
from typing import Any

from sqlalchemy import Connection, or_

from services.alert.adapters.trigger_tables import LEASES
from services.runtime.adapters.sql import Database, insert


class SqlLeases:
    """Implements `Leases`: one upsert, which changes a row that is free or one's own."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def hold(self, name: str, owner: str, now: datetime, until: datetime) -> bool:
        """Take or renew."""

        def work(connection: Connection) -> bool:
            new: Any = insert(connection, LEASES).values(name=name, owner=owner, until=until)
            upsert = new.on_conflict_do_update(
                index_elements=["name"],
                set_={"owner": owner, "until": until},
                where=or_(LEASES.c.owner == owner, LEASES.c.until <= now),
            ).returning(LEASES.c.owner)
            return connection.execute(upsert).scalar() == owner

        return await self._database.write(work)
