"""The alerts index for Kibana as a channel of the outbox. Decides nothing."""

from collections.abc import Sequence

from services.alert.adapters.all_or_none import all_or_none
from services.alert.adapters.outbox_rows import edition_of
from services.alert.core.outbox import Leased, Receipt
from services.contracts.notification import Notification
from services.runtime.ports import Index


class IndexChannel:
    """Implements `Notifier`: one bulk request, each alert under its id, so that a repeat rewrites the same.

    A later edition stands beside the alert, under its id and its own number."""

    bulk = 200

    def __init__(self, index: Index) -> None:
        self._index = index

    async def send(self, deliveries: Sequence[Leased]) -> Sequence[Receipt]:
        """All or none: which of them the index has is not known when it fails."""
        return await all_or_none(self._put, deliveries)

    async def _put(self, deliveries: Sequence[Leased]) -> None:
        await self._index.put_alerts({_key(d.message): d.message.model_dump(mode="json") for d in deliveries})


def _key(message: Notification) -> str:
    edition = edition_of(message)
    return f"{message.id}-{edition}" if edition else message.id
