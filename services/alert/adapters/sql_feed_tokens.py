"""The tokens of feeds in SQLite or PostgreSQL: only their hashes, one a subscription. Makes no token."""

import hashlib
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, delete, select

from services.alert.adapters.channel_tables import FEED_TOKENS
from services.alert.adapters.tables import SUBSCRIPTIONS
from services.alert.core.subscriptions import Subscription
from services.runtime.adapters.sql import Database, insert
from services.runtime.adapters.sql_audit import write_audit
from services.runtime.audit import AuditEntry


class SqlFeedTokens:
    """Implements `FeedTokens`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def keep(self, subscription_id: str, token: str, now: datetime, audit: AuditEntry | None = None) -> None:
        """Upsert."""

        def work(connection: Connection) -> None:
            new: Any = insert(connection, FEED_TOKENS)
            kept = {"token_hash": _hash(token), "created_at": now}
            upsert = new.on_conflict_do_update(index_elements=["subscription_id"], set_=kept)
            connection.execute(upsert, [{"subscription_id": subscription_id, **kept}])
            write_audit(connection, audit)

        await self._database.write(work)

    async def end(self, subscription_id: str, audit: AuditEntry | None = None) -> None:
        """Delete."""

        def work(connection: Connection) -> None:
            connection.execute(delete(FEED_TOKENS).where(FEED_TOKENS.c.subscription_id == subscription_id))
            write_audit(connection, audit)

        await self._database.write(work)

    async def subscription_of(self, token: str) -> Subscription | None:
        """By the unique index on the hash."""
        query = (
            select(SUBSCRIPTIONS.c.body)
            .join(FEED_TOKENS, FEED_TOKENS.c.subscription_id == SUBSCRIPTIONS.c.id)
            .where(FEED_TOKENS.c.token_hash == _hash(token), SUBSCRIPTIONS.c.deleted_at.is_(None))
        )
        body = await self._database.read(lambda connection: connection.execute(query).scalar())
        return Subscription.model_validate_json(body) if body is not None else None


def _hash(token: str) -> str:
    """A fast hash is enough for 256 bits of chance, which nobody can try through."""
    return hashlib.sha256(token.encode()).hexdigest()
