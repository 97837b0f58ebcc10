"""The bus in one SQLite file, for one process: Kafka's promises without a server. Serves no second process."""

import asyncio
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from threading import Lock
from typing import TypeVar

from services.contracts.errors import Unavailable
from services.contracts.message import Message
from services.contracts.topics import Topic
from services.runtime.adapters.embedded_log import Append, EmbeddedLog
from services.runtime.adapters.recent_messages import RecentMessages
from services.runtime.dead_letters import dead_letter_headers
from services.runtime.ports import BATCH_BYTES, BATCH_MESSAGES, Batch, DeadLetter, Received

M = TypeVar("M", bound=Message)
T = TypeVar("T")

COMMITS_BETWEEN_EXPIRY = 100
DAY_SECONDS = 86_400


@dataclass(slots=True)
class _Write:
    """One caller's rows, and what came of them."""

    rows: Sequence[Append]
    stored: bool = False
    error: Unavailable | None = None


class EmbeddedBus:
    """Topics in a file. Callers that write at the same time share one transaction, so one flush serves them all."""

    def __init__(
        self, path: str = ":memory:", *, retain_days: int = 30, clock: Callable[[], float] = time.time
    ) -> None:
        """Open or create the file. Raises `Unavailable` when another process holds it."""
        self._log = EmbeddedLog(path)
        self._recent = RecentMessages()
        self._retain_s = retain_days * DAY_SECONDS
        self._clock = clock
        # SQLite has one writer: one thread keeps the order of calls and never waits for a lock.
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="embedded-bus")
        self._writes: list[_Write] = []
        self._writes_lock = Lock()
        self._readers: dict[str, set[asyncio.Event]] = defaultdict(set)
        self._members: dict[tuple[str, str], asyncio.Lock] = defaultdict(asyncio.Lock)
        self._commits = 0

    async def publish(self, topic: Topic[M], messages: Sequence[M]) -> None:
        """Append all, or none; on return they survive a power cut. Raises `Rejected(TOO_LARGE)`, `Unavailable`."""
        rows = [
            Append(topic.name, topic.encode(message), topic.key(message).encode(), message=message)
            for message in messages
        ]
        await self._append(topic.name, rows)

    async def bury(self, topic: Topic[M], letters: Sequence[DeadLetter]) -> None:
        """Append the unchanged bytes to the dead letters, the reason in headers. Raises `Unavailable`."""
        dead = topic.dead_letters
        rows = [
            Append(dead, letter.received.raw, letter.received.key, dead_letter_headers(topic, letter))
            for letter in letters
        ]
        await self._append(dead, rows)

    def subscribe(self, topic: Topic[M], group: str) -> AbstractAsyncContextManager[AsyncIterator[Batch]]:
        """Batches after the group's position, at once when there is something.

        One member of a group reads at a time, like one consumer of a topic with one partition; the others wait.
        """
        return self._membership(topic.name, group)

    @asynccontextmanager
    async def _membership(self, topic: str, group: str) -> AsyncIterator[AsyncIterator[Batch]]:
        async with self._members[topic, group]:
            grown = asyncio.Event()
            self._readers[topic].add(grown)
            try:
                yield self._batches(topic, group, grown)
            finally:
                self._readers[topic].remove(grown)

    async def _batches(self, topic: str, group: str, grown: asyncio.Event) -> AsyncIterator[Batch]:
        at = await self._in_thread(partial(self._log.position, topic, group))
        while True:
            grown.clear()
            messages = await self._in_thread(partial(self._read, topic, at))
            if not messages:
                await grown.wait()
                continue
            at = messages[-1].offset
            yield Batch(messages, partial(self._commit, topic, group, at))

    async def lag(self, topic: Topic[M], group: str) -> int:
        """Messages behind the group's last commit. Raises `Unavailable`."""
        return await self._in_thread(partial(self._log.lag, topic.name, group))

    async def ends(self, topic: Topic[M]) -> Mapping[int, int]:
        """There is one partition. Raises `Unavailable`."""
        return {0: await self._in_thread(partial(self._log.end, topic.name))}

    async def settled(self, topic: Topic[M], group: str) -> Mapping[int, int]:
        """There is one partition. Raises `Unavailable`."""
        return {0: await self._in_thread(partial(self._log.position, topic.name, group))}

    async def ping(self) -> None:
        """Raises `Unavailable` unless the file can be read."""
        await self._in_thread(partial(self._log.position, "", ""))

    async def aclose(self) -> None:
        """Finish what was begun, and release the file."""
        await asyncio.get_running_loop().run_in_executor(None, self._thread.shutdown)
        self._log.close()

    async def _append(self, topic: str, rows: Sequence[Append]) -> None:
        if not rows:
            return
        write = _Write(rows)
        with self._writes_lock:
            self._writes.append(write)
        await self._in_thread(self._write_waiting)
        if not write.stored:
            raise write.error or Unavailable("bus", "the write that was shared with others failed")
        for grown in self._readers[topic]:
            grown.set()

    def _write_waiting(self) -> None:
        """Store every write that waits, also those whose own turn is still to come: they will find nothing left."""
        with self._writes_lock:
            writes, self._writes = self._writes, []
        if not writes:
            return
        try:
            self._store([row for write in writes for row in write.rows])
        except Unavailable as error:
            for write in writes:
                write.error = error
        else:
            for write in writes:
                write.stored = True

    def _store(self, rows: Sequence[Append]) -> None:
        offsets = self._log.append(rows, self._clock())
        for offset, row in zip(offsets, rows, strict=True):
            received = Received(row.raw, row.key, row.headers, partition=0, offset=offset, message=row.message)
            self._recent.add(row.topic, received)

    def _read(self, topic: str, after: int) -> tuple[Received, ...]:
        recent = self._recent.read(topic, after, BATCH_MESSAGES, BATCH_BYTES)
        return self._log.read(topic, after, BATCH_MESSAGES, BATCH_BYTES) if recent is None else recent

    async def _commit(self, topic: str, group: str, position: int) -> None:
        await self._in_thread(partial(self._log.commit, topic, group, position))
        self._commits += 1
        if self._commits % COMMITS_BETWEEN_EXPIRY == 0:
            await self._in_thread(partial(self._log.expire, self._clock() - self._retain_s))

    async def _in_thread(self, call: Callable[[], T]) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, call)
