"""The audit log: who changed what, when and from where. Holds no secrets, and nothing that was only read."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol
from uuid import uuid4

from services.runtime.access import Principal
from services.runtime.ports import Listing


class Action(StrEnum):
    """What was done to the target."""

    SUBSCRIPTION_CREATED = "subscription_created"
    SUBSCRIPTION_CHANGED = "subscription_changed"
    SUBSCRIPTION_DELETED = "subscription_deleted"
    SUBSCRIPTION_SNOOZED = "subscription_snoozed"
    SNOOZE_ENDED = "snooze_ended"
    SILENCE_CREATED = "silence_created"
    SILENCE_ENDED = "silence_ended"
    ALERT_ACKNOWLEDGED = "alert_acknowledged"
    ACKNOWLEDGEMENT_WITHDRAWN = "acknowledgement_withdrawn"
    SECRET_ROTATED = "secret_rotated"  # noqa: S105  the name of a deed
    CHANNEL_ENABLED = "channel_enabled"
    ADDRESS_LEFT = "address_left"
    """A reader of mails unsubscribed, by the link of a mail."""
    DELIVERY_SENT_AGAIN = "delivery_sent_again"
    FEED_NAMED = "feed_named"
    FEED_ENDED = "feed_ended"
    KEY_CREATED = "key_created"
    KEY_REVOKED = "key_revoked"


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """One change. `key_id` is empty where no key was asked for, `command` when it was made on the store itself."""

    at: datetime
    team: str
    key_id: str
    address: str
    action: Action
    target: str
    detail: Mapping[str, Any] = field(default_factory=dict)
    id: str = field(default_factory=lambda: uuid4().hex)


class AuditLog(Protocol):
    """Reading what was changed; the stores write an entry in the transaction of the change."""

    async def list(self, *, team: str, cursor: str | None, limit: int) -> Listing:
        """A team's entries, newest first. Raises `ValueError` for a cursor that is none of ours, `Unavailable`."""


def audited(who: Principal, action: Action, target: str, at: datetime, **detail: Any) -> AuditEntry:
    """The entry for what a principal does; `detail` is JSON and names no secret."""
    return AuditEntry(at, who.team, who.key_id, who.address, action, target, detail)
