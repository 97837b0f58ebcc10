"""The newest messages of each topic, as they were published: read in the same process, they need no decoding."""

from bisect import bisect_right
from collections import defaultdict, deque
from itertools import islice
from typing import Final

from services.runtime.ports import BATCH_BYTES, BATCH_MESSAGES, Received

KEPT_MESSAGES: Final = 2 * BATCH_MESSAGES
KEPT_BYTES: Final = 2 * BATCH_BYTES
"""Of their JSON, a topic: what is read while the next batch is written. As objects they take four times as much."""


class RecentMessages:
    """Knows a stretch of each topic without gaps, up to its end. For one thread."""

    def __init__(self) -> None:
        self._topics: defaultdict[str, _Tail] = defaultdict(_Tail)

    def add(self, topic: str, received: Received) -> None:
        """The message after all others of its topic."""
        self._topics[topic].add(received)

    def read(self, topic: str, after: int, max_messages: int, max_bytes: int) -> tuple[Received, ...] | None:
        """As `EmbeddedLog.read` would answer; None when it must be asked, for some of them are not kept."""
        return self._topics[topic].read(after, max_messages, max_bytes) if topic in self._topics else None


class _Tail:
    """The end of one topic."""

    def __init__(self) -> None:
        self._kept: deque[Received] = deque()
        self._bytes = 0
        self._complete_after = -1
        """All messages with higher offsets are kept; -1 before the first."""

    def add(self, received: Received) -> None:
        if not self._kept and self._complete_after < 0:
            self._complete_after = received.offset - 1
        self._kept.append(received)
        self._bytes += len(received.raw)
        while len(self._kept) > KEPT_MESSAGES or (self._bytes > KEPT_BYTES and len(self._kept) > 1):
            dropped = self._kept.popleft()
            self._bytes -= len(dropped.raw)
            self._complete_after = dropped.offset

    def read(self, after: int, max_messages: int, max_bytes: int) -> tuple[Received, ...] | None:
        if after < self._complete_after:
            return None
        first = bisect_right(self._kept, after, key=lambda received: received.offset)
        found: list[Received] = []
        size = 0
        for received in islice(self._kept, first, first + max_messages):
            size += len(received.raw)
            if found and size > max_bytes:
                break
            found.append(received)
        return tuple(found)
