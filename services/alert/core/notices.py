"""The outbox rows of a notice: one for each channel that shall carry it. Pure."""

from collections.abc import Iterable

from services.alert.core.channels import Channel
from services.alert.core.identity import delivery_id
from services.alert.core.outbox import Queued
from services.contracts.notification import Notice


def notice_rows(notice: Notice, channels: Iterable[Channel]) -> list[Queued]:
    """All due at once; a notice has one edition."""
    at = notice.raised_at
    return [
        Queued(
            delivery_id(notice.id, 0, channel.key),
            notice.id,
            0,
            channel.key,
            channel.lane,
            notice.subscription_id,
            published_at=at,
            fetched_at=at,
            created_at=at,
            due_at=at,
            kind=notice.kind,
        )
        for channel in channels
    ]
