"""Rules change without a restart, and one bad rule never stops the others."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import update

from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.adapters.sql_upkeep import SqlUpkeep
from services.alert.adapters.tables import SUBSCRIPTIONS
from services.alert.app import build_alerting, utc_now
from services.alert.core.subscriptions import revise
from services.alert.live_rules import LiveRules
from services.alert.upkeep import keep_up
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import Database, open_database
from tests.articles import NOON
from tests.memory_index import MemoryIndex
from tests.subscriptions import news, subscription
from tests.waiting import until


@pytest.fixture
def store_url(tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    return url


@pytest.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    database = open_database(store_url)
    yield database
    await database.aclose()


def take_away(file: Path) -> None:
    """Leave a folder in its place, which no store can open."""
    file.rename(file.with_suffix(".away"))
    file.mkdir()


def put_back(file: Path) -> None:
    file.rmdir()
    file.with_suffix(".away").rename(file)


async def test_what_another_process_changes_is_live_within_a_second(store_url: str, database: Database) -> None:
    rules, stop = LiveRules(SqlSubscriptions(database)), asyncio.Event()
    following = asyncio.create_task(rules.follow(stop))
    other = open_database(store_url)
    elsewhere = SqlSubscriptions(other)
    try:
        first = await elsewhere.create(subscription("a"))
        await until(lambda: set(rules.matcher.rules) == {"a"}, within_s=1)
        await elsewhere.replace(revise(first, first.draft.model_copy(update={"paused": True}), NOON), 1)
        await until(lambda: not rules.matcher.rules, within_s=1)
        await elsewhere.create(subscription("b"))
        await elsewhere.delete("b", None, team=DEFAULT_TEAM)
        await elsewhere.create(subscription("c"))
        await until(lambda: set(rules.matcher.rules) == {"c"}, within_s=1)
    finally:
        stop.set()
        await asyncio.wait_for(following, 10)
        await other.aclose()


async def test_a_rule_that_no_longer_compiles_stops_no_other(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    store = SqlSubscriptions(database)
    for name in ("bad", "good"):
        await store.create(subscription(name))
    broken = subscription("bad").model_copy(update={"query": "a:("}).model_dump_json()
    change = update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == "bad").values(body=broken)
    await database.write(lambda connection: connection.execute(change))
    alerting = build_alerting(database)
    await alerting.rules.refresh()
    assert set(alerting.rules.matcher.rules) == {"good"}
    assert len((await alerting.raise_alerts([news("a")])).alerts) == 1
    assert "subscription cannot be evaluated" in caplog.text


async def test_a_silence_that_no_longer_compiles_is_not_silent(
    database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    store = SqlSubscriptions(database)
    for name in ("bad", "good"):
        await store.create(subscription(name, trigger={"silence": {"window": "1h"}}))
    broken = subscription("bad", trigger={"silence": {"window": "1h"}}).model_copy(update={"query": "a:("})
    change = update(SUBSCRIPTIONS).where(SUBSCRIPTIONS.c.id == "bad").values(body=broken.model_dump_json())
    await database.write(lambda connection: connection.execute(change))
    rules = LiveRules(store)
    await rules.refresh()
    assert set(rules.silences) == {"good"}
    assert "subscription cannot be evaluated" in caplog.text


async def test_the_rules_known_last_stay_while_the_store_does_not_answer(
    store_url: str, database: Database, caplog: pytest.LogCaptureFixture
) -> None:
    await SqlSubscriptions(database).create(subscription("a"))
    rules, stop = LiveRules(SqlSubscriptions(database)), asyncio.Event()
    await rules.refresh()
    path = Path(store_url.removeprefix("sqlite:///"))
    database.engine.dispose()
    take_away(path)
    following = asyncio.create_task(rules.follow(stop))
    await until(lambda: "cannot look for changed subscriptions" in caplog.text, within_s=20)
    assert set(rules.matcher.rules) == {"a"}
    put_back(path)
    await SqlSubscriptions(database).create(subscription("b"))
    await until(lambda: set(rules.matcher.rules) == {"a", "b"}, within_s=5)
    stop.set()
    await asyncio.wait_for(following, 30)


async def test_upkeep_deletes_what_is_past_its_time(database: Database) -> None:
    await SqlSubscriptions(database).create(subscription("a"))
    alerting = build_alerting(database, now=lambda: NOON)
    await alerting.rules.refresh()
    await alerting.raise_alerts([news("a")])
    index, stop = MemoryIndex(news("a")), asyncio.Event()
    running = asyncio.create_task(
        keep_up(SqlUpkeep(database), index, SqlOutbox(database), utc_now, timedelta(days=1), stop)
    )
    await until(lambda: not index.documents, within_s=20)
    stop.set()
    await asyncio.wait_for(running, 10)
    assert await SqlUpkeep(database).expire(NOON + timedelta(days=1)) == 0
