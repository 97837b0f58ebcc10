"""Closes what periods gathered, in SQLite or PostgreSQL: one transaction a period. Composes nothing itself."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, and_, func, or_, select, update

from services.alert.adapters.noise_rows import (
    lock_memory,
    read_listeners,
    read_memory,
    read_silences,
    release_snoozed,
)
from services.alert.adapters.outbox_rows import queue, read_messages, store_messages
from services.alert.adapters.tables import DELIVERIES, MESSAGES
from services.alert.core.identity import delivery_id, digest_id
from services.alert.core.noise.deciding import is_silenced
from services.alert.core.noise.digests import MAX_ITEMS, Period, compose, newest_editions
from services.alert.core.noise.settings import Listener
from services.alert.core.noise.silences import Silence
from services.alert.core.outbox import Cause, Queued, State
from services.contracts.alert import Alert, Kind
from services.contracts.notification import Digest
from services.runtime.adapters.sql import Database

_D = DELIVERIES.c
_PAGE = 100


class SqlDigests:
    """Implements `Digests`. The lock on a subscription's memory keeps replicas, and new rows, apart."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def end_snoozes(self, now: datetime) -> None:
        """Rows name the snooze as their cause; whether it still lasts is asked of the subscription's memory."""

        def work(connection: Connection) -> None:
            held = _D.state.in_([State.GATHERED, State.WAITING]) & (_D.cause == Cause.SNOOZED) & (_D.due_at > now)
            ids = connection.execute(select(_D.subscription_id).where(held).distinct()).scalars().all()
            known = read_memory(connection, ids, lock=True)
            for id_ in sorted(ids):
                snooze = known[id_].snooze if id_ in known else None
                if snooze is None or not snooze.holds(None, now):
                    release_snoozed(connection, id_, now)

        await self._database.write(work)

    async def due(self, now: datetime, limit: int) -> Sequence[Period]:
        """Oldest first."""
        query = (
            select(_D.subscription_id, _D.cause, _D.due_at)
            .where(_D.state == State.GATHERED, _D.due_at <= now)
            .group_by(_D.subscription_id, _D.cause, _D.due_at)
            .order_by(_D.due_at, _D.subscription_id, _D.cause)
            .limit(limit)
        )
        rows = await self._database.read(lambda connection: connection.execute(query).all())
        return [Period(row.subscription_id, Cause(row.cause), row.due_at) for row in rows]

    async def close(self, period: Period, now: datetime) -> Digest | None:
        """Digest, its deliveries and its members' state in one transaction: a crash leaves all or nothing."""
        return await self._database.write(lambda connection: _close(connection, period, now))


def _members(period: Period) -> ColumnElement[bool]:
    return and_(
        _D.subscription_id == period.subscription_id,
        _D.state == State.GATHERED,
        _D.cause == period.cause,
        _D.due_at == period.until,
    )


def _close(connection: Connection, period: Period, now: datetime) -> Digest | None:
    memory = lock_memory(connection, [period.subscription_id], [period.subscription_id])[period.subscription_id]
    listener = read_listeners(connection, [period.subscription_id]).get(period.subscription_id)
    if listener is None or listener.paused:
        cause = Cause.SUBSCRIPTION_PAUSED if listener else Cause.SUBSCRIPTION_REMOVED
        _settle(connection, _members(period), State.CANCELLED, cause, now)
        return None
    if memory.snooze is not None and memory.snooze.holds(None, now):
        later = {"cause": Cause.SNOOZED, "due_at": memory.snooze.until}
        connection.execute(update(DELIVERIES).where(_members(period)).values(later))
        return None
    part = _part(connection, period)
    members = _claim(connection, period, part)
    silences = read_silences(connection, [listener.team], now).get(listener.team, ())
    gravest = newest_editions(_gravest(connection, members, listener, silences, now))
    if not gravest:
        return None
    query = select(func.count(_D.message_id.distinct()), func.min(_D.created_at)).where(members)
    total, oldest = connection.execute(query).one()
    digest = compose(period, listener, gravest, total, oldest, part, now)
    store_messages(connection, [digest])
    queue(connection, _rows(connection, members, digest, now))
    _settle(connection, members, State.DIGESTED, period.cause, now, digest.id)
    return digest


def _claim(connection: Connection, period: Period, part: int) -> ColumnElement[bool]:
    """The members as they are now: a sender that gathers a row meanwhile leaves it to the next part."""
    claimed_by = _id(period, part)
    connection.execute(update(DELIVERIES).where(_members(period)).values(digest_id=claimed_by))
    return _members(period) & (_D.digest_id == claimed_by)


def _gravest(
    connection: Connection,
    members: ColumnElement[bool],
    listener: Listener,
    silences: Sequence[Silence],
    now: datetime,
) -> list[Alert]:
    """The heaviest members, as many as a digest lists; what is silenced by now leaves the period."""
    kept: list[Alert] = []
    key = (_D.message_id, _D.edition, _D.kind)
    while True:
        page = connection.execute(
            select(*key)
            .where(members)
            .group_by(*key)
            .order_by(func.max(_D.weight).desc(), func.max(_D.created_at).desc(), *key)
            .offset(len(kept))
            .limit(_PAGE)
        ).all()
        found = read_messages(connection, ((Kind(kind), id_, edition) for id_, edition, kind in page))
        alerts = [alert for id_, edition, _ in page if isinstance(alert := found[id_, edition], Alert)]
        silent = [alert for alert in alerts if is_silenced(alert, listener, silences, now)]
        if silent:
            named = or_(*(and_(_D.message_id == a.id, _D.edition == a.edition) for a in silent))
            _settle(connection, members & named, State.SUPPRESSED, Cause.SILENCED, now)
        kept += [alert for alert in alerts if not is_silenced(alert, listener, silences, now)]
        if len(page) < _PAGE or len({alert.id for alert in kept}) >= MAX_ITEMS:
            return kept


def _part(connection: Connection, period: Period) -> int:
    """0, or the next number when rows of a period that was closed came in late."""
    part = 0
    while connection.execute(select(MESSAGES.c.id).where(MESSAGES.c.id == _id(period, part))).first():
        part += 1
    return part


def _id(period: Period, part: int) -> str:
    return digest_id(period.subscription_id, period.cause, period.until, part)


def _rows(connection: Connection, members: ColumnElement[bool], digest: Digest, now: datetime) -> list[Queued]:
    """One for each channel that a member waits for."""
    channels = connection.execute(select(_D.channel, func.max(_D.lane)).where(members).group_by(_D.channel))
    return [
        Queued(
            delivery_id(digest.id, 0, channel),
            digest.id,
            0,
            channel,
            lane,
            digest.subscription_id,
            published_at=now,
            fetched_at=now,
            created_at=now,
            due_at=now,
            kind=Kind.DIGEST,
        )
        for channel, lane in sorted(tuple(row) for row in channels)
    ]


def _settle(
    connection: Connection,
    rows: ColumnElement[bool],
    state: State,
    cause: Cause,
    now: datetime,
    in_digest: str | None = None,
) -> None:
    values: dict[str, Any] = {"state": state, "cause": cause, "settled_at": now, "digest_id": in_digest}
    connection.execute(update(DELIVERIES).where(rows).values(values))
