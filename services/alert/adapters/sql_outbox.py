"""The outbox in SQLite or PostgreSQL: leases and settlements. Decides no retry."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, Row, Select, bindparam, func, or_, select, tuple_, update

from services.alert.adapters.listening import Listening
from services.alert.adapters.outbox_rows import read_messages
from services.alert.adapters.sql_endpoints import Place, record_tries
from services.alert.adapters.tables import DELIVERIES, DELIVERY_ATTEMPTS, DISABLED_ENDPOINTS, SUBSCRIPTIONS
from services.alert.core.channels import OWN_CHANNELS, Channel
from services.alert.core.noise.deciding import Ruling
from services.alert.core.outbox import HELD, Cause, Leased, Settlement, State
from services.alert.core.subscriptions import Subscription
from services.contracts.alert import Alert, Kind
from services.runtime.adapters.sql import Database, insert
from services.runtime.adapters.sql_rows import among, insert_all
from services.runtime.adapters.sql_types import UtcMoment

_D = DELIVERIES.c


class SqlOutbox:
    """Implements `Outbox`: a lease is two columns; PostgreSQL's senders skip each other's locked rows.

    `held_up` is told what `lease` did not return: its channel, and the state and cause that it has now.
    """

    def __init__(self, database: Database, held_up: Callable[[str, State, Cause], None] = lambda *_: None) -> None:
        self._database = database
        self._held_up = held_up

    async def lease(
        self, now: datetime, until: datetime, owner: str, limit: int, room: Callable[[str], int]
    ) -> Sequence[Leased]:
        """Pages through the due rows, leaving out the lanes that turn out to be full."""

        def work(connection: Connection) -> list[Leased]:
            rows = _take(connection, now, until, owner, limit, room)
            return _open(connection, rows, now, held_up.append)

        held_up: list[tuple[str, Ruling]] = []
        leased = await self._database.write(work)
        for channel, ruling in held_up:
            self._held_up(channel, ruling.state, ruling.cause)
        return leased

    async def settle(self, settlements: Sequence[Settlement], owner: str) -> int:
        """One transaction."""

        def work(connection: Connection) -> int:
            places = _held(connection, (s.delivery_id for s in settlements), owner)
            kept = [(place, s) for s in settlements if (place := places.pop(s.delivery_id, None)) is not None]
            if kept:
                connection.execute(_SETTLE, [_settled(s) for _, s in kept])
                insert_all(connection, insert(connection, DELIVERY_ATTEMPTS), [_attempt(s) for _, s in kept])
                record_tries(connection, kept)
            return len(kept)

        return await self._database.write(work)

    async def backlog(self, now: datetime) -> tuple[int, datetime | None]:
        """How many rows wait, and since when the oldest of those that are due is due."""
        waiting = _D.state == State.WAITING
        count = select(func.count()).where(waiting)
        oldest = select(func.min(_D.due_at)).where(waiting, _D.due_at <= now)
        return await self._database.read(
            lambda connection: (connection.execute(count).scalar_one(), connection.execute(oldest).scalar())
        )


def _due(now: datetime, full: Iterable[str], page: int) -> Select[Any]:
    return (
        select(DELIVERIES)
        .where(_D.state == State.WAITING, _D.due_at <= now, or_(_D.leased_until.is_(None), _D.leased_until <= now))
        .where(_D.lane.not_in(list(full)))
        .order_by(_D.due_at, _D.id)
        .limit(page)
        .with_for_update(skip_locked=True)
    )


def _take(
    connection: Connection, now: datetime, until: datetime, owner: str, limit: int, room: Callable[[str], int]
) -> list[Row[Any]]:
    taken: list[Row[Any]] = []
    left: dict[str, int] = {}
    while len(taken) < limit:
        page = limit - len(taken)
        rows = connection.execute(_due(now, [lane for lane, free in left.items() if free <= 0], page)).all()
        picked = []
        for row in rows:
            free = left.setdefault(row.lane, room(row.lane))
            if free > 0:
                picked.append(row)
            left[row.lane] = free - 1
        if picked:
            ids = [row.id for row in picked]
            connection.execute(update(DELIVERIES).where(_D.id.in_(ids)).values(leased_until=until, leased_by=owner))
            taken += picked
        if len(rows) < page:
            break
    return taken


def _open(
    connection: Connection, rows: Sequence[Row[Any]], now: datetime, held_up: Callable[[tuple[str, Ruling]], None]
) -> list[Leased]:
    """Join the leased rows with their messages and with their channels as they are now.

    Those without a channel are cancelled, and those that noise control holds up by now are put back.
    """
    if not rows:
        return []
    told = {row.subscription_id for row in rows if row.channel not in OWN_CHANNELS}
    subscriptions, listening = _subscriptions(connection, told), Listening(connection, told, now)
    pairs = [(row.subscription_id, row.channel) for row in rows]
    disabled = {
        (s, c)
        for s, c in connection.execute(
            select(DISABLED_ENDPOINTS.c.subscription_id, DISABLED_ENDPOINTS.c.channel).where(
                tuple_(DISABLED_ENDPOINTS.c.subscription_id, DISABLED_ENDPOINTS.c.channel).in_(pairs)
            )
        )
    }
    messages = read_messages(connection, ((Kind(row.kind), row.message_id, row.edition) for row in rows))
    leased: list[Leased] = []
    for row in rows:
        message = messages[row.message_id, row.edition]
        channel, cause = _channel(row, subscriptions.get(row.subscription_id), disabled)
        ruling = Ruling(State.CANCELLED, cause, now) if cause else None
        if ruling is None and channel is not None and row.cause != Cause.BY_HAND:
            ruling = listening.reconsider(message)
        if ruling is not None:
            _put_back(connection, row.id, ruling, now)
            held_up((row.channel, ruling))
            continue
        leased.append(
            Leased(
                row.id,
                message,
                row.channel,
                row.lane,
                channel,
                row.attempts,
                row.published_at,
                row.fetched_at,
                was_held=row.cause in HELD or row.cause == Cause.BY_HAND or not isinstance(message, Alert),
            )
        )
    return leased


def _put_back(connection: Connection, delivery_id: str, ruling: Ruling, now: datetime) -> None:
    values: dict[str, Any] = {"state": ruling.state, "cause": ruling.cause, "leased_until": None, "leased_by": None}
    values |= {"settled_at": now} if ruling.state.is_final else {"due_at": ruling.due_at}
    connection.execute(update(DELIVERIES).where(_D.id == delivery_id).values(values))


def _subscriptions(connection: Connection, ids: set[str]) -> dict[str, Subscription]:
    query = select(SUBSCRIPTIONS.c.body).where(SUBSCRIPTIONS.c.id.in_(ids), SUBSCRIPTIONS.c.deleted_at.is_(None))
    found = (Subscription.model_validate_json(body) for body in connection.execute(query).scalars())
    return {subscription.id: subscription for subscription in found}


def _channel(
    row: Row[Any], subscription: Subscription | None, disabled: set[tuple[str, str]]
) -> tuple[Channel | None, Cause]:
    if row.channel in OWN_CHANNELS:
        return None, Cause.NONE
    if subscription is None:
        return None, Cause.SUBSCRIPTION_REMOVED
    if (row.subscription_id, row.channel) in disabled:
        return None, Cause.ENDPOINT_DISABLED
    channel = next((c for c in subscription.channels if c.key == row.channel), None)
    return channel, Cause.NONE if channel else Cause.CHANNEL_REMOVED


def _held(connection: Connection, ids: Iterable[str], owner: str) -> dict[str, Place]:
    """Subscription and channel of the rows whose lease was not lost, locked in order of their ids."""
    held: dict[str, Place] = {}
    for chosen in among(connection, _D.id, ids):
        mine = select(_D.id, _D.subscription_id, _D.channel).where(chosen, _D.leased_by == owner)
        rows = connection.execute(mine.order_by(_D.id).with_for_update())
        held |= {row.id: (row.subscription_id, row.channel) for row in rows}
    return held


_SETTLE = (
    update(DELIVERIES)
    .where(_D.id == bindparam("of"))
    .values(
        state=bindparam("to"),
        cause=bindparam("because"),
        attempts=bindparam("tries"),
        leased_until=None,
        leased_by=None,
        settled_at=bindparam("done_at"),
        due_at=func.coalesce(bindparam("again_at", type_=UtcMoment), _D.due_at),
    )
)


def _settled(settlement: Settlement) -> dict[str, Any]:
    return {
        "of": settlement.delivery_id,
        "to": settlement.state,
        "because": settlement.cause,
        "tries": settlement.attempt,
        "done_at": settlement.at if settlement.state is not State.WAITING else None,
        "again_at": settlement.due_at,
    }


def _attempt(settlement: Settlement) -> dict[str, Any]:
    receipt = settlement.receipt
    return {
        "delivery_id": settlement.delivery_id,
        "attempt": settlement.attempt,
        "at": settlement.at,
        "result": receipt.result,
        "status": receipt.status,
        "detail": receipt.detail[:300],
        "took_ms": settlement.took_ms,
    }
