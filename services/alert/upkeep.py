"""Measures the backlog and deletes what is past its time. Sends and decides nothing."""

import asyncio
import logging
from collections.abc import Callable
from datetime import datetime, timedelta

from services.alert.ports import Outbox, Upkeep
from services.contracts.errors import Unavailable
from services.runtime import metrics
from services.runtime.ports import Index

log = logging.getLogger(__name__)

LOOK_S = 10.0
EXPIRE_EVERY = timedelta(hours=1)


async def keep_up(
    store: Upkeep,
    index: Index,
    outbox: Outbox,
    now: Callable[[], datetime],
    retain: timedelta,
    stop: asyncio.Event,
) -> None:
    """Measure the backlog, and now and then delete what is older than `retain`, until `stop`. Harmless in replicas."""
    expire_at = now()
    while not stop.is_set():
        at = now()
        try:
            waiting, oldest = await outbox.backlog(at)
            metrics.OUTBOX_WAITING.labels("alert").set(waiting)
            metrics.OUTBOX_OLDEST_SECONDS.labels("alert").set((at - oldest).total_seconds() if oldest else 0.0)
            if at >= expire_at:
                await store.expire(at - retain)
                await index.expire(at - retain)
                expire_at = at + EXPIRE_EVERY
        except Unavailable as error:
            log.warning("upkeep has to wait", extra={"error": error.detail})
        try:
            async with asyncio.timeout(LOOK_S):
                await stop.wait()
        except TimeoutError:
            continue
