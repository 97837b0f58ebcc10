"""The key that signs links, made once and shared by all replicas through the store. Signs nothing itself."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import Connection, select

from services.alert.adapters.channel_tables import SIGNING_KEYS
from services.runtime.adapters.sql import Database, insert

_LINKS = "links"


def signing_key(database: Database, new_key: Callable[[], str]) -> str:
    """The key; `new_key` makes it where there is none. Blocks. Raises `Unavailable`."""
    query = select(SIGNING_KEYS.c.value).where(SIGNING_KEYS.c.name == _LINKS)

    def work(connection: Connection) -> str:
        new: Any = insert(connection, SIGNING_KEYS)
        connection.execute(new.values(name=_LINKS, value=new_key()).on_conflict_do_nothing())
        value: str = connection.execute(query).scalar_one()
        return value

    return database.write_now(work)
