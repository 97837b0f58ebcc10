"""How long we wait for a dependency that does not answer, and who is told meanwhile. Knows no dependency."""

import asyncio
import logging
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

from tenacity import AsyncRetrying, RetryCallState, retry_if_exception_type, wait_exponential

from services.contracts.errors import Unavailable
from services.runtime import metrics
from services.runtime.health import Health, State

log = logging.getLogger(__name__)
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Patience:
    """Waits of `first_s`, doubling up to `cap_s`, until `total_s` have passed since the first try."""

    total_s: float = 60.0
    first_s: float = 0.5
    cap_s: float = 10.0


PATIENT = Patience()
"""What a stage has unless it is told otherwise."""


class Patient:
    """Tries again on behalf of one stage; while it waits, the stage is unavailable and the process not ready."""

    def __init__(self, stage: str, health: Health, patience: Patience, stop: asyncio.Event) -> None:
        self._stage = stage
        self._health = health
        self._patience = patience
        self._stop = stop

    async def call(self, action: Callable[[], Awaitable[T]]) -> T:
        """Await `action`, again after each `Unavailable`, until the patience ends or the process is told to stop."""

        async def once() -> T:  # the library awaits coroutine functions alone, not whatever returns an awaitable
            return await action()

        retrying = AsyncRetrying(
            retry=retry_if_exception_type(Unavailable),
            stop=self._gives_up,
            wait=wait_exponential(multiplier=self._patience.first_s, max=self._patience.cap_s),
            sleep=self.wait,
            before_sleep=self._report,
            reraise=True,
        )
        result: T = await retrying(once)
        self._health.report(self._stage, State.OK)
        return result

    async def wait(self, seconds: float) -> None:
        """Sleep, but wake when the process is told to stop."""
        try:
            async with asyncio.timeout(seconds):
                await self._stop.wait()
        except TimeoutError:
            return

    def _gives_up(self, attempt: RetryCallState) -> bool:
        return self._stop.is_set() or (attempt.seconds_since_start or 0.0) >= self._patience.total_s

    def _report(self, attempt: RetryCallState) -> None:
        error = attempt.outcome.exception() if attempt.outcome else None
        if isinstance(error, Unavailable):
            metrics.UNAVAILABLE.labels(error.dependency).inc()
        self._health.report(self._stage, State.UNAVAILABLE, str(error))
        log.warning(
            "will try again", extra={"stage": self._stage, "attempt": attempt.attempt_number, "error": str(error)}
        )
