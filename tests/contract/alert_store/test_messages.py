"""Notifications besides first alerts, and the migration that made room for them."""

from typing import Any

from sqlalchemy import Connection, text

from services.alert.adapters.outbox_rows import queue, read_messages, store_messages
from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.core.channels import ConsoleChannel
from services.alert.core.outbox import Queued
from services.contracts.alert import Kind
from services.contracts.notification import Notice
from services.runtime.adapters.migrate import upgrade
from services.runtime.adapters.sql import Database
from tests.articles import NOON
from tests.contract.alert_store.stores import lease
from tests.subscriptions import subscription

NOTICE = Notice(
    id="n" * 64, subscription_id="hook", rule="invasion", subject="Endpoint disabled", text="Why.", raised_at=NOON
)


def row(channel: str) -> Queued:
    return Queued("dlv_n", NOTICE.id, 0, channel, "console", "hook", NOON, NOON, NOON, NOON, kind=Kind.NOTICE)


async def test_a_notice_is_kept_once_and_read_back(database: Database) -> None:
    first = await database.write(lambda connection: store_messages(connection, [NOTICE]))
    again = await database.write(lambda connection: store_messages(connection, [NOTICE]))
    assert (first, again) == (frozenset({(NOTICE.id, 0)}), frozenset())
    found = await database.read(lambda connection: read_messages(connection, [(Kind.NOTICE, NOTICE.id, 0)]))
    assert found == {(NOTICE.id, 0): NOTICE}


async def test_a_notice_is_leased_like_an_alert(
    database: Database, outbox: SqlOutbox, subscriptions: SqlSubscriptions
) -> None:
    await subscriptions.create(subscription("hook", channels=[{"type": "console"}]))

    def work(connection: Connection) -> None:
        store_messages(connection, [NOTICE])
        for _ in range(2):
            queue(connection, [row(ConsoleChannel(type="console").key)])

    await database.write(work)
    assert [leased.message for leased in await lease(outbox)] == [NOTICE]


OLD_ROWS = (
    "INSERT INTO alerts (id, subscription_id, article_id, story_id, raised_at, body) "
    "VALUES ('a', 's', 'x', 'x', {t}, '')",
    "INSERT INTO deliveries (id, alert_id, edition, channel, lane, subscription_id, state, cause, due_at, attempts, "
    "published_at, fetched_at, created_at) VALUES ('d', 'a', 0, 'index', 'index', 's', 'waiting', 'retrying', {t}, 1, "
    "{t}, {t}, {t})",
    "INSERT INTO delivery_attempts (delivery_id, attempt, at, result, detail, took_ms) "
    "VALUES ('d', 1, {t}, 'retry', '', 2)",
)


def test_an_outbox_of_the_first_release_keeps_its_rows_and_their_tries(fresh: Database) -> None:
    moment = "'2022-02-07T12:00:00.000Z'" if fresh.is_sqlite else "TIMESTAMPTZ '2022-02-07T12:00:00Z'"

    def old(connection: Connection) -> None:
        upgrade(connection, "0002_alert")
        for statement in OLD_ROWS:
            connection.execute(text(statement.format(t=moment)))

    def rows(connection: Connection) -> tuple[Any, ...]:
        delivery = connection.execute(text("SELECT id, message_id, kind, state, attempts FROM deliveries")).one()
        tries = connection.execute(text("SELECT delivery_id, attempt, result FROM delivery_attempts")).one()
        return (*delivery, *tries)

    fresh.write_now(old)
    fresh.write_now(upgrade)
    try:
        assert fresh.read_now(rows) == ("d", "a", "alert", "waiting", 1, "d", 1, "retry")
    finally:
        fresh.close()
