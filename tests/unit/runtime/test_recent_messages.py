"""What was published in this process is read back as it is, and only where no message could be missing."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.topics import ARTICLES
from services.runtime.adapters import recent_messages
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.recent_messages import RecentMessages
from services.runtime.ports import BATCH_MESSAGES, Received
from tests.articles import article


def message(offset: int, size: int = 1) -> Received:
    return Received(b"x" * size, offset=offset)


def kept(*offsets: int) -> RecentMessages:
    recent = RecentMessages()
    for offset in offsets:
        recent.add("topic", message(offset))
    return recent


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (3, None),  # whether 4 was of this topic is not known
        (4, (5, 8, 9)),
        (5, (8, 9)),
        (7, (8, 9)),
        (9, ()),
        (99, ()),
    ],
)
def test_messages_after_an_offset_are_given_when_none_can_be_missing(
    after: int, expected: tuple[int, ...] | None
) -> None:
    found = kept(5, 8, 9).read("topic", after, 10, 100)

    assert (None if found is None else tuple(m.offset for m in found)) == expected


def test_a_topic_that_nothing_was_published_on_is_not_known() -> None:
    assert kept(1).read("other", 0, 10, 100) is None


def test_a_read_ends_at_both_limits_and_has_at_least_one() -> None:
    recent = RecentMessages()
    for offset in range(1, 6):
        recent.add("topic", message(offset, size=10))

    def read(messages: int, size: int) -> int:
        return len(recent.read("topic", 0, messages, size) or ())

    assert (read(3, 1000), read(9, 25), read(9, 20), read(9, 1)) == (3, 2, 2, 1)


@given(st.lists(st.integers(1, 5), max_size=60), st.integers(0, 70))
def test_what_is_read_is_what_the_whole_log_would_give(sizes: list[int], after: int) -> None:
    log = [message(offset, size) for offset, size in enumerate(sizes, 1)]
    recent = RecentMessages()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(recent_messages, "KEPT_MESSAGES", 7)
        patch.setattr(recent_messages, "KEPT_BYTES", 15)
        for received in log:
            recent.add("topic", received)

    found = recent.read("topic", after, 100, 10_000)

    assert found is None or list(found) == [m for m in log if m.offset > after]


async def test_a_message_comes_back_as_the_object_that_was_published_until_it_is_one_of_many() -> None:
    bus = EmbeddedBus()
    first = article("one")
    await bus.publish(ARTICLES, [first])

    async def of_first(group: str) -> Received:
        async with bus.subscribe(ARTICLES, group) as batches:
            received: Received = (await anext(batches)).messages[0]
            return received

    assert (await of_first("early")).message is first
    await bus.publish(ARTICLES, [article(str(n)) for n in range(3 * BATCH_MESSAGES)])
    late = await of_first("late")
    assert (late.message, ARTICLES.decode(late.raw)) == (None, first)
    await bus.aclose()
