"""Rows of noise control inside a caller's transaction: memory, silences, acknowledgements. Decides nothing."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any

from sqlalchemy import Connection, select, tuple_, update

from services.alert.adapters.noise_tables import ACKNOWLEDGEMENTS, COOLDOWNS, NOISE_MEMORY, SILENCES
from services.alert.adapters.tables import DELIVERIES, SUBSCRIPTIONS
from services.alert.core.noise.gravity import Gravity
from services.alert.core.noise.memory import Acknowledgement, GroupId, Mark, SubscriptionMemory
from services.alert.core.noise.settings import Listener
from services.alert.core.noise.silences import Silence
from services.alert.core.outbox import Cause, State
from services.alert.core.severity import Severity
from services.runtime.adapters.sql import insert
from services.runtime.adapters.sql_rows import chunks, insert_all


def read_listeners(connection: Connection, ids: Iterable[str]) -> dict[str, Listener]:
    """Live subscriptions by id."""
    found: dict[str, Listener] = {}
    for some in chunks(ids):
        query = select(SUBSCRIPTIONS.c.body).where(SUBSCRIPTIONS.c.id.in_(some), SUBSCRIPTIONS.c.deleted_at.is_(None))
        listeners = map(Listener.model_validate_json, connection.execute(query).scalars())
        found |= {listener.id: listener for listener in listeners}
    return found


def read_memory(connection: Connection, ids: Iterable[str], *, lock: bool) -> dict[str, SubscriptionMemory]:
    """What is remembered of these subscriptions, locked in order of the id where asked."""
    found: dict[str, SubscriptionMemory] = {}
    for some in chunks(ids):
        query = select(NOISE_MEMORY).where(NOISE_MEMORY.c.subscription_id.in_(some))
        if lock:
            query = query.order_by(NOISE_MEMORY.c.subscription_id).with_for_update()
        rows = connection.execute(query)
        found |= {row.subscription_id: SubscriptionMemory.model_validate_json(row.body) for row in rows}
    return found


def lock_memory(connection: Connection, made: Iterable[str], ids: Iterable[str]) -> dict[str, SubscriptionMemory]:
    """`read_memory` with locks; rows of those in `made` are made where missing, so that there is a row to lock."""
    empty = SubscriptionMemory().model_dump_json()
    rows = [{"subscription_id": id_, "body": empty} for id_ in sorted(set(made))]
    if rows:
        insert_all(connection, insert(connection, NOISE_MEMORY).on_conflict_do_nothing(), rows)
    return read_memory(connection, ids, lock=True)


def write_memory(connection: Connection, memories: dict[str, SubscriptionMemory]) -> None:
    """Replace what is remembered."""
    if not memories:
        return
    new: Any = insert(connection, NOISE_MEMORY)
    upsert = new.on_conflict_do_update(index_elements=["subscription_id"], set_={"body": new.excluded.body})
    rows = [{"subscription_id": id_, "body": memories[id_].model_dump_json()} for id_ in sorted(memories)]
    insert_all(connection, upsert, rows)


def read_marks(connection: Connection, groups: Iterable[GroupId]) -> dict[GroupId, Mark]:
    """The last alert of each group; their subscriptions' memory is locked by the caller."""
    table, found = COOLDOWNS.c, {}
    for some in chunks(groups):
        query = select(COOLDOWNS).where(tuple_(table.subscription_id, table.group_key).in_(some))
        for row in connection.execute(query):
            seen = Gravity(Severity(row.severity), row.level)
            found[row.subscription_id, row.group_key] = Mark(row.at, seen)
    return found


def write_marks(connection: Connection, marks: dict[GroupId, Mark]) -> None:
    """Insert or replace."""
    if not marks:
        return
    new: Any = insert(connection, COOLDOWNS)
    changed = {name: new.excluded[name] for name in ("at", "severity", "level")}
    upsert = new.on_conflict_do_update(index_elements=["subscription_id", "group_key"], set_=changed)
    rows = [
        {
            "subscription_id": subscription_id,
            "group_key": key,
            "at": mark.at,
            "severity": mark.gravity.severity,
            "level": mark.gravity.level,
        }
        for (subscription_id, key), mark in sorted(marks.items(), key=lambda item: item[0])
    ]
    insert_all(connection, upsert, rows)


def read_silences(connection: Connection, teams: Iterable[str], now: datetime) -> dict[str, list[Silence]]:
    """The silences of these teams that hold at `now`, by team."""
    table, found = SILENCES.c, dict[str, list[Silence]]()
    query = select(SILENCES).where(table.team.in_(sorted(set(teams))), table.starts_at <= now, table.ends_at > now)
    for row in connection.execute(query):
        found.setdefault(row.team, []).append(stored_silence(row.body, row.ends_at))
    return found


def stored_silence(body: str, ends_at: datetime) -> Silence:
    """As it is now: its end may have come sooner than was asked for."""
    return Silence.model_validate_json(body).model_copy(update={"ends_at": ends_at})


def read_acknowledgements(connection: Connection, alert_ids: Iterable[str]) -> dict[str, Acknowledgement]:
    """By alert id."""
    found: dict[str, Acknowledgement] = {}
    for some in chunks(alert_ids):
        rows = connection.execute(select(ACKNOWLEDGEMENTS).where(ACKNOWLEDGEMENTS.c.alert_id.in_(some)))
        found |= {row.alert_id: Acknowledgement.model_validate_json(row.body) for row in rows}
    return found


def release_snoozed(connection: Connection, subscription_id: str, due_at: datetime) -> None:
    """What a snooze holds becomes due at another time. The subscription's memory is locked by the caller."""
    table = DELIVERIES.c
    held = (table.subscription_id == subscription_id, table.cause == Cause.SNOOZED)
    waiting = table.state.in_([State.WAITING, State.GATHERED])
    connection.execute(update(DELIVERIES).where(*held, waiting).values(due_at=due_at))
