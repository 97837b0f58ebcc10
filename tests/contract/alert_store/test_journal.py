"""What every store promises of the journal: numbers in order of becoming visible, each edition once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest

from services.alert.adapters.sql_feed_tokens import SqlFeedTokens
from services.alert.adapters.sql_journal import SqlJournal
from services.alert.adapters.sql_upkeep import SqlUpkeep
from services.alert.flow import Alerting
from services.contracts.alert import Alert
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.sql import Database
from tests.contract.alert_store.stores import LATER, alerting_on
from tests.subscriptions import news, subscription

TEAM = DEFAULT_TEAM


@pytest.fixture
async def alerting(database: Database) -> Alerting:
    return await alerting_on(database, subscription("one"), subscription("two", query="siege"))


async def raised(alerting: Alerting, *names: str) -> list[Alert]:
    return list((await alerting.raise_alerts([news(name) for name in names])).alerts)


async def test_entries_come_in_order_and_once(alerting: Alerting, database: Database) -> None:
    journal, alerts = SqlJournal(database), await raised(alerting, "a", "b", "c")
    assert (await journal.latest(), await journal.after(0, team=TEAM, subscription_id=None, limit=9)) == (0, [])
    await journal.append(alerts[:2], LATER)
    await journal.append(alerts, LATER)
    entries = await journal.after(0, team=TEAM, subscription_id="one", limit=9)
    assert [entry.alert.id for entry in entries] == [alert.id for alert in alerts]
    numbers = [entry.number for entry in entries]
    assert numbers == sorted(numbers)
    assert await journal.latest() >= numbers[-1]
    rest = await journal.after(numbers[0], team=TEAM, subscription_id=None, limit=1)
    assert [entry.number for entry in rest] == numbers[1:2]
    assert [entry.number for entry in await journal.newest("one", 2)] == numbers[:0:-1]


async def test_another_team_and_another_subscription_see_nothing(alerting: Alerting, database: Database) -> None:
    journal = SqlJournal(database)
    await journal.append(await raised(alerting, "a"), LATER)
    assert await journal.after(0, team="others", subscription_id=None, limit=9) == []
    assert await journal.after(0, team=TEAM, subscription_id="two", limit=9) == []


async def test_a_reader_that_follows_the_numbers_misses_nothing_that_replicas_write_at_once(
    alerting: Alerting, open_store: Callable[[], Database]
) -> None:
    alerts = await raised(alerting, *(str(n) for n in range(60)))
    writers, reader = [SqlJournal(open_store()) for _ in range(3)], SqlJournal(open_store())
    seen: list[str] = []

    async def read() -> None:
        after = 0
        while len(seen) < len(alerts):
            for entry in await reader.after(after, team=TEAM, subscription_id=None, limit=7):
                seen.append(entry.alert.id)
                after = entry.number
            await asyncio.sleep(0)

    async def write(number: int) -> None:
        for alert in alerts[number::3]:
            await writers[number].append([alert], LATER)

    async with asyncio.timeout(60):
        await asyncio.gather(read(), *(write(number) for number in range(3)))
    assert sorted(seen) == sorted(alert.id for alert in alerts)


async def test_entries_expire_and_their_alerts_stay(alerting: Alerting, database: Database) -> None:
    journal = SqlJournal(database)
    await journal.append(await raised(alerting, "a"), LATER)
    await SqlUpkeep(database).expire(LATER + timedelta(days=1))
    assert await journal.newest("one", 9) == []
    assert await journal.latest() == 1


async def test_a_feed_has_one_name_at_a_time(alerting: Alerting, database: Database) -> None:
    tokens = SqlFeedTokens(database)
    for token in ("first", "second"):
        await tokens.keep("one", token, LATER)
    assert await tokens.subscription_of("first") is None
    named = await tokens.subscription_of("second")
    assert named is not None
    assert named.id == "one"
    await tokens.end("one")
    assert await tokens.subscription_of("second") is None
