"""What every store promises of a lease: one holder at a time, and it passes on when it runs out."""

import asyncio
from collections.abc import Callable
from datetime import datetime, timedelta

from services.alert.adapters.sql_leases import SqlLeases
from services.alert.clock import TICK, Clock
from services.runtime.adapters.sql import Database
from tests.articles import NOON

MINUTE = timedelta(minutes=1)


async def test_a_lease_has_one_holder_until_it_runs_out(database: Database) -> None:
    leases = SqlLeases(database)
    assert await leases.hold("clock", "one", NOON, NOON + MINUTE)
    assert not await leases.hold("clock", "two", NOON + MINUTE / 2, NOON + 2 * MINUTE)
    assert await leases.hold("clock", "two", NOON + MINUTE, NOON + 2 * MINUTE)
    assert not await leases.hold("clock", "one", NOON + MINUTE, NOON + 3 * MINUTE)


async def test_its_holder_renews_it(database: Database) -> None:
    leases = SqlLeases(database)
    assert await leases.hold("clock", "one", NOON, NOON + MINUTE)
    assert await leases.hold("clock", "one", NOON + MINUTE / 2, NOON + 2 * MINUTE)
    assert not await leases.hold("clock", "two", NOON + MINUTE, NOON + 3 * MINUTE)


async def test_leases_of_other_names_are_free(database: Database) -> None:
    leases = SqlLeases(database)
    assert await leases.hold("clock", "one", NOON, NOON + MINUTE)
    assert await leases.hold("digests", "two", NOON, NOON + MINUTE)


async def test_of_many_replicas_that_ask_at_once_one_gets_it(open_store: Callable[[], Database]) -> None:
    replicas = [SqlLeases(open_store()) for _ in range(4)]
    for n in range(5):
        at = NOON + n * MINUTE
        asked = (leases.hold("clock", str(i), at, at + MINUTE) for i, leases in enumerate(replicas))
        assert sum(await asyncio.gather(*asked)) == 1


async def test_one_replica_ticks_and_another_goes_on_when_it_is_gone(open_store: Callable[[], Database]) -> None:
    ticked: list[tuple[str, datetime]] = []

    class Noting:
        def __init__(self, name: str) -> None:
            self.name = name

        async def tick(self, at: datetime) -> None:
            ticked.append((self.name, at))

    first, second = (Clock(SqlLeases(open_store()), [Noting(name)], lambda: NOON) for name in ("first", "second"))
    assert await first.tick(NOON)
    assert not await second.tick(NOON)
    assert not await second.tick(NOON + TICK)
    assert await second.tick(NOON + 3 * TICK)
    assert ticked == [("first", NOON), ("second", NOON + 3 * TICK)]
