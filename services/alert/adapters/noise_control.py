"""Rules on the outbox rows of new alerts, in the transaction that raises them. The rules are `core.noise`'s."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from sqlalchemy import Connection

from services.alert.adapters.noise_rows import (
    lock_memory,
    read_acknowledgements,
    read_listeners,
    read_marks,
    read_silences,
    write_marks,
    write_memory,
)
from services.alert.core.channels import OWN_CHANNELS
from services.alert.core.noise.deciding import Ruling, decide
from services.alert.core.noise.gravity import weight
from services.alert.core.noise.memory import Memory
from services.alert.core.outbox import Queued
from services.contracts.alert import Alert

EditionKey = tuple[str, int]
"""Alert id and edition."""


def ruled(connection: Connection, alerts: Sequence[Alert], rows: Sequence[Queued]) -> list[Queued]:
    """The rows as they are to be queued: those of subscribers' channels get the state that noise control gives them.

    `alerts` are new alerts or new later editions, in order; what is to be remembered of them is written. Rows of the
    index and the topic stay as they are.
    """
    times = {(row.message_id, row.edition): row.created_at for row in rows if row.channel not in OWN_CHANNELS}
    told = {(alert.id, alert.edition): alert for alert in alerts if (alert.id, alert.edition) in times}
    if not told:
        return list(rows)
    rulings = _rule(connection, told, times)
    return [
        _with(row, rulings[key], told[key]) if row.channel not in OWN_CHANNELS and key in rulings else row
        for row in rows
        for key in [(row.message_id, row.edition)]
    ]


def _with(row: Queued, ruling: Ruling, alert: Alert) -> Queued:
    return replace(row, state=ruling.state, cause=ruling.cause, due_at=ruling.due_at, weight=weight(alert))


def _rule(
    connection: Connection, alerts: Mapping[EditionKey, Alert], times: Mapping[EditionKey, datetime]
) -> dict[EditionKey, Ruling]:
    memory = _remembered(connection, list(alerts.values()), max(times.values()))
    known, marks = dict(memory.subscriptions), dict(memory.marks)
    rulings: dict[EditionKey, Ruling] = {}
    for key, alert in alerts.items():
        listener = memory.listeners.get(alert.subscription_id)
        if listener is not None:
            rulings[key] = decide(alert, listener, memory, times[key])
    write_memory(connection, {id_: now for id_, now in memory.subscriptions.items() if now is not known.get(id_)})
    write_marks(connection, {group: mark for group, mark in memory.marks.items() if mark is not marks.get(group)})
    return rulings


def _remembered(connection: Connection, alerts: Sequence[Alert], now: datetime) -> Memory:
    listeners = read_listeners(connection, (alert.subscription_id for alert in alerts))
    remembering = [id_ for id_, listener in listeners.items() if listener.has_memory]
    memories = lock_memory(connection, remembering, listeners)
    cooling = [
        (alert.subscription_id, alert.group_key)
        for alert in alerts
        if alert.subscription_id in listeners and listeners[alert.subscription_id].cooldown is not None
    ]
    return Memory(
        listeners,
        memories,
        read_marks(connection, cooling),
        read_silences(connection, (alert.team for alert in alerts), now),
        read_acknowledgements(connection, (alert.id for alert in alerts if alert.edition)),
    )
