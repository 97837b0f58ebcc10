"""The delivery log in SQLite or PostgreSQL, and sending again by hand. Decides no retry."""

from datetime import datetime

from sqlalchemy import Connection, select, update

from services.alert.adapters.sql_alerts import delivery_json
from services.alert.adapters.tables import DELIVERIES, DELIVERY_ATTEMPTS, DISABLED_ENDPOINTS, SUBSCRIPTIONS
from services.alert.core.channels import OWN_CHANNELS
from services.alert.core.outbox import Cause, Redelivery, State
from services.alert.core.subscriptions import Subscription
from services.alert.ports import Listing
from services.contracts.message import iso
from services.runtime.adapters.cursor import to_cursor
from services.runtime.adapters.sql import Database
from services.runtime.adapters.sql_audit import write_audit
from services.runtime.adapters.sql_rows import page_of
from services.runtime.audit import AuditEntry

_D, _S, _A = DELIVERIES.c, SUBSCRIPTIONS.c, DELIVERY_ATTEMPTS.c


class SqlDeliveries:
    """Implements `Deliveries`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def list(
        self, *, team: str, subscription_id: str | None, state: State | None, cursor: str | None, limit: int
    ) -> Listing:
        """Keyset paging over (created_at, id), newest first."""
        query = select(DELIVERIES).join(SUBSCRIPTIONS, _S.id == _D.subscription_id).where(_S.team == team)
        if subscription_id is not None:
            query = query.where(_D.subscription_id == subscription_id)
        if state is not None:
            query = query.where(_D.state == state)
        query = page_of(query, _D.created_at, _D.id, cursor, limit, newest_first=True)

        def work(connection: Connection) -> Listing:
            rows = connection.execute(query).all()
            page = rows[:limit]
            chosen = select(DELIVERY_ATTEMPTS).where(_A.delivery_id.in_([row.id for row in page]))
            tries = connection.execute(chosen.order_by(_A.attempt)).all()
            items = tuple(
                {
                    **delivery_json(row, [t for t in tries if t.delivery_id == row.id]),
                    "subscription": row.subscription_id,
                    "message": row.message_id,
                    "created_at": iso(row.created_at),
                }
                for row in page
            )
            more = len(rows) > limit
            return Listing(items, to_cursor(page[-1].created_at, page[-1].id) if more else None)

        return await self._database.read(work)

    async def redeliver(
        self, delivery_id: str, *, team: str, now: datetime, audit: AuditEntry | None = None
    ) -> Redelivery:
        """The row's lock keeps a sender from taking it meanwhile."""

        def work(connection: Connection) -> Redelivery:
            row = connection.execute(select(DELIVERIES).where(_D.id == delivery_id).with_for_update()).first()
            owner = None
            if row is not None:
                mine = select(_S.body, _S.deleted_at).where(_S.id == row.subscription_id, _S.team == team)
                owner = connection.execute(mine).first()
            if row is None or owner is None:
                return Redelivery.UNKNOWN
            if row.leased_until is not None and row.leased_until > now and row.state == State.WAITING:
                return Redelivery.IN_FLIGHT
            if row.channel not in OWN_CHANNELS:
                off = select(DISABLED_ENDPOINTS.c.since).where(
                    DISABLED_ENDPOINTS.c.subscription_id == row.subscription_id,
                    DISABLED_ENDPOINTS.c.channel == row.channel,
                )
                if connection.execute(off).first():
                    return Redelivery.ENDPOINT_DISABLED
                channels = Subscription.model_validate_json(owner.body).channels
                if owner.deleted_at is not None or all(channel.key != row.channel for channel in channels):
                    return Redelivery.CHANNEL_REMOVED
            again = {"state": State.WAITING, "cause": Cause.BY_HAND, "due_at": now, "settled_at": None}
            connection.execute(
                update(DELIVERIES).where(_D.id == delivery_id).values(**again, leased_until=None, leased_by=None)
            )
            write_audit(connection, audit)
            return Redelivery.QUEUED

        return await self._database.write(work)
