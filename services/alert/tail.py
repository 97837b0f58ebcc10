"""Tells open streams that the journal grew, and when the process ends. Reads one number; sends nothing."""

import asyncio
import logging
from collections.abc import Iterator
from contextlib import contextmanager

from services.alert.ports import Journal
from services.contracts.errors import Unavailable

log = logging.getLogger(__name__)

LOOK_EVERY_S = 0.25
MAX_STREAMS = 500
"""Open streams of one process."""


class Tail:
    """One look at the store for all streams of the process, whoever of the replicas wrote."""

    def __init__(self, journal: Journal, *, every_s: float = LOOK_EVERY_S, most: int = MAX_STREAMS) -> None:
        self._journal = journal
        self._every_s = every_s
        self._most = most
        self._news = asyncio.Event()
        self._open = 0
        self.latest = 0
        self.closing = False

    @property
    def full(self) -> bool:
        """Whether this process holds as many streams as it should."""
        return self._open >= self._most

    @contextmanager
    def stream(self) -> Iterator[None]:
        """A stream is open inside."""
        self._open += 1
        try:
            yield
        finally:
            self._open -= 1

    async def grown(self, beyond: int, within_s: float) -> bool:
        """Wait until the journal has a number over `beyond`, or the process ends; False when the time is over."""
        try:
            async with asyncio.timeout(within_s):
                while self.latest <= beyond and not self.closing:
                    await self._news.wait()
        except TimeoutError:
            return False
        return True

    async def follow(self, stop: asyncio.Event) -> None:
        """Look until `stop`, then end every stream: what a stream waits for must not hold up the end."""
        try:
            while not stop.is_set():
                if self._open:
                    await self._look()
                try:
                    async with asyncio.timeout(self._every_s):
                        await stop.wait()
                except TimeoutError:
                    continue
        finally:
            self.closing = True
            self._tell()

    async def _look(self) -> None:
        try:
            latest = await self._journal.latest()
        except Unavailable as error:
            log.warning("cannot look into the journal", extra={"error": error.detail})
            return
        if latest > self.latest:
            self.latest = latest
            self._tell()

    def _tell(self) -> None:
        """Wake who waits now; who comes later waits for the next."""
        self._news.set()
        self._news = asyncio.Event()
