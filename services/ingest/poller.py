"""Looks at each feed on its own schedule and hands in what is new. A dead feed delays no other."""

import asyncio
import logging
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from services.contracts.errors import Rejected, Unavailable
from services.ingest.core.schedule import DEAD_AFTER, next_wait
from services.ingest.flow import Ingest
from services.ingest.ports import FeedClient, FeedFailed, Feeds, FeedState, Validators
from services.runtime import metrics
from services.runtime.stopping import unless_stopped

log = logging.getLogger(__name__)

DOOR = "feed"
LOOKS_AT_A_TIME = 8
UNAVAILABLE_WAIT_S = 5.0
"""Until the next try when the bus or the store does not answer: the feed is not to blame, and waits no longer."""


class Look(StrEnum):
    """How a look at a feed ended. A label of `tocsin_feed_fetches_total`."""

    CHANGED = "changed"
    UNCHANGED = "unchanged"
    FAILED = "failed"
    GONE = "gone"
    UNAVAILABLE = "unavailable"


@dataclass(slots=True)
class Poller:
    """One task a feed. `sleep` returns early when the process is told to stop."""

    ingest: Ingest
    feeds: Feeds
    client: FeedClient
    clock: Callable[[], datetime]
    every_s: float
    chance: Callable[[], float] = random.random
    _slots: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(LOOKS_AT_A_TIME))
    _failures: dict[str, int] = field(default_factory=dict)

    async def run(self, urls: Sequence[str], stop: asyncio.Event) -> None:
        """Look at every feed until `stop` is set; then take in what was read, and give up what is still awaited."""
        async with asyncio.TaskGroup() as tasks:
            for url in dict.fromkeys(urls):
                tasks.create_task(self._follow(url, stop), name=f"feed {url}")
            await stop.wait()

    async def look(self, url: str, stop: asyncio.Event | None = None) -> float:
        """One look, counted and logged. Returns the seconds until the next one; at once when `stop` is set."""
        try:
            async with self._slots:
                result = await self._take_in(url, stop or asyncio.Event())
        except FeedFailed as failure:
            return self._after_failure(url, failure)
        except Unavailable as error:
            log.warning("feed waits", extra={"feed": url, "error": str(error)})
            metrics.FEED_FETCHES.labels(Look.UNAVAILABLE).inc()
            return UNAVAILABLE_WAIT_S
        if result is None:
            return 0.0
        self._failures.pop(url, None)
        metrics.FEED_FETCHES.labels(result).inc()
        return next_wait(self.every_s, 0, None, False, self.chance())

    async def _take_in(self, url: str, stop: asyncio.Event) -> Look | None:
        """The first look is historic: what a feed has gathered before anybody asked is no news. None when stopped."""
        known = await self.feeds.state(url)
        asking = self.client.fetch(url, known.validators if known else Validators())
        if (fetched := await unless_stopped(asking, stop)) is None:
            return None
        if fetched.items is None:
            return Look.UNCHANGED
        seen = known.seen if known else frozenset()
        fresh = [item.raw for item in fetched.items if item.key not in seen]
        if known is None:
            fresh = [raw.model_copy(update={"historic": True}) for raw in fresh]
        receipts = await self.ingest.accept(fresh, DOOR)
        for raw, receipt in zip(fresh, receipts, strict=True):
            if isinstance(receipt, Rejected):
                log.warning("feed item refused", extra={"feed": url, "url": raw.url, "reason": str(receipt)})
        # Remembered last: what the broker has not acknowledged is new again at the next look.
        keys = frozenset(item.key for item in fetched.items)
        await self.feeds.remember(url, FeedState(fetched.validators, keys), self.clock())
        return Look.CHANGED if fresh else Look.UNCHANGED

    async def _follow(self, url: str, stop: asyncio.Event) -> None:
        while not stop.is_set():
            wait = await self.look(url, stop)
            try:
                async with asyncio.timeout(wait):
                    await stop.wait()
            except TimeoutError:
                continue

    def _after_failure(self, url: str, failure: FeedFailed) -> float:
        failures = self._failures[url] = self._failures.get(url, 0) + 1
        wait = next_wait(self.every_s, failures, failure.retry_after_s, failure.gone, self.chance())
        metrics.FEED_FETCHES.labels(Look.GONE if failure.gone else Look.FAILED).inc()
        told = {"feed": url, "error": failure.detail, "failures": failures, "next_look_s": round(wait)}
        if failures == DEAD_AFTER or failure.gone:
            log.error("feed is dead", extra=told)
        else:
            log.warning("feed failed", extra=told)
        return wait
