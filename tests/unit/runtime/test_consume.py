"""The consumer loop: what it does when told to stop, when the broker goes, when the handler cannot go on."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager

import pytest

from services.contracts.article import Article
from services.contracts.errors import Unavailable
from services.contracts.topics import ARTICLES, Topic
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.consume import consume
from services.runtime.deliver import Foresee, Outcome, TooManyBugs, Verdict
from services.runtime.health import Health, State
from services.runtime.patience import Patience
from services.runtime.ports import BATCH_MESSAGES, Batch
from tests.articles import article
from tests.waiting import until

QUICK = Patience(total_s=0.05, first_s=0.005, cap_s=0.01)
DEADLINE_S = 10.0


@pytest.fixture
async def bus() -> AsyncIterator[EmbeddedBus]:
    bus = EmbeddedBus()
    yield bus
    await bus.aclose()


class Stage:
    """A consumer under test: its handler, its health, and what it handled."""

    def __init__(self, bus: EmbeddedBus) -> None:
        self.bus = bus
        self.health = Health()
        self.stop = asyncio.Event()
        self.handled: list[str] = []
        self.gate = asyncio.Event()
        self.gate.set()
        self.entered = asyncio.Event()
        self.error: Exception | None = None
        self.calls = 0

    async def handle(self, messages: Sequence[Article]) -> Sequence[Verdict]:
        self.entered.set()
        self.calls += 1
        await self.gate.wait()
        if self.error is not None:
            raise self.error
        self.handled += [message.url for message in messages]
        return [Outcome.DONE for _ in messages]

    async def run(self, foresee: Foresee[Article] | None = None) -> None:
        async with asyncio.timeout(DEADLINE_S):
            await consume(
                ARTICLES, "stage", self.handle, self.bus, self.health, self.stop, patience=QUICK, foresee=foresee
            )


@pytest.fixture
def stage(bus: EmbeddedBus) -> Stage:
    return Stage(bus)


async def state_of(stage: Stage) -> State:
    return (await stage.health.states())["stage"].state


async def test_told_to_stop_it_settles_the_batch_in_hand_and_takes_no_other(stage: Stage) -> None:
    await stage.bus.publish(ARTICLES, [article(f"a{n}") for n in range(BATCH_MESSAGES + 5)])
    stage.gate.clear()
    running = asyncio.ensure_future(stage.run())
    await stage.entered.wait()
    stage.stop.set()
    stage.gate.set()
    await running
    assert len(stage.handled) == BATCH_MESSAGES
    assert await stage.bus.lag(ARTICLES, "stage") == 5
    assert await state_of(stage) is State.STOPPED


async def test_it_stops_while_it_waits_for_messages(stage: Stage) -> None:
    running = asyncio.ensure_future(stage.run())
    await asyncio.sleep(0)
    stage.stop.set()
    await running


async def test_once_it_has_joined_it_is_ready(stage: Stage) -> None:
    await stage.bus.publish(ARTICLES, [article()])
    running = asyncio.ensure_future(stage.run())
    await stage.entered.wait()
    assert await state_of(stage) is State.OK
    stage.stop.set()
    await running


async def test_a_dependency_that_stays_away_ends_it_dead_and_uncommitted(stage: Stage) -> None:
    await stage.bus.publish(ARTICLES, [article()])
    stage.error = Unavailable("elasticsearch", "refused")
    with pytest.raises(Unavailable):
        await stage.run()
    assert await stage.bus.lag(ARTICLES, "stage") == 1
    assert await state_of(stage) is State.DEAD
    assert not stage.health.alive


async def test_a_handler_that_fails_on_everything_ends_it(stage: Stage) -> None:
    await stage.bus.publish(ARTICLES, [article(f"a{n}") for n in range(20)])
    stage.error = ZeroDivisionError()
    with pytest.raises(TooManyBugs):
        await stage.run()
    assert await stage.bus.lag(ARTICLES, "stage") == 20


async def test_told_to_stop_while_a_dependency_is_away_it_leaves_the_batch_and_ends_well(stage: Stage) -> None:
    await stage.bus.publish(ARTICLES, [article()])
    stage.error = Unavailable("elasticsearch", "refused")
    running = asyncio.ensure_future(
        consume(ARTICLES, "stage", stage.handle, stage.bus, stage.health, stage.stop, patience=Patience(total_s=60))
    )
    await stage.entered.wait()
    stage.stop.set()
    async with asyncio.timeout(DEADLINE_S):
        await running
    assert stage.calls <= 2, "a stop ends the tries, it does not hurry them"
    assert await stage.bus.lag(ARTICLES, "stage") == 1


class Flaky(EmbeddedBus):
    """Loses its members now and then, and cannot be joined for a while."""

    def __init__(self, losses: int, refusals: int) -> None:
        super().__init__()
        self.losses = losses
        self.refusals = refusals

    @asynccontextmanager
    async def subscribe(  # type: ignore[override]
        self, topic: Topic[Article], group: str
    ) -> AsyncIterator[AsyncIterator[Batch]]:
        if self.refusals:
            self.refusals -= 1
            raise Unavailable("kafka", "no broker")
        async with super().subscribe(topic, group) as batches:
            yield self._losing(batches)

    async def _losing(self, batches: AsyncIterator[Batch]) -> AsyncIterator[Batch]:
        if self.losses:
            self.losses -= 1
            raise Unavailable("kafka", "connection reset")
        async for batch in batches:
            yield batch


async def test_a_lost_broker_is_joined_again() -> None:
    stage = Stage(Flaky(losses=2, refusals=2))
    await stage.bus.publish(ARTICLES, [article()])
    running = asyncio.ensure_future(stage.run())
    await stage.entered.wait()
    stage.stop.set()
    await running
    assert stage.handled == [article().url]
    await stage.bus.aclose()


async def test_a_broker_that_stays_away_ends_it() -> None:
    stage = Stage(Flaky(losses=0, refusals=10_000))
    with pytest.raises(Unavailable, match="no broker"):
        await stage.run()
    await stage.bus.aclose()


async def test_the_next_batch_is_foreseen_while_one_is_handled_and_each_handled_once(stage: Stage) -> None:
    foreseen: list[int] = []
    articles = [article(str(n)) for n in range(BATCH_MESSAGES + 5)]
    await stage.bus.publish(ARTICLES, articles)
    stage.gate.clear()

    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(stage.run(foresee=lambda messages: foreseen.append(len(messages))))
        await until(lambda: len(foreseen) == 2, DEADLINE_S, "the second batch")
        assert stage.handled == []
        stage.gate.set()
        await until(lambda: len(stage.handled) == len(articles), DEADLINE_S, "all are handled")
        stage.stop.set()

    assert foreseen == [BATCH_MESSAGES, 5]
    assert stage.handled == [a.url for a in articles]


async def test_told_to_stop_it_leaves_a_foreseen_batch_uncommitted(stage: Stage) -> None:
    foreseen: list[int] = []
    await stage.bus.publish(ARTICLES, [article(str(n)) for n in range(BATCH_MESSAGES + 5)])
    stage.gate.clear()

    async with asyncio.timeout(DEADLINE_S), asyncio.TaskGroup() as tasks:
        tasks.create_task(stage.run(foresee=lambda messages: foreseen.append(len(messages))))
        await until(lambda: len(foreseen) == 2, DEADLINE_S, "the second batch")
        stage.stop.set()
        stage.gate.set()

    assert len(stage.handled) == BATCH_MESSAGES
    assert await stage.bus.lag(ARTICLES, "stage") == 5
