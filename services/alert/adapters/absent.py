"""Stands in for a channel that this service is not set up for. Sends nothing, and says what is missing."""

from collections.abc import Sequence

from services.alert.core.outbox import Leased, Receipt, Result


class AbsentNotifier:
    """Implements `Notifier`: every delivery waits for the day the setting is there."""

    bulk = 100

    def __init__(self, missing: str) -> None:
        self._receipt = Receipt(Result.RETRY, missing)

    async def send(self, deliveries: Sequence[Leased]) -> Sequence[Receipt]:
        """The same receipt for each."""
        return [self._receipt] * len(deliveries)
