"""The topic `alerts` as a channel of the outbox. Decides nothing."""

from collections.abc import Sequence

from services.alert.adapters.all_or_none import all_or_none
from services.alert.core.outbox import Leased, Receipt
from services.contracts.alert import Alert
from services.contracts.topics import ALERTS
from services.runtime.ports import Bus


class TopicChannel:
    """Implements `Notifier`: one flush of the producer; consumers know a repeat by the alert's id and edition."""

    bulk = 200

    def __init__(self, bus: Bus) -> None:
        self._bus = bus

    async def send(self, deliveries: Sequence[Leased]) -> Sequence[Receipt]:
        """All or none: which of them the broker has is not known when it fails."""
        return await all_or_none(self._publish, deliveries)

    async def _publish(self, deliveries: Sequence[Leased]) -> None:
        await self._bus.publish(ALERTS, [d.message for d in deliveries if isinstance(d.message, Alert)])
