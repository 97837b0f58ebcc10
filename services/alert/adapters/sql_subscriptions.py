"""Subscriptions in SQLite or PostgreSQL. Decides nothing about them."""

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import Connection, bindparam, select, update

from services.alert.adapters.sql_consents import ask_new_addresses
from services.alert.adapters.sql_endpoints import switch_on
from services.alert.adapters.tables import (
    COUNTERS,
    IDEMPOTENCY_KEYS,
    SUBSCRIPTION_VERSIONS,
    SUBSCRIPTIONS,
)
from services.alert.core.filed_keys import filed_keys
from services.alert.core.subscriptions import Subscription
from services.alert.ports import Change, Conflict, Listing
from services.runtime.adapters.cursor import to_cursor
from services.runtime.adapters.sql import Database, insert
from services.runtime.adapters.sql_audit import write_audit
from services.runtime.adapters.sql_rows import page_of
from services.runtime.audit import AuditEntry

_CHANGES = "subscription_changes"


def _utc_now() -> datetime:
    return datetime.now(UTC)


class SqlSubscriptions:
    """Implements `Subscriptions`; `now` dates what the caller does not date."""

    def __init__(self, database: Database, now: Callable[[], datetime] = _utc_now) -> None:
        self._database = database
        self._now = now

    async def create(
        self,
        subscription: Subscription,
        idempotency: tuple[str, str] | None = None,
        audit: AuditEntry | None = None,
    ) -> Subscription:
        """One transaction; the change counter's row lock orders the writers."""

        def work(connection: Connection) -> Subscription:
            number = _next_change(connection)
            if idempotency and (made := _made_before(connection, subscription.team, *idempotency)):
                return made
            if connection.execute(select(SUBSCRIPTIONS.c.id).where(SUBSCRIPTIONS.c.id == subscription.id)).first():
                raise Conflict(f"the id {subscription.id!r} is taken")
            connection.execute(
                insert(connection, SUBSCRIPTIONS).values(
                    id=subscription.id,
                    team=subscription.team,
                    created_at=subscription.created_at,
                    **_columns(subscription, number),
                )
            )
            _keep_version(connection, subscription)
            ask_new_addresses(connection, subscription, self._now())
            if idempotency:
                key, request_hash = idempotency
                connection.execute(
                    insert(connection, IDEMPOTENCY_KEYS).values(
                        team=subscription.team,
                        key=key,
                        request_hash=request_hash,
                        subscription_id=subscription.id,
                        created_at=self._now(),
                    )
                )
            write_audit(connection, audit)
            return subscription

        return await self._database.write(work)

    async def replace(self, subscription: Subscription, expected: int, audit: AuditEntry | None = None) -> None:
        """A new version also means: try its disabled endpoints again."""

        def work(connection: Connection) -> None:
            changed = connection.execute(
                update(SUBSCRIPTIONS)
                .where(SUBSCRIPTIONS.c.id == subscription.id, SUBSCRIPTIONS.c.deleted_at.is_(None))
                .where(SUBSCRIPTIONS.c.team == subscription.team, SUBSCRIPTIONS.c.version == expected)
                .values(_columns(subscription, _next_change(connection)))
            )
            if changed.rowcount != 1:
                raise Conflict(f"the subscription is no longer at version {expected}")
            _keep_version(connection, subscription)
            ask_new_addresses(connection, subscription, self._now())
            switch_on(connection, subscription.id)
            write_audit(connection, audit)

        await self._database.write(work)

    async def delete(
        self, subscription_id: str, expected: int | None, *, team: str, audit: AuditEntry | None = None
    ) -> None:
        """Mark; rows that refer to it stay."""

        def work(connection: Connection) -> None:
            number = _next_change(connection)
            version = connection.execute(
                select(SUBSCRIPTIONS.c.version).where(
                    SUBSCRIPTIONS.c.id == subscription_id,
                    SUBSCRIPTIONS.c.team == team,
                    SUBSCRIPTIONS.c.deleted_at.is_(None),
                )
            ).scalar()
            if version is None:
                raise KeyError(subscription_id)
            if expected not in (None, version):
                raise Conflict(f"the subscription is at version {version}")
            connection.execute(
                update(SUBSCRIPTIONS)
                .where(SUBSCRIPTIONS.c.id == subscription_id)
                .values(deleted_at=self._now(), change_number=number)
            )
            write_audit(connection, audit)

        await self._database.write(work)

    async def get(self, subscription_id: str, *, team: str) -> Subscription | None:
        """By primary key."""
        query = select(SUBSCRIPTIONS.c.body).where(
            SUBSCRIPTIONS.c.id == subscription_id, SUBSCRIPTIONS.c.team == team, SUBSCRIPTIONS.c.deleted_at.is_(None)
        )
        body = await self._database.read(lambda connection: connection.execute(query).scalar())
        return Subscription.model_validate_json(body) if body is not None else None

    async def list(self, *, team: str, cursor: str | None, limit: int, name: str | None = None) -> Listing:
        """Keyset paging over (created_at, id)."""
        query = select(SUBSCRIPTIONS.c.body).where(SUBSCRIPTIONS.c.team == team, SUBSCRIPTIONS.c.deleted_at.is_(None))
        if name is not None:
            query = query.where(SUBSCRIPTIONS.c.name == name)
        page = page_of(query, SUBSCRIPTIONS.c.created_at, SUBSCRIPTIONS.c.id, cursor, limit, newest_first=False)
        rows = await self._database.read(lambda connection: connection.execute(page).scalars().all())
        items = tuple(Subscription.model_validate_json(body) for body in rows[:limit])
        more = len(rows) > limit
        return Listing(items, to_cursor(items[-1].created_at, items[-1].id) if more else None)

    async def changes(self, after: int, limit: int = 2_000) -> Sequence[Change]:
        """The counter is read first: when it stands still, nothing else is."""

        def work(connection: Connection) -> list[Change]:
            newest = connection.execute(select(COUNTERS.c.value).where(COUNTERS.c.name == _CHANGES)).scalar()
            if newest is None or newest <= after:
                return []
            table = SUBSCRIPTIONS.c
            rows = connection.execute(
                select(table.id, table.change_number, table.body, table.deleted_at, table.filed)
                .where(table.change_number > after)
                .order_by(table.change_number)
                .limit(limit)
            )
            return [
                Change(name, number, None if deleted else body.encode(), filed)
                for name, number, body, deleted, filed in rows
            ]

        return await self._database.read(work)

    async def file(self, filed: Sequence[Change]) -> None:
        """By change number: a newer version has keys of its own."""
        keep = (
            update(SUBSCRIPTIONS)
            .where(SUBSCRIPTIONS.c.id == bindparam("name"), SUBSCRIPTIONS.c.change_number == bindparam("number"))
            .values(filed=bindparam("keys"))
        )
        rows = [{"name": change.id, "number": change.number, "keys": change.filed} for change in filed]
        if rows:
            await self._database.write(lambda connection: connection.execute(keep, rows))


def _next_change(connection: Connection) -> int:
    """The next number, its row locked until the transaction ends: numbers become visible in order."""
    new: Any = insert(connection, COUNTERS).values(name=_CHANGES, value=1)
    upsert = new.on_conflict_do_update(index_elements=["name"], set_={"value": COUNTERS.c.value + 1})
    number: int = connection.execute(upsert.returning(COUNTERS.c.value)).scalar_one()
    return number


def _columns(subscription: Subscription, number: int) -> dict[str, object]:
    return {
        "name": subscription.name,
        "version": subscription.version,
        "body": subscription.model_dump_json(),
        "change_number": number,
        "filed": filed_keys(subscription.query),
    }


def _keep_version(connection: Connection, subscription: Subscription) -> None:
    connection.execute(
        insert(connection, SUBSCRIPTION_VERSIONS).values(
            subscription_id=subscription.id,
            version=subscription.version,
            body=subscription.model_dump_json(),
            created_at=subscription.updated_at,
        )
    )


def _made_before(connection: Connection, team: str, key: str, request_hash: str) -> Subscription | None:
    keys, versions = IDEMPOTENCY_KEYS.c, SUBSCRIPTION_VERSIONS.c
    row = connection.execute(
        select(keys.request_hash, versions.body)
        .join(SUBSCRIPTION_VERSIONS, versions.subscription_id == keys.subscription_id)
        .where(keys.team == team, keys.key == key, versions.version == 1)
    ).first()
    if row is None:
        return None
    if row.request_hash != request_hash:
        raise Conflict("this Idempotency-Key was used for another request")
    return Subscription.model_validate_json(row.body)
