"""The topic `alerts` as a channel of the outbox. Decides nothing."""

from collections.abc import Sequence

from services.alert.core.outbox import Leased, Receipt, Result
from services.contracts.errors import Rejected, Unavailable
from services.contracts.topics import ALERTS
from services.runtime.ports import Bus


class TopicChannel:
    """Implements `Notifier`: one flush of the producer; consumers know a repeat by the alert's id."""

    bulk = 200

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def send(self, deliveries: Sequence[Leased]) -> Sequence[Receipt]:
        """All or none: which of them the broker has is not known when it fails."""
        try:
            await self._bus.publish(ALERTS, [delivery.alert for delivery in deliveries])
        except Unavailable as error:
            return [Receipt(Result.RETRY, error.detail)] * len(deliveries)
        except Rejected as error:
            if len(deliveries) == 1:
                return [Receipt(Result.INVALID, error.detail)]
            return [receipt for delivery in deliveries for receipt in await self.send([delivery])]
        return [Receipt(Result.SENT)] * len(deliveries)
