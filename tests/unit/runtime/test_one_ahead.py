"""While one item is worked on, the next is fetched and shown; what nobody took is given up."""

import asyncio

import pytest

from services.contracts.errors import Unavailable
from services.runtime.one_ahead import OneAhead

DEADLINE_S = 5.0


class Source:
    """Gives what is put; remembers what was shown and how many fetches were given up."""

    def __init__(self) -> None:
        self.items: asyncio.Queue[str | None] = asyncio.Queue()
        self.shown: list[str] = []
        self.given_up = 0
        self.broken = False

    async def fetch(self) -> str | None:
        if self.broken:
            raise Unavailable("bus", "gone")
        try:
            return await self.items.get()
        except asyncio.CancelledError:
            self.given_up += 1
            raise

    def put(self, *items: str | None) -> None:
        for item in items:
            self.items.put_nowait(item)


@pytest.fixture
def source() -> Source:
    return Source()


async def settled() -> None:
    """Everything that can go on without news has gone on."""
    for _ in range(5):
        await asyncio.sleep(0)


async def test_items_come_in_order_until_there_is_none(source: Source) -> None:
    source.put("a", "b", None)

    async with asyncio.timeout(DEADLINE_S), OneAhead(source.fetch, source.shown.append) as ahead:
        taken = [await ahead.take(), await ahead.take(), await ahead.take()]

    assert taken == ["a", "b", None]
    assert source.shown == ["a", "b"]


async def test_the_next_is_fetched_and_shown_while_the_first_is_worked_on_and_no_more(source: Source) -> None:
    source.put("a", "b", "c")

    async with asyncio.timeout(DEADLINE_S), OneAhead(source.fetch, source.shown.append) as ahead:
        assert await ahead.take() == "a"
        await settled()
        assert source.shown == ["a", "b"]


async def test_nothing_is_fetched_before_the_first_is_wanted(source: Source) -> None:
    source.put("a")

    async with OneAhead(source.fetch, source.shown.append):
        await settled()

    assert source.shown == []


async def test_a_fetch_that_waits_is_given_up_on_leaving(source: Source) -> None:
    source.put("a")

    async with asyncio.timeout(DEADLINE_S), OneAhead(source.fetch, source.shown.append) as ahead:
        await ahead.take()
        await settled()

    assert source.given_up == 1


async def test_what_the_fetch_raises_is_raised_by_the_take_after_the_work(source: Source) -> None:
    source.put("a")

    async with asyncio.timeout(DEADLINE_S), OneAhead(source.fetch, source.shown.append) as ahead:
        assert await ahead.take() == "a"
        source.broken = True
        with pytest.raises(Unavailable, match="gone"):
            await ahead.take()


async def test_what_a_fetch_raised_for_nobody_is_not_raised_on_leaving(source: Source) -> None:
    source.put("a")

    async with asyncio.timeout(DEADLINE_S), OneAhead(source.fetch, source.shown.append) as ahead:
        await ahead.take()
        source.broken = True
        await settled()
