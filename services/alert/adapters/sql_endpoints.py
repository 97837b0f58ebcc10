"""How each endpoint does, in SQLite or PostgreSQL: part of the transaction that settles its tries. Decides nothing."""

import logging
from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, and_, delete, select, tuple_

from services.alert.adapters.channel_tables import ENDPOINTS
from services.alert.adapters.outbox_rows import queue, store_messages
from services.alert.adapters.tables import DISABLED_ENDPOINTS, SUBSCRIPTIONS
from services.alert.core.endpoints import Disabled, Standing, farewell, is_endpoint, observe
from services.alert.core.outbox import Settlement
from services.alert.core.subscriptions import Subscription
from services.alert.ports import EndpointView
from services.runtime import metrics
from services.runtime.adapters.sql import Database, insert
from services.runtime.adapters.sql_audit import write_audit
from services.runtime.audit import AuditEntry

log = logging.getLogger(__name__)

Place = tuple[str, str]
"""Subscription id and key of the channel."""
_E, _D = ENDPOINTS.c, DISABLED_ENDPOINTS.c


class SqlEndpoints:
    """Implements `Endpoints`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def of(self, subscription_id: str) -> dict[str, EndpointView]:
        """Two reads by the leading column of the keys."""

        def work(connection: Connection) -> dict[str, EndpointView]:
            standings = connection.execute(select(ENDPOINTS).where(_E.subscription_id == subscription_id)).all()
            views = {row.channel: EndpointView(_standing(row)) for row in standings}
            disabled = connection.execute(
                select(_D.channel, _D.cause, _D.since).where(_D.subscription_id == subscription_id)
            )
            for channel, cause, since in disabled:
                known = views.get(channel, EndpointView(Standing()))
                views[channel] = EndpointView(known.standing, Disabled(cause), since)
            return views

        return await self._database.read(work)

    async def enable(self, subscription_id: str, channel: str, audit: AuditEntry | None = None) -> bool:
        """Delete both rows: a failure after this starts a count of its own."""

        def work(connection: Connection) -> bool:
            was_off = switch_on(connection, subscription_id, channel) == 1
            write_audit(connection, audit if was_off else None)
            return was_off

        return await self._database.write(work)


def switch_on(connection: Connection, subscription_id: str, channel: str | None = None) -> int:
    """Of a subscription the channels that are off, or one of them; their failures are forgotten. Returns how many."""
    off = _D.subscription_id == subscription_id
    if channel is not None:
        off = and_(off, _D.channel == channel)
    keys = select(_D.channel).where(off)
    connection.execute(delete(ENDPOINTS).where(_E.subscription_id == subscription_id, _E.channel.in_(keys)))
    return connection.execute(delete(DISABLED_ENDPOINTS).where(off)).rowcount


def record_tries(connection: Connection, tries: Sequence[tuple[Place, Settlement]]) -> None:
    """Take the tries into the standings of their endpoints; switch off what is given up, and tell its owner."""
    by_place: dict[Place, list[Settlement]] = defaultdict(list)
    for place, settlement in tries:
        if is_endpoint(place[1]):
            by_place[place].append(settlement)
    if not by_place:
        return
    places = sorted(by_place)
    chosen = select(ENDPOINTS).where(tuple_(_E.subscription_id, _E.channel).in_(places))
    rows = connection.execute(chosen.order_by(_E.subscription_id, _E.channel).with_for_update())
    known = {(row.subscription_id, row.channel): _standing(row) for row in rows}
    values = []
    for place in places:
        standing, disabled = observe(known.get(place, Standing()), place[1], by_place[place])
        values.append(_row(place, standing))
        if disabled:
            _switch_off(connection, place, disabled, standing.failing_since, by_place[place][-1].at)
    new: Any = insert(connection, ENDPOINTS)
    kept = {name: new.excluded[name] for name in _STANDING}
    connection.execute(new.on_conflict_do_update(index_elements=["subscription_id", "channel"], set_=kept), values)


def _switch_off(connection: Connection, place: Place, because: Disabled, since: datetime | None, now: datetime) -> None:
    new: Any = insert(connection, DISABLED_ENDPOINTS)
    values = {"subscription_id": place[0], "channel": place[1], "cause": because, "since": now}
    if connection.execute(new.values(values).on_conflict_do_nothing().returning(_D.channel)).first() is None:
        return  # it was off before, and told
    told = _tell_owner(connection, place, because, since or now, now)
    kind = place[1].partition(":")[0]
    metrics.ENDPOINTS_DISABLED.labels(kind, because).inc()
    log.warning(
        "endpoint switched off",
        extra={"subscription": place[0], "channel": place[1], "cause": because, "told_on_channels": told},
    )


def _tell_owner(connection: Connection, place: Place, because: Disabled, since: datetime, now: datetime) -> int:
    """Returns on how many other channels."""
    body = connection.execute(
        select(SUBSCRIPTIONS.c.body).where(SUBSCRIPTIONS.c.id == place[0], SUBSCRIPTIONS.c.deleted_at.is_(None))
    ).scalar()
    subscription = Subscription.model_validate_json(body) if body is not None else None
    channel = next((c for c in subscription.channels if c.key == place[1]), None) if subscription else None
    if subscription is None or channel is None:
        return 0
    notice, rows = farewell(subscription, channel, because, since, now)
    store_messages(connection, [notice])
    queue(connection, rows)
    return len(rows)


_STANDING = ("failing_since", "last_success_at", "last_failure_at", "last_result")


def _standing(row: Any) -> Standing:
    return Standing(*(getattr(row, name) for name in _STANDING))


def _row(place: Place, standing: Standing) -> dict[str, Any]:
    return {
        "subscription_id": place[0],
        "channel": place[1],
        **{name: getattr(standing, name) for name in _STANDING},
    }
