"""Rows of the outbox and the notifications that they send, inside a caller's transaction. Decides nothing."""

from collections.abc import Iterable, Sequence
from typing import Any

from pydantic import TypeAdapter
from sqlalchemy import Connection, select, tuple_

from services.alert.adapters.tables import ALERTS, DELIVERIES, MESSAGES
from services.alert.core.outbox import Queued
from services.contracts.alert import Alert, Kind
from services.contracts.notification import Notification
from services.runtime.adapters.sql import insert
from services.runtime.adapters.sql_rows import insert_all

MessageKey = tuple[str, int]
"""Id and edition."""

_NOTIFICATION: TypeAdapter[Notification] = TypeAdapter(Notification)


def store_messages(connection: Connection, messages: Sequence[Notification]) -> frozenset[MessageKey]:
    """Keep notifications other than first alerts; returns those that were not there before."""
    if not messages:
        return frozenset()
    rows = [
        {
            "id": message.id,
            "edition": edition_of(message),
            "kind": message.kind,
            "subscription_id": message.subscription_id,
            "body": message.model_dump_json(),
            "created_at": message.raised_at,
        }
        for message in sorted(messages, key=lambda m: (m.id, edition_of(m)))
    ]
    new: Any = insert(connection, MESSAGES)
    made = new.on_conflict_do_nothing().returning(MESSAGES.c.id, MESSAGES.c.edition)
    return frozenset((row.id, row.edition) for row in insert_all(connection, made, rows))


def queue(connection: Connection, rows: Sequence[Queued]) -> None:
    """Insert new rows; one that is there already stays as it is."""
    if not rows:
        return
    new: Any = insert(connection, DELIVERIES)
    insert_all(
        connection,
        new.on_conflict_do_nothing(),
        [
            {
                "id": row.delivery_id,
                "message_id": row.message_id,
                "edition": row.edition,
                "kind": row.kind,
                "channel": row.channel,
                "lane": row.lane,
                "subscription_id": row.subscription_id,
                "state": row.state,
                "cause": row.cause,
                "due_at": row.due_at,
                "attempts": 0,
                "published_at": row.published_at,
                "fetched_at": row.fetched_at,
                "created_at": row.created_at,
                "settled_at": row.created_at if row.state.is_final else None,
                "weight": row.weight,
            }
            for row in rows
        ],
    )


def read_messages(connection: Connection, keys: Iterable[tuple[Kind, str, int]]) -> dict[MessageKey, Notification]:
    """The notifications of these (kind, id, edition)."""
    wanted = frozenset(keys)
    firsts = {id_ for kind, id_, _ in wanted if kind is Kind.ALERT}
    others = [(id_, edition) for kind, id_, edition in wanted if kind is not Kind.ALERT]
    found: dict[MessageKey, Notification] = {}
    if firsts:
        chosen = select(ALERTS.c.id, ALERTS.c.body).where(ALERTS.c.id.in_(firsts))
        found |= {(id_, 0): Alert.model_validate_json(body) for id_, body in connection.execute(chosen)}
    if others:
        rows = connection.execute(
            select(MESSAGES.c.id, MESSAGES.c.edition, MESSAGES.c.body).where(
                tuple_(MESSAGES.c.id, MESSAGES.c.edition).in_(others)
            )
        )
        found |= {(id_, edition): _NOTIFICATION.validate_json(body) for id_, edition, body in rows}
    return found


def edition_of(message: Notification) -> int:
    """Alerts have editions; digests and notices come once."""
    return message.edition if isinstance(message, Alert) else 0
