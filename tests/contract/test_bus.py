"""What every bus promises, asked of every bus there is."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace
from uuid import uuid4

import pytest

from services.contracts.article import Article
from services.contracts.errors import Reason, Rejected
from services.contracts.topics import ARTICLES, MAX_MESSAGE_BYTES, Topic
from services.runtime.adapters.kafka_admin import create_topics
from services.runtime.connect import open_bus
from services.runtime.dead_letters import DETAIL, ORIGIN, REASON
from services.runtime.ports import BATCH_MESSAGES, Bus, DeadLetter, Received
from tests.articles import article

DEADLINE_S = 30.0
KINDS = ["embedded memory", "embedded file", pytest.param("kafka", marks=pytest.mark.kafka)]


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> str:
    """Each implementation in turn."""
    if request.param == "kafka":
        return str(request.getfixturevalue("kafka_url"))
    return f"embedded:{tmp_path_factory.mktemp('bus') / 'bus.db'}" if "file" in request.param else "embedded::memory:"


@pytest.fixture
async def bus(url: str) -> AsyncIterator[Bus]:
    bus = open_bus(url)
    yield bus
    await bus.aclose()


@pytest.fixture
def topic(url: str) -> Topic[Article]:
    """A topic of two partitions, where there are such, that no other test has written to."""
    fresh = replace(ARTICLES, name=f"test-{uuid4().hex}")
    if url.startswith("kafka"):
        create_topics(url, partitions=2, names=[fresh.name, fresh.dead_letters])
    return fresh


def some(count: int) -> list[Article]:
    return [article(f"a{number}") for number in range(count)]


def names(messages: Sequence[Received]) -> list[str]:
    return [ARTICLES.decode(message.raw).url.rpartition("/")[2] for message in messages]


async def read(
    bus: Bus, topic: Topic[Article], count: int, group: str = "group", *, commit: bool = True
) -> list[Received]:
    """Join, take at least `count` messages in as many batches as it takes, maybe commit each, leave."""
    taken: list[Received] = []
    async with asyncio.timeout(DEADLINE_S), bus.subscribe(topic, group) as batches:
        while len(taken) < count:
            batch = await anext(batches)
            taken += batch.messages
            if commit:
                await batch.commit()
    return taken


async def test_what_was_not_committed_comes_again(bus: Bus, topic: Topic[Article]) -> None:
    await bus.publish(topic, some(3))
    first = await read(bus, topic, 3, commit=False)
    again = await read(bus, topic, 3)
    assert sorted(names(first)) == sorted(names(again)) == ["a0", "a1", "a2"]


async def test_what_was_committed_does_not_come_again(bus: Bus, topic: Topic[Article]) -> None:
    await bus.publish(topic, some(2))
    await read(bus, topic, 2)
    await bus.publish(topic, [article("later")])
    assert names(await read(bus, topic, 1)) == ["later"]


async def test_reading_resumes_after_the_last_batch_that_was_committed(bus: Bus, topic: Topic[Article]) -> None:
    await bus.publish(topic, some(3 * BATCH_MESSAGES))
    async with asyncio.timeout(DEADLINE_S), bus.subscribe(topic, "group") as batches:
        settled = await anext(batches)
        await settled.commit()
        in_flight = await anext(batches)
    rest = await read(bus, topic, 3 * BATCH_MESSAGES - len(settled.messages))
    assert not set(names(settled.messages)) & set(names(rest))
    assert set(names(in_flight.messages)) <= set(names(rest))
    assert len(settled.messages) + len(rest) == 3 * BATCH_MESSAGES


async def test_groups_read_independently(bus: Bus, topic: Topic[Article]) -> None:
    await bus.publish(topic, some(2))
    for group in ("one", "two"):
        assert sorted(names(await read(bus, topic, 2, group))) == ["a0", "a1"]


async def test_messages_of_one_key_keep_their_order(bus: Bus, topic: Topic[Article]) -> None:
    revisions = [article("same", revision=number) for number in range(1, 301)]
    await bus.publish(topic, revisions[:150])
    await bus.publish(topic, revisions[150:])
    taken = await read(bus, topic, 300)
    assert [ARTICLES.decode(message.raw).revision for message in taken] == list(range(1, 301))
    assert {message.key for message in taken} == {article("same").id.encode()}


async def test_a_batch_holds_no_more_than_its_limit_of_messages(bus: Bus, topic: Topic[Article]) -> None:
    await bus.publish(topic, some(2 * BATCH_MESSAGES + 1))
    sizes: list[int] = []
    async with asyncio.timeout(DEADLINE_S), bus.subscribe(topic, "group") as batches:
        while sum(sizes) < 2 * BATCH_MESSAGES + 1:
            sizes.append(len((await anext(batches)).messages))
    assert max(sizes) <= BATCH_MESSAGES


async def test_a_batch_holds_no_more_than_its_limit_of_bytes(bus: Bus, topic: Topic[Article]) -> None:
    large = [article(f"large{number}", text="x" * 3_000_000) for number in range(4)]
    for message in large:
        await bus.publish(topic, [message])
    sizes: list[int] = []
    async with asyncio.timeout(DEADLINE_S), bus.subscribe(topic, "group") as batches:
        while sum(sizes) < 4:
            batch = await anext(batches)
            sizes.append(len(batch.messages))
            await batch.commit()
    assert max(sizes) <= 2
    assert await bus.lag(topic, "group") == 0


async def test_the_largest_message_passes_and_a_larger_one_is_rejected(bus: Bus, topic: Topic[Article]) -> None:
    frame = len(topic.encode(article(text="x")))
    largest = article(text="x" * (MAX_MESSAGE_BYTES - frame + 1))
    await bus.publish(topic, [largest])
    with pytest.raises(Rejected) as caught:
        await bus.publish(topic, [article("small"), article(text=largest.text + "x")])
    assert caught.value.reason is Reason.TOO_LARGE
    assert await bus.lag(topic, "group") == 1, "nothing of a rejected call is published"
    (message,) = await read(bus, topic, 1)
    assert len(message.raw) == MAX_MESSAGE_BYTES


async def test_the_largest_message_can_be_buried(bus: Bus, topic: Topic[Article]) -> None:
    raw = b"\xff" * MAX_MESSAGE_BYTES
    await bus.bury(topic, [DeadLetter(Received(raw), Rejected(Reason.UNREADABLE, "ж" * 5_000))])
    (message,) = await read(bus, replace(topic, name=topic.dead_letters), 1)
    assert message.raw == raw


async def test_what_is_buried_keeps_its_bytes_key_and_headers_and_says_why(bus: Bus, topic: Topic[Article]) -> None:
    received = Received(b"\xff\x00", b"key", (("trace", b"\x01"),), partition=3, offset=42)
    await bus.bury(topic, [DeadLetter(received, Rejected(Reason.UNREADABLE, "not JSON"))])
    (letter,) = await read(bus, replace(topic, name=topic.dead_letters), 1)
    assert (letter.raw, letter.key) == (b"\xff\x00", b"key")
    assert dict(letter.headers) == {
        "trace": b"\x01",
        REASON: b"unreadable",
        DETAIL: b"not JSON",
        ORIGIN: f"{topic.name}/3/42".encode(),
    }


async def test_a_waiting_subscriber_is_told_soon(bus: Bus, topic: Topic[Article]) -> None:
    await bus.publish(topic, [article("first")])
    async with asyncio.timeout(DEADLINE_S), bus.subscribe(topic, "group") as batches:
        await (await anext(batches)).commit()
        waiting = asyncio.ensure_future(anext(batches))
        came, _ = await asyncio.wait({waiting}, timeout=0.3)
        assert not came, "there was nothing to come"
        await bus.publish(topic, [article("second")])
        async with asyncio.timeout(1.0):
            batch = await waiting
    assert names(batch.messages) == ["second"]


async def test_two_waiting_groups_are_both_told(bus: Bus, topic: Topic[Article]) -> None:
    reading = [asyncio.ensure_future(read(bus, topic, 50, group)) for group in ("one", "two")]
    for message in some(50):
        await bus.publish(topic, [message])
    for messages in await asyncio.gather(*reading):
        assert sorted(names(messages)) == sorted(f"a{number}" for number in range(50))


async def test_lag_is_what_is_published_and_not_committed(bus: Bus, topic: Topic[Article]) -> None:
    assert await bus.lag(topic, "group") == 0
    await bus.publish(topic, some(5))
    assert await bus.lag(topic, "group") == 5
    await read(bus, topic, 5, commit=False)
    assert await bus.lag(topic, "group") == 5
    await read(bus, topic, 5)
    assert await bus.lag(topic, "group") == 0


async def test_what_is_published_is_settled_once_every_partition_reached_its_end(
    bus: Bus, topic: Topic[Article]
) -> None:
    before, ends = await bus.settled(topic, "group"), await bus.ends(topic)
    assert before == ends
    await bus.publish(topic, some(5))
    ends = await bus.ends(topic)
    assert sum(ends.values()) >= 5
    assert any(before[partition] < end for partition, end in ends.items())
    await read(bus, topic, 5, commit=False)
    assert await bus.settled(topic, "group") == before
    await read(bus, topic, 5)
    assert await bus.settled(topic, "group") == ends
    await bus.publish(topic, some(1))
    assert await bus.settled(topic, "group") == ends != await bus.ends(topic)


async def test_another_member_takes_over_when_one_leaves(bus: Bus, topic: Topic[Article]) -> None:
    await bus.publish(topic, some(1))
    async with asyncio.timeout(DEADLINE_S), bus.subscribe(topic, "group") as batches:
        await (await anext(batches)).commit()
        successor = asyncio.ensure_future(read(bus, topic, 10))
        await asyncio.sleep(0)
    await bus.publish(topic, some(10))
    assert sorted(names(await successor)) == [f"a{number}" for number in range(10)]


async def test_publishing_or_burying_nothing_is_nothing(bus: Bus, topic: Topic[Article]) -> None:
    await bus.publish(topic, [])
    await bus.bury(topic, [])
    assert await bus.lag(topic, "group") == 0


async def test_an_open_bus_answers(bus: Bus) -> None:
    await bus.ping()
