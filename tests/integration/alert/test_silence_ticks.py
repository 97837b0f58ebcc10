"""Silences are withheld while articles are on their way, on a real bus: what may end a silence is looked at first."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.app import build_alerting
from services.alert.catching_up import Stage, caught_up
from services.alert.silences import Silences, SilenceTicks
from services.contracts.topics import ARTICLES, ENRICHED
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import Database, open_database
from services.runtime.connect import open_bus
from services.runtime.ports import Bus
from tests.articles import NOON, article
from tests.subscriptions import news_at, subscription

HOUR = timedelta(hours=1)
STAGES: tuple[Stage, ...] = ((ARTICLES, "enrich"), (ENRICHED, "alert"))
SOON_S = 0.3


@pytest.fixture
async def bus() -> AsyncIterator[Bus]:
    bus = open_bus("embedded:")
    yield bus
    await bus.aclose()


@pytest.fixture
async def database(tmp_path: Path) -> AsyncIterator[Database]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    database = open_database(url)
    yield database
    await database.aclose()


async def settle(bus: Bus, stage: Stage) -> None:
    async with asyncio.timeout(10), bus.subscribe(*stage) as batches:
        await (await anext(batches)).commit()


async def test_an_empty_bus_is_caught_up(bus: Bus) -> None:
    assert await caught_up(bus, STAGES, wait_s=SOON_S)


@pytest.mark.parametrize("stage", STAGES, ids=["articles", "enriched"])
async def test_it_is_not_while_a_stage_has_not_settled(bus: Bus, stage: Stage) -> None:
    await bus.publish(stage[0], [article() if stage[0] is ARTICLES else news_at(NOON, "a")])
    assert not await caught_up(bus, STAGES, wait_s=SOON_S)
    await settle(bus, stage)
    assert await caught_up(bus, STAGES, wait_s=SOON_S)


async def test_what_comes_meanwhile_is_not_waited_for(bus: Bus) -> None:
    await bus.publish(ENRICHED, [news_at(NOON, "a")])
    waiting = asyncio.create_task(caught_up(bus, STAGES, wait_s=5))
    async with asyncio.timeout(10), bus.subscribe(*STAGES[1]) as batches:
        batch = await anext(batches)
        await asyncio.sleep(0)
        await batch.commit()
        for n in range(5):
            await bus.publish(ENRICHED, [news_at(NOON, f"more{n}")])
        assert await waiting


async def test_a_silence_waits_for_the_article_that_ends_it(bus: Bus, database: Database) -> None:
    store, queued = SqlSubscriptions(database), list[str]()
    await store.create(subscription("quiet", trigger={"silence": {"window": "6h"}}))
    alerting = build_alerting(database, queued=lambda: queued.append("silence"))
    rules = alerting.rules
    await rules.refresh()
    ticks = SilenceTicks(
        Silences(lambda: rules.silences, alerting.memory, alerting.decider),
        lambda: bool(rules.silences),
        lambda: caught_up(bus, STAGES, wait_s=SOON_S),
        alerting.queued,
    )
    match = news_at(NOON + HOUR, "a")
    await bus.publish(ENRICHED, [match])
    await ticks.tick(NOON + 6 * HOUR)
    assert queued == [], "withheld"
    await alerting.alert_batch([match])
    queued.clear()
    await settle(bus, STAGES[1])
    await ticks.tick(NOON + 6 * HOUR)
    assert queued == [], "there was a match"
    await ticks.tick(NOON + 7 * HOUR)
    assert queued == ["silence"]
