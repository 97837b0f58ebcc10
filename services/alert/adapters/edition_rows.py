"""Alerts whose story goes on, and their later editions, inside a caller's transaction. Decides nothing."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from sqlalchemy import Connection, select

from services.alert.adapters.noise_control import ruled
from services.alert.adapters.outbox_rows import queue, store_messages
from services.alert.adapters.tables import ALERTS, DELIVERIES, MESSAGES
from services.alert.core.channels import OWN_CHANNELS
from services.alert.core.deciding import Plan
from services.alert.core.followups import Told
from services.alert.core.outbox import State
from services.contracts.alert import Alert, Kind
from services.runtime.adapters.sql_rows import among

_LATER = (Kind.UPDATE, Kind.CORRECTION, Kind.DENIAL)
_RECEIVED = (State.WAITING, State.GATHERED, State.SENT, State.DIGESTED)
"""States of a delivery that was told, or is to be told."""


def lock_told(connection: Connection, stories: Collection[str]) -> Sequence[Told]:
    """The alerts of these stories with their later editions, locked in order of their ids."""
    bodies: dict[str, str] = {}
    for of_stories in among(connection, ALERTS.c.story_id, stories):
        chosen = select(ALERTS.c.id, ALERTS.c.body).where(of_stories)
        rows = connection.execute(chosen.order_by(ALERTS.c.id).with_for_update())
        bodies |= {row.id: row.body for row in rows}
    later = later_editions(connection, bodies)
    return [Told(Alert.model_validate_json(body), tuple(later.get(id_, ()))) for id_, body in bodies.items()]


def later_editions(connection: Connection, alert_ids: Collection[str]) -> dict[str, list[Alert]]:
    """Those of each alert that has any, in the order in which they were made."""
    later: dict[str, list[Alert]] = {}
    for of_alerts in among(connection, MESSAGES.c.id, alert_ids):
        editions = select(MESSAGES.c.id, MESSAGES.c.body).where(of_alerts, MESSAGES.c.kind.in_(_LATER))
        for row in connection.execute(editions.order_by(MESSAGES.c.id, MESSAGES.c.created_at)):
            later.setdefault(row.id, []).append(Alert.model_validate_json(row.body))
    return later


def write_editions(connection: Connection, plan: Plan) -> Plan:
    """Keep the editions and queue them for whoever received the alert; the plan without those that were there."""
    if not plan.editions:
        return plan
    made = store_messages(connection, plan.editions)
    editions = [edition for edition in plan.editions if (edition.id, edition.edition) in made]
    received = _received(connection, (edition.id for edition in editions))
    rows = [
        row
        for row in plan.outbox
        if (row.message_id, row.edition) in made
        and (row.channel in OWN_CHANNELS or (row.message_id, row.channel) in received)
    ]
    rows = ruled(connection, editions, rows)
    queue(connection, rows)
    return replace(plan, editions=editions, outbox=[row for row in plan.outbox if not row.edition] + rows)


def _received(connection: Connection, alert_ids: Iterable[str]) -> frozenset[tuple[str, str]]:
    """Alert id and channel of the first editions that were told, or are to be told."""
    table, found = DELIVERIES.c, set[tuple[str, str]]()
    for of_alerts in among(connection, table.message_id, alert_ids):
        told = select(table.message_id, table.channel).where(of_alerts, table.edition == 0, table.state.in_(_RECEIVED))
        found |= {(row.message_id, row.channel) for row in connection.execute(told)}
    return frozenset(found)
