"""What only a real broker can do to us: be away, restart, move partitions from one member to another."""

import asyncio
import gc
import itertools
import random
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

import pytest
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient

from deploy.local.server import Server
from services.contracts.article import Article
from services.contracts.errors import Unavailable
from services.contracts.topics import ARTICLES, ENRICHED, MAX_MESSAGE_BYTES
from services.runtime.adapters.kafka_admin import TOPIC_MESSAGE_BYTES, create_topics
from services.runtime.adapters.kafka_bus import KafkaBus
from services.runtime.consume import consume
from services.runtime.deliver import Outcome, Verdict
from services.runtime.health import Health, State
from services.runtime.patience import Patience
from services.runtime.ports import Bus
from tests.articles import article, document
from tests.waiting import until

# The client library leaves a socket to the garbage collector each time that a connection is refused.
pytestmark = [pytest.mark.kafka, pytest.mark.filterwarnings("ignore:unclosed <socket:ResourceWarning")]

NOWHERE = "kafka://127.0.0.1:9"
GROUP = "group"


@pytest.fixture(autouse=True)
def _refused_connections_are_collected_here() -> Iterator[None]:
    yield
    gc.collect()


@pytest.fixture
def url(kafka_url: str, topic_prefix: str) -> str:
    """A name space of this test's own, with its topics."""
    url = f"{kafka_url}/{topic_prefix.rstrip('.')}"
    create_topics(url, 4)
    return url


@pytest.fixture
async def bus(url: str) -> AsyncIterator[KafkaBus]:
    bus = KafkaBus(url)
    yield bus
    await bus.aclose()


class Handled:
    """A handler that counts what it was given."""

    def __init__(self) -> None:
        self.ids: Counter[str] = Counter()

    async def __call__(self, messages: Sequence[Article]) -> Sequence[Verdict]:
        self.ids.update(message.id for message in messages)
        return [Outcome.DONE for _ in messages]


def log_bytes(described: Any) -> int:
    """What the partitions of these log folders take on disk."""
    folders = [folder for broker in described for folder in broker["log_dirs"]]
    return sum(p["partition_size"] for folder in folders for topic in folder["topics"] for p in topic["partitions"])


async def enter(bus: Bus) -> None:
    async with bus.subscribe(ARTICLES, GROUP):
        raise AssertionError("joined a group without a broker")


CALLS: dict[str, Callable[[Bus], Awaitable[object]]] = {
    "publish": lambda bus: bus.publish(ARTICLES, [article()]),
    "subscribe": enter,
    "lag": lambda bus: bus.lag(ARTICLES, GROUP),
    "ping": lambda bus: bus.ping(),
}


async def complaints(url: str, calls: Sequence[str]) -> dict[str, str]:
    """What each call says, all made at once on a bus of its own. Fails the test when one does not complain in time."""

    async def complaint(call: str) -> str:
        bus = KafkaBus(url)
        with pytest.raises(Unavailable) as caught:
            await CALLS[call](bus)
        await bus.aclose()
        return str(caught.value)

    async with asyncio.timeout(25):
        return dict(zip(calls, await asyncio.gather(*map(complaint, calls)), strict=True))


async def test_without_a_broker_every_call_says_so_in_time() -> None:
    for call, complaint in (await complaints(NOWHERE, list(CALLS))).items():
        assert "kafka unavailable" in complaint, call
        assert "127.0.0.1:9" in complaint, call


async def test_a_topic_that_does_not_exist_is_unavailable_and_is_not_created(kafka_url: str) -> None:
    said = await complaints(f"{kafka_url}/never.created", ["publish", "subscribe", "lag"])
    for call, complaint in said.items():
        assert "never.created.articles" in complaint, call
    admin = KafkaAdminClient(bootstrap_servers=kafka_url.removeprefix("kafka://"))
    assert "never.created.articles" not in admin.list_topics()
    admin.close()


async def test_documents_take_a_fraction_of_their_size_and_come_back_as_they_were(
    bus: KafkaBus, kafka_url: str, topic_prefix: str
) -> None:
    prose = " ".join(f"Russia moved {number},000 troops to Kursk." for number in range(100))
    sent = [document(f"n{number}", text=prose) for number in range(50)]
    await bus.publish(ENRICHED, sent)
    got: list[bytes] = []
    async with asyncio.timeout(20), bus.subscribe(ENRICHED, GROUP) as batches:
        while len(got) < len(sent):
            got += [received.raw for received in (await anext(batches)).messages]
    assert sorted(got) == sorted(d.encoded for d in sent)
    admin = KafkaAdminClient(bootstrap_servers=kafka_url.removeprefix("kafka://"))
    stored = log_bytes(admin.describe_log_dirs([f"{topic_prefix}{ENRICHED.name}"]))
    admin.close()
    assert 0 < stored < sum(map(len, got)) / 2


async def test_while_members_come_and_go_under_load_every_message_is_handled(bus: KafkaBus, url: str) -> None:
    chance = random.Random(7)  # noqa: S311  the same course every time
    handled, total = Handled(), 3_000
    buses = [KafkaBus(url) for _ in range(3)]

    async def come_and_go(own: KafkaBus) -> None:
        while not finished.is_set():
            stop = asyncio.Event()
            member = asyncio.ensure_future(consume(ARTICLES, GROUP, handled, own, Health(), stop))
            await asyncio.sleep(chance.uniform(0.5, 2.5))
            if chance.random() < 0.5:
                stop.set()
            else:
                member.cancel()  # leaves with a batch in hand, uncommitted
            await asyncio.gather(member, return_exceptions=True)

    finished = asyncio.Event()
    coming_and_going = [asyncio.ensure_future(come_and_go(own)) for own in buses]
    for start in range(0, total, 50):
        await bus.publish(ARTICLES, [article(f"a{number}") for number in range(start, start + 50)])
        await asyncio.sleep(0.05)

    async def all_committed() -> bool:
        return await bus.lag(ARTICLES, GROUP) == 0

    await until(all_committed, 60, "the end of the backlog")
    finished.set()
    async with asyncio.timeout(30):
        await asyncio.gather(*coming_and_going)
        await asyncio.gather(*(own.aclose() for own in buses))
    assert len(handled.ids) == total
    assert handled.ids.total() < 2 * total


async def test_two_members_share_the_partitions(bus: KafkaBus, url: str) -> None:
    other, stop, numbers = KafkaBus(url), asyncio.Event(), itertools.count()
    handlers = [Handled(), Handled()]
    members = [
        asyncio.ensure_future(consume(ARTICLES, GROUP, handler, own, Health(), stop))
        for handler, own in zip(handlers, (bus, other), strict=True)
    ]

    async def both_work() -> bool:
        await bus.publish(ARTICLES, [article(f"a{next(numbers)}") for _ in range(20)])
        return all(handler.ids for handler in handlers)

    await until(both_work, 30, "work for both members")
    stop.set()
    async with asyncio.timeout(30):
        await asyncio.gather(*members)
        await other.aclose()


async def test_a_broker_that_restarts_costs_no_message(own_kafka: Server) -> None:
    create_topics(own_kafka.url, 2)
    bus, handled, health, stop = KafkaBus(own_kafka.url), Handled(), Health(), asyncio.Event()
    consuming = asyncio.ensure_future(consume(ARTICLES, GROUP, handled, bus, health, stop))
    acknowledged: set[str] = set()

    async def put_in(first: int, last: int) -> None:
        for number in range(first, last):
            message = article(f"a{number}")
            while message.id not in acknowledged:
                try:
                    await bus.publish(ARTICLES, [message])
                    acknowledged.add(message.id)
                except Unavailable:
                    await asyncio.sleep(0.2)

    await put_in(0, 50)
    await until(lambda: len(handled.ids) == 50, 30, "the first half")
    await asyncio.to_thread(own_kafka.kill)
    later = asyncio.ensure_future(put_in(50, 100))

    async def unready() -> bool:
        return (await health.states())[GROUP].state is State.UNAVAILABLE

    await until(unready, 40, "the loss of the broker to be noticed")
    await asyncio.to_thread(own_kafka.start)
    await asyncio.wait_for(later, 60)
    await until(lambda: set(handled.ids) >= acknowledged, 60, "the second half")
    assert len(acknowledged) == 100
    assert health.reported(GROUP).state is State.OK
    stop.set()
    async with asyncio.timeout(30):
        await consuming
        await bus.aclose()


async def test_a_broker_that_stays_away_ends_the_consumer(own_kafka: Server) -> None:
    create_topics(own_kafka.url, 2)
    bus = KafkaBus(own_kafka.url)
    handled, health, stop = Handled(), Health(), asyncio.Event()
    consuming = asyncio.ensure_future(
        consume(ARTICLES, GROUP, handled, bus, health, stop, patience=Patience(total_s=2.0))
    )
    await bus.publish(ARTICLES, [article()])
    await until(lambda: bool(handled.ids), 30, "the first message")
    await asyncio.to_thread(own_kafka.kill)
    async with asyncio.timeout(60):
        with pytest.raises(Unavailable):
            await consuming
        await bus.aclose()
    assert not health.alive


def test_creating_topics_is_safe_to_repeat_and_leaves_existing_partitions_alone(url: str) -> None:
    first = create_topics(url, 12)
    assert {topic.name.rpartition("articles")[2]: topic.partitions for topic in first if "articles" in topic.name} == {
        "": 4, ".dead": 1, ".enriched": 4, ".enriched.dead": 1,
    }  # fmt: skip
    assert not any(topic.created for topic in first)


def test_topics_that_somebody_else_made_are_given_room_for_the_largest_message(
    kafka_url: str, kafka_address: str, topic_prefix: str
) -> None:
    name = f"{topic_prefix}articles"
    admin = KafkaAdminClient(bootstrap_servers=kafka_address)
    admin.create_topics({name: {"num_partitions": 1, "configs": {"max.message.bytes": "1000"}}}, wait_for_metadata=True)
    create_topics(f"{kafka_url}/{topic_prefix.rstrip('.')}", 4, names=[ARTICLES.name])
    described = admin.describe_configs([ConfigResource(ConfigResourceType.TOPIC, name)])
    admin.close()
    assert str(TOPIC_MESSAGE_BYTES) in str(described)
    assert TOPIC_MESSAGE_BYTES > MAX_MESSAGE_BYTES


async def test_a_name_space_keeps_its_topics_and_groups_apart(bus: KafkaBus, url: str) -> None:
    create_topics(f"{url}.other", 1)
    other = KafkaBus(f"{url}.other")
    await bus.publish(ARTICLES, [article()])
    assert await other.lag(ARTICLES, GROUP) == 0
    assert await bus.lag(replace(ARTICLES), GROUP) == 1
    await other.aclose()
