"""Articles seen, trigger states, alerts and new outbox rows, in one transaction a batch. Decides nothing itself."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from sqlalchemy import Connection, literal, select, tuple_

from services.alert.adapters.edition_rows import lock_told, write_editions
from services.alert.adapters.noise_control import ruled
from services.alert.adapters.outbox_rows import queue
from services.alert.adapters.sql_dyads import lock_dyads, write_dyads
from services.alert.adapters.tables import ALERTS, OBSERVATIONS, SEEN_ARTICLES, TRIGGER_STATES
from services.alert.core.deciding import Claim, Known, Needs, Plan
from services.alert.core.triggers.states import GroupId, Remembered, read_state, unknown
from services.alert.ports import Decide, Seen
from services.contracts.alert import Trigger
from services.runtime.adapters.sql import Database, insert
from services.runtime.adapters.sql_rows import among, chunks, insert_all


class SqlMemory:
    """Implements `Memory`. Tables are written in one order, rows in order of their keys: no two replicas deadlock."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, seen: Sequence[Seen], needs: Needs, decide: Decide) -> Plan:
        """Claim the articles first: that row lock is what makes the rest happen once."""

        def work(connection: Connection) -> Plan:
            claim = _claim(connection, seen)
            stories = frozenset(story for article, story in needs.stories.items() if article in claim.fresh)
            followed = lock_told(connection, stories)
            told, groups = _told(connection, needs.alert_ids), _locked(connection, needs.groups)
            plan = decide(claim, Known(told, groups, lock_dyads(connection, needs.dyads), followed))
            _write_observations(connection, plan)
            _write_groups(connection, plan)
            write_dyads(connection, plan.dyads, plan.points)
            return write_editions(connection, _write_alerts(connection, plan))

        return await self._database.write(work)


def _claim(connection: Connection, seen: Sequence[Seen]) -> Claim:
    """The articles whose revision is now the highest, their rows locked."""
    if not seen:
        return Claim()
    new: Any = insert(connection, SEEN_ARTICLES)
    upsert = new.on_conflict_do_update(
        index_elements=["article_id"],
        set_={"revision": new.excluded.revision},
        where=SEEN_ARTICLES.c.revision < new.excluded.revision,
    ).returning(SEEN_ARTICLES.c.article_id, SEEN_ARTICLES.c.revision, SEEN_ARTICLES.c.first_revision)
    rows = [
        {
            "article_id": s.article_id,
            "revision": s.revision,
            "first_revision": s.revision,
            "fetched_at": s.fetched_at,
        }
        for s in sorted(seen, key=lambda s: s.article_id)
    ]
    claimed = insert_all(connection, upsert, rows).all()
    return Claim(
        frozenset(row.article_id for row in claimed),
        frozenset(row.article_id for row in claimed if row.revision == row.first_revision),
    )


def _told(connection: Connection, alert_ids: frozenset[str]) -> frozenset[str]:
    told: set[str] = set()
    for chosen in among(connection, ALERTS.c.id, alert_ids):
        told |= set(connection.execute(select(ALERTS.c.id).where(chosen)).scalars())
    return frozenset(told)


def _locked(connection: Connection, groups: frozenset[GroupId]) -> dict[GroupId, Remembered]:
    """The states, made when missing, so that there is a row to lock."""
    if not groups:
        return {}
    keys = sorted(groups)
    make: Any = insert(connection, TRIGGER_STATES)
    insert_all(connection, make.on_conflict_do_nothing(), [_state_row(group, unknown(group)) for group in keys])
    table = TRIGGER_STATES.c
    columns = (table.subscription_id, table.trigger, table.group_key)
    states: dict[GroupId, Remembered] = {}
    for some in chunks(keys):
        chosen = [tuple_(*map(literal, key)) for key in some]
        rows = connection.execute(
            select(*columns, table.state).where(tuple_(*columns).in_(chosen)).order_by(*columns).with_for_update()
        )
        for subscription_id, trigger, key, body in rows:
            group = GroupId(subscription_id, Trigger(trigger), key)
            states[group] = read_state(group, body)
    return states


def _state_row(group: GroupId, state: Remembered) -> dict[str, str]:
    return {
        "subscription_id": group.subscription_id,
        "trigger": group.trigger.value,
        "group_key": group.key,
        "state": state.model_dump_json(),
    }


def _write_observations(connection: Connection, plan: Plan) -> None:
    rows = [
        {
            "subscription_id": o.subscription_id,
            "version": o.version,
            "article_id": o.article_id,
            "revision": o.revision,
            "verdict": o.verdict,
            "alert_id": o.alert_id,
            "observed_at": o.observed_at,
        }
        for o in plan.observations
    ]
    if rows:
        # Retention may have forgotten an article of old whose later revision is still in here.
        insert_all(connection, insert(connection, OBSERVATIONS).on_conflict_do_nothing(), rows)


def _write_groups(connection: Connection, plan: Plan) -> None:
    if not plan.groups:
        return
    new: Any = insert(connection, TRIGGER_STATES)
    upsert = new.on_conflict_do_update(
        index_elements=["subscription_id", "trigger", "group_key"], set_={"state": new.excluded.state}
    )
    insert_all(connection, upsert, [_state_row(group, plan.groups[group]) for group in sorted(plan.groups)])


def _write_alerts(connection: Connection, plan: Plan) -> Plan:
    """Insert the alerts and, of those that were not there, the outbox rows; the plan without the others."""
    if not plan.alerts:
        return plan
    later = [row for row in plan.outbox if row.edition]
    new: Any = insert(connection, ALERTS)
    rows = [
        {
            "id": alert.id,
            "team": alert.team,
            "subscription_id": alert.subscription_id,
            "article_id": alert.article.id if alert.article else "",
            "story_id": alert.story_id,
            "raised_at": alert.raised_at,
            "body": alert.model_dump_json(),
        }
        for alert in sorted(plan.alerts, key=lambda a: a.id)
    ]
    raised = frozenset(insert_all(connection, new.on_conflict_do_nothing().returning(ALERTS.c.id), rows).scalars())
    alerts = [alert for alert in plan.alerts if alert.id in raised]
    outbox = ruled(connection, alerts, [row for row in plan.outbox if not row.edition and row.message_id in raised])
    queue(connection, outbox)
    return replace(plan, alerts=alerts, outbox=outbox + later)
