"""What only the clock decides: ticks on UTC multiples of ten seconds, for whichever replica holds the lease.

Decides nothing itself. A double tick is harmless: whatever a handler writes is unique in the store.
"""

import asyncio
import logging
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from services.alert.ports import Leases, TickHandler
from services.contracts.errors import Unavailable
from services.runtime import metrics

log = logging.getLogger(__name__)

TICK = timedelta(seconds=10)
LEASE = "clock"
LEASE_FOR = 3 * TICK
"""What a killed replica held passes on after it."""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def tick_at(moment: datetime) -> datetime:
    """The first tick at or after this moment."""
    return moment + (_EPOCH - moment) % TICK


class Clock:
    """The flow. All handlers of a tick run side by side; the next tick waits for the slowest of them."""

    def __init__(self, leases: Leases, handlers: Sequence[TickHandler], now: Callable[[], datetime]) -> None:
        self._leases = leases
        self._handlers = handlers
        self._now = now
        self._owner = uuid4().hex

    async def run(self, stop: asyncio.Event) -> None:
        """Tick until `stop`. A store that does not answer costs ticks, never the clock."""
        at = tick_at(self._now())
        while not stop.is_set():
            try:
                async with asyncio.timeout(max(0.0, (at - self._now()).total_seconds())):
                    await stop.wait()
            except TimeoutError:
                await self.tick(at)
                at = max(at + TICK, tick_at(self._now()))

    async def tick(self, at: datetime) -> bool:
        """Call every handler if this replica holds the lease; says whether it does."""
        try:
            if not await self._leases.hold(LEASE, self._owner, at, at + LEASE_FOR):
                return False
        except Unavailable as error:
            _report(error)
            return False
        await asyncio.gather(*(self._handle(handler, at) for handler in self._handlers))
        return True

    async def _handle(self, handler: TickHandler, at: datetime) -> None:
        try:
            await handler.tick(at)
        except Unavailable as error:
            _report(error)


def _report(error: Unavailable) -> None:
    metrics.UNAVAILABLE.labels(error.dependency).inc()
    log.warning("a tick of the clock has to wait", extra={"error": error.detail})
