"""The clock ticks on UTC multiples of ten seconds, skips what it missed, and survives a store that is away."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from services.alert.clock import TICK, Clock, tick_at
from services.contracts.errors import Unavailable
from tests.articles import NOON


class Leases:
    """Gives the lease to whoever asks, or does not answer."""

    def __init__(self, *, down: bool = False) -> None:
        self.down = down

    async def hold(self, name: str, owner: str, now: datetime, until: datetime) -> bool:
        if self.down:
            raise Unavailable("store", "asked to be down")
        return True


class Handler:
    """Notes its ticks; the wall clock, which is its own, moves on while it works."""

    def __init__(self, works: timedelta = timedelta(), stop_after: int = 3, *, down: bool = False) -> None:
        self.clock = NOON + timedelta(milliseconds=1)
        self.ticks: list[datetime] = []
        self.stop = asyncio.Event()
        self._works, self._stop_after, self._down = works, stop_after, down

    def now(self) -> datetime:
        """Every look at it finds the next tick due, so that nobody has to wait."""
        self.clock = max(self.clock, tick_at(self.clock))
        return self.clock

    async def tick(self, at: datetime) -> None:
        self.ticks.append(at)
        self.clock = at + self._works + timedelta(milliseconds=1)
        if len(self.ticks) == self._stop_after:
            self.stop.set()
        if self._down:
            raise Unavailable("bus", "asked to be down")


@pytest.mark.parametrize(
    ("moment", "expected"),
    [
        ("12:00:00.000", "12:00:00"),
        ("12:00:00.001", "12:00:10"),
        ("12:00:09.999", "12:00:10"),
        ("23:59:55.000", "00:00:00"),
    ],
)
def test_ticks_are_utc_multiples_of_ten_seconds(moment: str, expected: str) -> None:
    at = tick_at(datetime.fromisoformat(f"2022-02-07T{moment}").replace(tzinfo=UTC))
    assert at.strftime("%H:%M:%S") == expected
    assert at.timestamp() % 10 == 0


@pytest.mark.parametrize("down", [False, True])
async def test_each_tick_comes_once_in_order_whatever_a_handler_says(down: bool) -> None:
    handler = Handler(down=down)
    async with asyncio.timeout(10):
        await Clock(Leases(), [handler], handler.now).run(handler.stop)
    assert handler.ticks == [NOON + n * TICK for n in (1, 2, 3)]


async def test_ticks_that_were_missed_are_not_made_up_for() -> None:
    handler = Handler(works=2.5 * TICK)
    async with asyncio.timeout(10):
        await Clock(Leases(), [handler], handler.now).run(handler.stop)
    assert handler.ticks == [NOON + n * TICK for n in (1, 4, 7)]


async def test_without_a_store_nobody_ticks() -> None:
    handler = Handler()
    assert not await Clock(Leases(down=True), [handler], handler.now).tick(NOON)
    assert handler.ticks == []
