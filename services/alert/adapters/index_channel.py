"""The alerts index for Kibana as a channel of the outbox. Decides nothing."""

from collections.abc import Sequence

from services.alert.core.outbox import Leased, Receipt, Result
from services.contracts.errors import Rejected, Unavailable
from services.runtime.ports import Index


class IndexChannel:
    """Implements `Notifier`: one bulk request, each alert under its id, so that a repeat rewrites the same."""

    bulk = 200

    def __init__(self, index: Index) -> None:
        self._index = index

    async def send(self, deliveries: Sequence[Leased]) -> Sequence[Receipt]:
        """All or none: which of them the index has is not known when it fails."""
        try:
            await self._index.put_alerts([delivery.alert.model_dump(mode="json") for delivery in deliveries])
        except Unavailable as error:
            return [Receipt(Result.RETRY, error.detail)] * len(deliveries)
        except Rejected as error:
            if len(deliveries) == 1:
                return [Receipt(Result.INVALID, error.detail)]
            return [receipt for delivery in deliveries for receipt in await self.send([delivery])]
        return [Receipt(Result.SENT)] * len(deliveries)
