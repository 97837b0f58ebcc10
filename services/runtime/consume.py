"""The loop of a consumer outside Faust: join, settle each batch, leave the group. Decides nothing about failures."""

import asyncio
import logging
from contextlib import AsyncExitStack, suppress
from typing import TypeVar

from services.contracts.errors import Unavailable
from services.contracts.message import Message
from services.contracts.topics import Topic
from services.runtime import metrics
from services.runtime.deliver import Delivery, Foresee, Handler
from services.runtime.health import Health, State
from services.runtime.one_ahead import OneAhead
from services.runtime.patience import PATIENT, Patience, Patient
from services.runtime.ports import Batch, Bus
from services.runtime.stopping import unless_stopped

log = logging.getLogger(__name__)
M = TypeVar("M", bound=Message)

LAG_SECONDS = 5.0
"""Between two looks at a consumer's lag."""


async def consume(
    topic: Topic[M],
    group: str,
    handle: Handler[M],
    bus: Bus,
    health: Health,
    stop: asyncio.Event,
    *,
    patience: Patience = PATIENT,
    foresee: Foresee[M] | None = None,
) -> None:
    """Settle every batch of `topic` for `group`, which is the stage's name too, until `stop` is set.

    Told to stop, it takes no new batch, settles and commits the one in hand, and leaves the group. Raises
    `Unavailable` when a dependency did not answer for the patience and `TooManyBugs`: both must end the process.
    """
    delivery = Delivery(topic, group, handle, bus, health, patience=patience, stop=stop, foresee=foresee)
    patient = Patient(group, health, patience, stop)
    with health.supervise(group):
        watching = asyncio.create_task(watch_lag(topic, group, bus))
        try:
            while not stop.is_set():
                await _settle_until_lost(topic, group, bus, delivery, patient, health, stop)
        except Unavailable:
            if not stop.is_set():
                raise
            log.warning("stopped with a batch uncommitted, it comes again", extra={"stage": group})
        finally:
            watching.cancel()
            with suppress(asyncio.CancelledError):
                await watching


async def watch_lag(topic: Topic[M], group: str, bus: Bus, every_s: float = LAG_SECONDS) -> None:
    """Keep the lag gauge of this group up to date, for ever."""
    while True:
        with suppress(Unavailable):
            lag = await bus.lag(topic, group)
            metrics.CONSUMER_LAG.labels(topic.name, group).set(lag)  # not before: an unmeasured lag is not 0
        await asyncio.sleep(every_s)


async def _settle_until_lost(
    topic: Topic[M],
    group: str,
    bus: Bus,
    delivery: Delivery[M],
    patient: Patient,
    health: Health,
    stop: asyncio.Event,
) -> None:
    """One membership of the group, from joining until the broker is lost or `stop` is set."""
    async with AsyncExitStack() as stack:
        batches = await patient.call(lambda: stack.enter_async_context(bus.subscribe(topic, group)))

        async def fetch() -> Batch | None:
            """What was fetched when `stop` is set comes again."""
            batch = await unless_stopped(anext(batches), stop)
            return None if stop.is_set() else batch

        ahead = await stack.enter_async_context(OneAhead(fetch, delivery.look_ahead)) if delivery.looks_ahead else None
        while True:
            try:
                batch = await (ahead.take() if ahead else fetch())
            except Unavailable as error:
                metrics.UNAVAILABLE.labels(error.dependency).inc()
                health.report(group, State.UNAVAILABLE, str(error))
                log.warning("broker lost, joining again", extra={"stage": group, "error": str(error)})
                return
            if batch is None or stop.is_set():
                return
            await delivery.settle(batch)
