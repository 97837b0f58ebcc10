"""Empties the outbox: every delivery has its own tries, every endpoint its own bulkhead. Raises no alert itself."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from itertools import groupby
from random import random
from typing import TypeVar
from uuid import uuid4

from tenacity import AsyncRetrying, retry_if_exception_type, stop_after_delay, wait_exponential

from services.alert.core.bulkheads import Bulkheads
from services.alert.core.outbox import Leased, Receipt, Result, Settlement
from services.alert.core.retries import settle
from services.alert.outcomes import count_outcome
from services.alert.ports import Notifier, Outbox
from services.contracts.errors import Unavailable
from services.runtime import metrics

log = logging.getLogger(__name__)
T = TypeVar("T")

PLACES = 512
"""Deliveries in flight at a time."""
LEASE_S = 60.0
"""Longer than any try; what a killed sender held is sent again after it, under the same id."""
DRAIN_S = 10.0


class Sender:
    """The flow. `notifiers` by kind of channel; `every_s` between two looks when nobody calls `wake`."""

    def __init__(
        self,
        outbox: Outbox,
        notifiers: Mapping[str, Notifier],
        now: Callable[[], datetime],
        *,
        every_s: float = 0.5,
        lease_s: float = LEASE_S,
        patience_s: float = 60.0,
    ) -> None:
        self._outbox = outbox
        self._notifiers = notifiers
        self._now = now
        self._every_s = every_s
        self._lease = timedelta(seconds=lease_s)
        self._patience_s = patience_s
        self._owner = uuid4().hex
        self._bulkheads = Bulkheads(PLACES, {kind: notifier.bulk for kind, notifier in notifiers.items()})
        self._wake = asyncio.Event()
        self._settled: asyncio.Queue[Settlement] = asyncio.Queue()
        self._flying: set[asyncio.Task[None]] = set()

    def wake(self) -> None:
        """Something was queued: look at once."""
        self._wake.set()

    async def run(self, stop: asyncio.Event) -> None:
        """Send what is due until `stop`, finish what is in flight. Raises `Unavailable` if the store stays away."""
        writing = asyncio.create_task(self._write_settlements())
        try:
            while not stop.is_set():
                if writing.done():
                    return await writing
                await self.send_due()
                await self._rest(stop)
            if self._flying:
                await asyncio.wait(self._flying, timeout=DRAIN_S)
            await self._settled.join()
        finally:
            for task in (*self._flying, writing):
                task.cancel()
            await asyncio.gather(*self._flying, writing, return_exceptions=True)

    async def send_due(self) -> int:
        """Start every delivery that is due and has room; returns how many."""
        self._wake.clear()
        limit = PLACES - self._bulkheads.in_flight
        if limit <= 0:
            return 0
        now = self._now()
        leased = await self._patiently(
            lambda: self._outbox.lease(now, now + self._lease, self._owner, limit, self._bulkheads.offer())
        )
        for lane, group in groupby(sorted(leased, key=lambda d: d.lane), key=lambda d: d.lane):
            deliveries = list(group)
            bulk = self._notifiers[_kind(lane)].bulk
            for i in range(0, len(deliveries), bulk):
                self._start(lane, deliveries[i : i + bulk])
        return len(leased)

    async def settle_all(self) -> None:
        """Wait for what is in flight and write it: for callers that send step by step instead of `run`."""
        if self._flying:
            await asyncio.wait(self._flying)
        while not self._settled.empty():
            await self._write(self._drain())

    def _start(self, lane: str, deliveries: Sequence[Leased]) -> None:
        self._bulkheads.enter(lane, len(deliveries))
        task = asyncio.create_task(self._deliver(lane, deliveries))
        self._flying.add(task)
        task.add_done_callback(self._flying.discard)

    async def _deliver(self, lane: str, deliveries: Sequence[Leased]) -> None:
        started, failed = self._now(), True
        try:
            receipts = await self._ask(lane, deliveries)
            failed = any(receipt.result is Result.RETRY for receipt in receipts)
        finally:
            self._bulkheads.leave(lane, len(deliveries), failed=failed)
        now = self._now()
        took_ms = max(0, int((now - started).total_seconds() * 1000))
        for delivery, receipt in zip(deliveries, receipts, strict=True):
            settlement = settle(delivery, receipt, now, took_ms, random())  # noqa: S311  spreads retries
            self._settled.put_nowait(settlement)
            count_outcome(delivery.channel_key, settlement.state, settlement.cause)
            _count(_kind(lane), delivery, receipt, now)
        if self._bulkheads.crowded:
            self.wake()

    async def _ask(self, lane: str, deliveries: Sequence[Leased]) -> Sequence[Receipt]:
        try:
            return await self._notifiers[_kind(lane)].send(deliveries)
        except (
            Exception
        ) as error:  # this is the delivery policy of notifications: a bug on one must not stop the others
            log.exception("channel failed", extra={"channel": _kind(lane)})
            return [Receipt(Result.RETRY, f"a bug of ours: {type(error).__name__}")] * len(deliveries)

    async def _write_settlements(self) -> None:
        while True:
            await self._write([await self._settled.get(), *self._drain()])

    def _drain(self) -> list[Settlement]:
        drained: list[Settlement] = []
        with suppress(asyncio.QueueEmpty):
            while True:
                drained.append(self._settled.get_nowait())
        return drained

    async def _write(self, settlements: Sequence[Settlement]) -> None:
        """One transaction for all that came back meanwhile."""
        written = await self._patiently(lambda: self._outbox.settle(settlements, self._owner))
        for _ in settlements:
            self._settled.task_done()
        if written < len(settlements):
            log.warning("leases were lost to another sender", extra={"count": len(settlements) - written})

    async def _patiently(self, action: Callable[[], Awaitable[T]]) -> T:
        """Await `action`, again after each `Unavailable`, until the patience ends."""
        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Unavailable),
            stop=stop_after_delay(self._patience_s),
            wait=wait_exponential(multiplier=0.5, max=10),
            reraise=True,
        )

        async def once() -> T:  # a lambda would not be recognised as something to await
            return await action()

        return await retrying(once)

    async def _rest(self, stop: asyncio.Event) -> None:
        """Until woken, told to stop, or it is time to look again."""
        waits = [asyncio.create_task(event.wait()) for event in (self._wake, stop)]
        try:
            await asyncio.wait(waits, timeout=self._every_s, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in waits:
                task.cancel()
            await asyncio.gather(*waits, return_exceptions=True)


def _kind(lane: str) -> str:
    return lane.partition(":")[0]


def _count(kind: str, delivery: Leased, receipt: Receipt, now: datetime) -> None:
    metrics.DELIVERIES.labels(kind, receipt.result).inc()
    if receipt.result is Result.SENT and not delivery.was_held:
        metrics.PUBLISH_TO_NOTIFY_SECONDS.labels(kind).observe(max(0.0, (now - delivery.fetched_at).total_seconds()))
        age = (now - delivery.published_at).total_seconds()
        metrics.ARTICLE_AGE_AT_NOTIFY_SECONDS.labels(kind).observe(max(0.0, age))
