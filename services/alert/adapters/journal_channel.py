"""The journal of what was raised as a channel of the outbox: what streams and feeds are read from. Decides nothing."""

from collections.abc import Callable, Sequence
from datetime import datetime

from services.alert.adapters.all_or_none import all_or_none
from services.alert.core.outbox import Leased, Receipt
from services.alert.ports import Journal


class JournalChannel:
    """Implements `Notifier`: one transaction; a repeat finds its entry there."""

    bulk = 200

    def __init__(self, journal: Journal, now: Callable[[], datetime]) -> None:
        self._journal = journal
        self._now = now

    async def send(self, deliveries: Sequence[Leased]) -> Sequence[Receipt]:
        """All or none."""
        return await all_or_none(self._append, deliveries)

    async def _append(self, deliveries: Sequence[Leased]) -> None:
        await self._journal.append([delivery.message for delivery in deliveries], self._now())
