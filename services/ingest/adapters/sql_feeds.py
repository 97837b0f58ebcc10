"""`Feeds` in the shared store."""

from datetime import datetime

from sqlalchemy import Connection, select

from services.ingest.adapters.sql_tables import feeds
from services.ingest.ports import FeedState, Validators
from services.runtime.adapters.sql import Database, insert


class SqlFeeds:
    """One row a feed."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def state(self, url: str) -> FeedState | None:
        """See `Feeds`."""
        found = select(feeds).where(feeds.c.url == url)
        row = await self._database.read(lambda connection: connection.execute(found).one_or_none())
        if row is None:
            return None
        return FeedState(Validators(row.etag, row.last_modified), frozenset(row.seen))

    async def remember(self, url: str, state: FeedState, at: datetime) -> None:
        """See `Feeds`."""
        known = {
            "etag": state.validators.etag,
            "last_modified": state.validators.last_modified,
            "seen": sorted(state.seen),
            "fetched_at": at,
        }

        def replace(connection: Connection) -> None:
            row = insert(connection, feeds).values(url=url, **known)
            connection.execute(row.on_conflict_do_update(index_elements=[feeds.c.url], set_=known))

        await self._database.write(replace)
