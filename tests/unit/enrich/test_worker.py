"""The Faust edge, without a broker: what is acknowledged, and what is not."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from types import SimpleNamespace
from typing import Any, cast

import faust
import pytest

from services.contracts.article import Article
from services.contracts.errors import Unavailable
from services.contracts.topics import ARTICLES, ENRICHED
from services.enrich.adapters.article_stories import ArticleStories
from services.enrich.adapters.extraction import InThread
from services.enrich.flow import Enrich
from services.enrich.worker import AGENT, Source, build_worker, cut
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.deliver import Delivery, Handler, Verdict
from services.runtime.health import Health
from services.runtime.patience import Patience
from services.runtime.ports import BATCH_BYTES, Index
from tests.articles import article
from tests.unit.enrich.fakes import CLOCK, MemoryIndex, bare
from tests.unit.runtime.dead import dead_letters
from tests.waiting import until

SOURCE = Source(("nowhere:9092",), ARTICLES.name, "enrich")
DEADLINE_S = 10.0


class Bench:
    """A worker on this test's event loop, with everything around it in memory."""

    def __init__(self) -> None:
        self.bus = EmbeddedBus()
        self.index = MemoryIndex()
        self.flow = Enrich(InThread(bare), ArticleStories(), cast(Index, self.index), self.bus, lambda: CLOCK)
        self.apps: list[faust.App] = []

    def app(self, handle: Handler[Article] | None = None) -> faust.App:
        """Faust guide, "Setting up a test suite"."""
        patience = Patience(total_s=0.02, first_s=0.001, cap_s=0.005)
        handler = handle or self.flow.enrich_batch
        delivery = Delivery(ARTICLES, "enrich", handler, self.bus, Health(), patience=patience)
        app = build_worker(SOURCE, delivery, lambda: None)
        app.loop = asyncio.get_running_loop()
        app.finalize()
        app.flow_control.resume()
        self.apps.append(app)
        return app


@pytest.fixture
async def bench() -> AsyncIterator[Bench]:
    bench = Bench()
    yield bench
    await bench.bus.aclose()
    for app in bench.apps:
        # Faust opens a loop for the consumer thread that it would have started, and closes it only there.
        if thread := getattr(app.consumer, "_thread", None):
            thread.thread_loop.close()


async def until_acknowledged(events: Sequence[Any]) -> None:
    await until(lambda: all(event.message.acked for event in events), DEADLINE_S, "the acknowledgement")


async def until_crashed(app: faust.App) -> None:
    await until(lambda: app.crashed, DEADLINE_S, "the crash")


async def test_good_messages_are_enriched_and_bad_ones_buried_and_all_acknowledged(bench: Bench) -> None:
    async with bench.app().agents[AGENT].test_context() as agent:
        events = [await agent.put(raw) for raw in (ARTICLES.encode(article("one")), b"\xff", b"{}")]
        await until_acknowledged(events)
    assert list(bench.index.documents) == [article("one").id]
    assert await bench.bus.lag(ENRICHED, "nobody") == 1
    assert [letter.raw for letter in await dead_letters(bench.bus, ARTICLES)] == [b"\xff", b"{}"]


async def test_nothing_is_acknowledged_before_it_is_settled(bench: Bench) -> None:
    gate = asyncio.Event()

    async def wait(messages: Sequence[Article]) -> Sequence[Verdict]:
        assert not event.message.acked
        await gate.wait()
        return await bench.flow.enrich_batch(messages)

    async with bench.app(wait).agents[AGENT].test_context() as agent:
        event = await agent.put(ARTICLES.encode(article()))
        gate.set()
        await until_acknowledged([event])


async def test_while_a_dependency_is_away_nothing_is_acknowledged_and_the_worker_ends(bench: Bench) -> None:
    bench.index.down = 1_000_000
    app = bench.app()
    async with app.agents[AGENT].test_context() as agent:
        event = await agent.put(ARTICLES.encode(article()))
        await until_crashed(app)
    assert isinstance(app.crash_reason, Unavailable)
    assert not event.message.acked
    assert await bench.bus.lag(ENRICHED, "nobody") == 0


async def test_what_arrives_after_a_crash_is_not_acknowledged_either(bench: Bench) -> None:
    bench.index.down = 1_000_000
    app = bench.app()
    async with app.agents[AGENT].test_context() as agent:
        await agent.put(ARTICLES.encode(article("one")))
        await until_crashed(app)
        late = [await agent.put(ARTICLES.encode(article(f"late-{n}"))) for n in range(5)]
        # Faust goes on reading in the background until it has stopped: give it every chance to acknowledge.
        for _ in range(100):
            await asyncio.sleep(0.005)
    assert [event.message.acked for event in late] == [False] * 5


async def test_a_dependency_that_comes_back_in_time_costs_nothing(bench: Bench) -> None:
    bench.index.down = 2
    async with bench.app().agents[AGENT].test_context() as agent:
        event = await agent.put(ARTICLES.encode(article()))
        await until_acknowledged([event])
    assert await bench.bus.lag(ENRICHED, "nobody") == 1


def faust_event(value: bytes, offset: int) -> Any:
    return SimpleNamespace(
        message=SimpleNamespace(value=value, key=b"k", headers={"h": b"1"}, partition=2, offset=offset)
    )


def test_a_batch_is_cut_before_it_holds_more_bytes_than_a_batch_may() -> None:
    sizes = [1, BATCH_BYTES - 1, 1, BATCH_BYTES + 1, 2, 3]
    events = [faust_event(b"x" * size, offset) for offset, size in enumerate(sizes)]
    batches = list(cut(cast(Any, None), events))
    assert [[message.offset for message in batch.messages] for batch in batches] == [[0, 1], [2], [3], [4, 5]]


def test_what_faust_received_keeps_its_place_key_and_headers() -> None:
    (batch,) = cut(cast(Any, None), [faust_event(b"raw", 7)])
    (received,) = batch.messages
    assert (received.raw, received.key, received.partition, received.offset) == (b"raw", b"k", 2, 7)
    assert received.headers == (("h", b"1"),)
