"""What the clock does for noise control: ends snoozes, and makes the digests of periods that closed. Sends nothing."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from services.alert.noise_ports import Digests

MOST = 500
"""Periods closed in one go; the rest follow at once."""


@dataclass(frozen=True, slots=True)
class DigestTicks:
    """Implements `TickHandler`. `queued` is called when there is a digest to send."""

    digests: Digests
    queued: Callable[[], None] = lambda: None

    async def tick(self, at: datetime) -> None:
        """A period is closed once: whoever comes second finds nothing gathered."""
        await self.digests.end_snoozes(at)
        while periods := await self.digests.due(at, MOST):
            for period in periods:
                if await self.digests.close(period, at) is not None:
                    self.queued()
