"""Enrich without any server: the same flow on files, killed and started again."""

import asyncio
from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import pytest
from prometheus_client.parser import text_string_to_metric_families

from services.contracts.topics import ARTICLES, ENRICHED
from services.runtime.connect import open_bus, open_index
from services.runtime.ports import BATCH_MESSAGES
from tests.articles import article
from tests.integration.processes import Process
from tests.waiting import until

COUNT = 1_000
SOME_WORK = "Officials said 110,000 Russian troops were near the border with Ukraine. " * 5


@pytest.fixture
def start(tmp_path: Path, unused_tcp_port_factory: Callable[[], int]) -> Iterator[Callable[[], Process]]:
    """Starts enrich on the files of this test."""
    processes: list[Process] = []

    def start() -> Process:
        settings = {
            "TOCSIN_BUS_URL": f"embedded:{tmp_path}/bus.db",
            "TOCSIN_INDEX_URL": f"embedded:{tmp_path}/index.db",
        }
        log = tmp_path / f"{len(processes)}.log"
        processes.append(Process("services.enrich", settings, unused_tcp_port_factory(), log))
        return processes[-1]

    yield start
    for process in processes:
        process.close()


async def reading(process: Process, name: str, **labels: str) -> float | None:
    """What a metric of the process says; None while it says nothing."""
    async with httpx.AsyncClient(timeout=5) as client:
        try:
            metrics = (await client.get(f"{process.base}/metrics")).text
        except httpx.TransportError:
            return None
    samples = (sample for family in text_string_to_metric_families(metrics) for sample in family.samples)
    return next((s.value for s in samples if s.name == name and labels.items() <= s.labels.items()), None)


async def test_killed_in_the_middle_it_finishes_after_a_restart_and_loses_nothing(
    start: Callable[[], Process], tmp_path: Path
) -> None:
    articles = [article(f"a{number}", text=SOME_WORK) for number in range(COUNT)]
    bus = open_bus(f"embedded:{tmp_path}/bus.db")
    await bus.publish(ARTICLES, articles)
    await bus.aclose()

    first = start()

    async def begun() -> bool:
        return bool(await reading(first, "tocsin_messages_total", stage="enrich", outcome="done"))

    await until(begun, 60, "the first batch")
    await first.kill()
    bus = open_bus(f"embedded:{tmp_path}/bus.db")
    assert await bus.lag(ARTICLES, "enrich") > 0, "killed too late to show anything"
    await bus.aclose()

    second = start()

    async def finished() -> bool:
        return await reading(second, "tocsin_consumer_lag_messages", group="enrich") == 0

    await until(finished, 60, "the end of the backlog")
    assert await second.stop() == 0

    bus, index = open_bus(f"embedded:{tmp_path}/bus.db"), open_index(f"embedded:{tmp_path}/index.db")
    assert await bus.lag(ARTICLES, "enrich") == 0
    published: list[str] = []
    async with asyncio.timeout(30), bus.subscribe(ENRICHED, "reader") as batches:
        while len(published) < await bus.lag(ENRICHED, "nobody"):
            published += [ENRICHED.decode(message.raw).id for message in (await anext(batches)).messages]
    assert set(published) == {article.id for article in articles}
    assert len(published) <= COUNT + BATCH_MESSAGES, "at most the batch in hand comes again"
    assert all([await index.get(article.id) for article in articles])
    await index.aclose()
    await bus.aclose()


async def test_a_second_process_on_the_same_files_is_refused(start: Callable[[], Process], tmp_path: Path) -> None:
    bus = open_bus(f"embedded:{tmp_path}/bus.db")
    second = start()
    assert await second.ended() == 1
    assert "another process holds it" in second.log.splitlines()[-1]
    await bus.aclose()
