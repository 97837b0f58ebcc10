"""What the embedded bus promises beyond every bus: its file survives, belongs to one process, and does not grow."""

import asyncio
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from services.contracts.errors import Reason, Rejected, Unavailable
from services.contracts.topics import ARTICLES, ENRICHED
from services.runtime.adapters.embedded_bus import COMMITS_BETWEEN_EXPIRY, EmbeddedBus
from services.runtime.adapters.embedded_log import KEPT_CONSUMED
from services.runtime.ports import BATCH_MESSAGES, DeadLetter, Received
from tests.articles import article, document


async def take(bus: EmbeddedBus, count: int, *, group: str = "group") -> list[Received]:
    taken: list[Received] = []
    async with asyncio.timeout(20), bus.subscribe(ARTICLES, group) as batches:
        while len(taken) < count:
            batch = await anext(batches)
            await batch.commit()
            taken += batch.messages
    return taken


async def test_messages_and_positions_survive_a_restart(tmp_path: Path) -> None:
    path = str(tmp_path / "new" / "bus.db")
    bus = EmbeddedBus(path)
    await bus.publish(ARTICLES, [article("one")])
    await take(bus, 1)
    await bus.publish(ARTICLES, [article("two")])
    await bus.aclose()
    bus = EmbeddedBus(path)
    assert [m.raw for m in await take(bus, 1)] == [ARTICLES.encode(article("two"))]
    await bus.aclose()


KILLED = """
import asyncio, os, signal, sys
from services.contracts.topics import ARTICLES
from services.runtime.adapters.embedded_bus import EmbeddedBus
from tests.articles import article

async def main():
    bus = EmbeddedBus(sys.argv[1])
    await bus.publish(ARTICLES, [article("one"), article("two")])
    os.kill(os.getpid(), signal.SIGKILL)

asyncio.run(main())
"""


async def test_what_was_published_survives_the_killing_of_the_process(tmp_path: Path) -> None:
    path = str(tmp_path / "bus.db")
    process = await asyncio.to_thread(subprocess.run, [sys.executable, "-c", KILLED, path], timeout=60, check=False)
    assert process.returncode == -9
    bus = EmbeddedBus(path)
    assert len(await take(bus, 2)) == 2
    await bus.aclose()


async def test_a_second_user_of_the_file_is_refused_with_a_clear_message(tmp_path: Path) -> None:
    path = str(tmp_path / "bus.db")
    bus = EmbeddedBus(path)
    await bus.publish(ARTICLES, [article()])
    with pytest.raises(Unavailable, match=r"bus\.db.*another process holds it"):
        await asyncio.to_thread(EmbeddedBus, path)
    await bus.aclose()


def test_a_file_that_is_no_database_is_refused_with_a_clear_message(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    path.write_text("not a database, " * 1000)
    with pytest.raises(Unavailable, match=r"bus\.db: file is not a database"):
        EmbeddedBus(str(path))


async def test_callers_at_the_same_time_are_all_stored_in_the_order_of_their_calls() -> None:
    bus = EmbeddedBus()
    await asyncio.gather(*(bus.publish(ARTICLES, [article(f"a{n}")]) for n in range(100)))
    raws = [message.raw for message in await take(bus, 100)]
    assert raws == [ARTICLES.encode(article(f"a{n}")) for n in range(100)]
    await bus.aclose()


async def test_consumed_messages_do_not_pile_up_and_offsets_never_come_again(tmp_path: Path) -> None:
    path = tmp_path / "bus.db"
    bus = EmbeddedBus(str(path))
    seen: set[int] = set()
    for round_ in range(COMMITS_BETWEEN_EXPIRY):
        await bus.publish(ARTICLES, [article(f"a{round_}-{n}") for n in range(20)])
        offsets = [message.offset for message in await take(bus, 20)]
        assert not seen & set(offsets)
        seen |= set(offsets)
    await bus.aclose()
    assert len(seen) == 20 * COMMITS_BETWEEN_EXPIRY
    with sqlite3.connect(path) as connection:
        (kept,) = connection.execute("SELECT count(*) FROM messages").fetchone()
    connection.close()
    assert kept == KEPT_CONSUMED


async def test_a_group_never_moves_back() -> None:
    bus = EmbeddedBus()
    await bus.publish(ARTICLES, [article(f"a{n}") for n in range(BATCH_MESSAGES + 1)])
    async with asyncio.timeout(20), bus.subscribe(ARTICLES, "group") as batches:
        earlier, later = await anext(batches), await anext(batches)
        await later.commit()
        await earlier.commit()
    assert await bus.lag(ARTICLES, "group") == 0
    await bus.aclose()


async def test_a_slow_group_keeps_what_it_has_not_read() -> None:
    bus = EmbeddedBus()
    await bus.publish(ARTICLES, [article("first")])
    await take(bus, 1, group="slow")
    await bus.publish(ARTICLES, [article(f"a{n}") for n in range(2 * KEPT_CONSUMED)])
    async with asyncio.timeout(20), bus.subscribe(ARTICLES, "fast") as batches:
        batch = await anext(batches)
        for _ in range(COMMITS_BETWEEN_EXPIRY):
            await batch.commit()
    assert await bus.lag(ARTICLES, "slow") == 2 * KEPT_CONSUMED
    await bus.aclose()


async def test_a_topic_that_nobody_reads_is_kept_for_the_days_it_was_told() -> None:
    now = 1_000_000.0
    bus = EmbeddedBus(retain_days=2, clock=lambda: now)
    await bus.publish(ENRICHED, [document("old")])
    now += 3 * 86_400
    await bus.publish(ENRICHED, [document("new")])
    await bus.publish(ARTICLES, [article()])
    async with asyncio.timeout(20), bus.subscribe(ARTICLES, "group") as batches:
        batch = await anext(batches)
        for _ in range(COMMITS_BETWEEN_EXPIRY):
            await batch.commit()
    assert await bus.lag(ENRICHED, "late") == 1
    await bus.aclose()


async def test_a_full_disk_is_unavailable_and_nothing_of_the_call_is_stored(tmp_path: Path) -> None:
    bus = EmbeddedBus(str(tmp_path / "bus.db"))
    with bus._log._transaction() as connection:
        connection.exec_driver_sql("PRAGMA max_page_count = 50")
    large = article("large", text="x" * 900_000)
    with pytest.raises(Unavailable, match="full"):
        await bus.publish(ARTICLES, [article("small"), large])
    assert await bus.lag(ARTICLES, "group") == 0
    await bus.publish(ARTICLES, [article("small")])
    await bus.aclose()


async def test_a_reason_of_any_characters_is_kept() -> None:
    bus = EmbeddedBus()
    await bus.bury(ARTICLES, [DeadLetter(Received(b""), Rejected(Reason.UNREADABLE, "\ud800 \x00 é"))])
    await bus.aclose()
