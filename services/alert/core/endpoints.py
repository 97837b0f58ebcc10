"""When an endpoint that only fails is given up, and what its owner is told. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from services.alert.core.channels import OWN_CHANNELS, Channel
from services.alert.core.identity import notice_id
from services.alert.core.notices import notice_rows
from services.alert.core.outbox import Queued, Result, Settlement
from services.alert.core.subscriptions import Subscription
from services.contracts.alert import Kind
from services.contracts.message import iso
from services.contracts.notification import Notice

DISABLE_AFTER = timedelta(hours=120)
"""Of failures without one success: about the five days that Standard Webhooks propose."""


class Disabled(StrEnum):
    """Why nothing more is sent to an endpoint."""

    GONE = "gone"
    """It answered 410."""
    FAILING = "failing"
    """It failed for `DISABLE_AFTER`."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an endpoint does. `failing_since` is its first failure after its last success."""

    failing_since: datetime | None = None
    last_success_at: datetime | None = None
    last_failure_at: datetime | None = None
    last_result: str = ""


_FAULTS = frozenset({Result.REFUSED, Result.GONE, Result.BLOCKED_ADDRESS})
_OWN_HOST = ("webhook:", "apprise:")
"""Channels whose silence is the endpoint's own; behind a mailbox that does not answer stands our mail server."""


def observe(standing: Standing, channel: str, tries: Iterable[Settlement]) -> tuple[Standing, Disabled | None]:
    """The standing after these tries, and whether the endpoint is given up."""
    disabled: Disabled | None = None
    for settlement in sorted(tries, key=lambda s: s.at):
        result, at = settlement.receipt.result, settlement.at
        if result is Result.SENT:
            standing = replace(standing, failing_since=None, last_success_at=at, last_result=result)
        elif result in _FAULTS or (result is Result.RETRY and channel.startswith(_OWN_HOST)):
            since = standing.failing_since or at
            standing = replace(standing, failing_since=since, last_failure_at=at, last_result=result)
            if at - since >= DISABLE_AFTER:
                disabled = Disabled.FAILING
        if result is Result.GONE:
            disabled = Disabled.GONE
    return standing, disabled


def is_endpoint(channel: str) -> bool:
    """Whether a subscriber chose it."""
    return channel not in OWN_CHANNELS


def farewell(
    subscription: Subscription, channel: Channel, because: Disabled, since: datetime, now: datetime
) -> tuple[Notice, list[Queued]]:
    """What the owner is told, and the rows that tell it on every other channel of the subscription."""
    why = "it answered that it is gone (410)" if because is Disabled.GONE else f"it has failed since {iso(since)}"
    path = f"/v1/subscriptions/{subscription.id}/channels/{channel.key}/enable"
    notice = Notice(
        id=notice_id(subscription.id, Kind.NOTICE, "endpoint_disabled", channel.key, iso(now)),
        subscription_id=subscription.id,
        rule=subscription.name,
        subject=f"a channel is switched off: {channel.shown}",
        text=(
            f"Nothing more is sent to {channel.type} {channel.shown}, because {why}.\n\n"
            f"Once it works again, POST {path} switches it on; what it missed is in GET /v1/deliveries."
        ),
        raised_at=now,
    )
    return notice, notice_rows(notice, (other for other in subscription.channels if other.key != channel.key))
