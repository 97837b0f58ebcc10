"""Which outbox rows an alert gets: one for each channel of its subscription and each of the service's own. Pure."""

from collections.abc import Sequence
from datetime import datetime

from services.alert.core.identity import delivery_id
from services.alert.core.outbox import Queued
from services.alert.core.subscriptions import Subscription
from services.contracts.alert import Alert
from services.contracts.document import Document


def queued(
    subscription: Subscription, alert: Alert, document: Document | None, now: datetime, own_channels: Sequence[str]
) -> list[Queued]:
    """The rows, all due now. `own_channels` of `core.channels` get every alert; one without a document is of now."""
    published_at = document.published if document else now
    fetched_at = (document.revised_at or document.fetched_at) if document else now
    lanes = {channel.key: channel.lane for channel in subscription.channels}
    lanes |= {key: key for key in own_channels}
    return [
        Queued(
            delivery_id(alert.id, alert.edition, key),
            alert.id,
            alert.edition,
            key,
            lane,
            subscription.id,
            published_at=published_at,
            fetched_at=fetched_at,
            created_at=now,
            due_at=now,
            kind=alert.kind,
        )
        for key, lane in lanes.items()
    ]
