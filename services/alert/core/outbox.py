"""What an outbox row says, and what its sending can come to. Values only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.alert.core.channels import Channel
from services.contracts.alert import Kind
from services.contracts.notification import Notification


class State(StrEnum):
    """Where a delivery stands. When due, waiting ones are sent and gathered ones join a digest; the rest are final."""

    WAITING = "waiting"
    GATHERED = "gathered"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"
    SUPPRESSED = "suppressed"
    DIGESTED = "digested"

    @property
    def is_final(self) -> bool:
        """Whether nothing more becomes of it."""
        return self not in (State.WAITING, State.GATHERED)


class Cause(StrEnum):
    """Why a delivery is not (yet) sent. A closed set: it is a metric label."""

    NONE = ""
    RETRYING = "retrying"
    BY_HAND = "by_hand"
    """Somebody wants it sent again now: noise control has no say in that try."""
    REFUSED = "refused"
    GONE = "gone"
    EXHAUSTED = "exhausted"
    BLOCKED_ADDRESS = "blocked_address"
    INVALID = "invalid"
    SUBSCRIPTION_REMOVED = "subscription_removed"
    CHANNEL_REMOVED = "channel_removed"
    ENDPOINT_DISABLED = "endpoint_disabled"
    SUBSCRIPTION_PAUSED = "subscription_paused"
    UNCONFIRMED = "unconfirmed"
    QUIET_HOURS = "quiet_hours"
    DIGEST = "digest"
    BUDGET = "budget"
    SNOOZED = "snoozed"
    COOLDOWN = "cooldown"
    SILENCED = "silenced"
    ACKNOWLEDGED = "acknowledged"


HELD = frozenset({Cause.QUIET_HOURS, Cause.SNOOZED})
"""Why a waiting delivery is held, not merely on its way."""


class Redelivery(StrEnum):
    """What became of the wish to send a delivery again."""

    QUEUED = "queued"
    UNKNOWN = "unknown"
    IN_FLIGHT = "in_flight"
    ENDPOINT_DISABLED = "endpoint_disabled"
    CHANNEL_REMOVED = "channel_removed"


@dataclass(frozen=True, slots=True)
class Queued:
    """A new outbox row. `message_id` is the notification's; `channel` and `lane` are those of `core.channels`."""

    delivery_id: str
    message_id: str
    edition: int
    channel: str
    lane: str
    subscription_id: str
    published_at: datetime
    fetched_at: datetime
    created_at: datetime
    due_at: datetime
    kind: Kind = Kind.ALERT
    state: State = State.WAITING
    cause: Cause = Cause.NONE
    weight: int = 0
    """Its place in a digest: the heaviest first."""


@dataclass(frozen=True, slots=True)
class Leased:
    """A row that one sender holds until its lease ends. `attempts` counts the tries before this one.

    `channel` is the subscriber's own as it is now; None for the index and the topic.
    """

    delivery_id: str
    message: Notification
    channel_key: str
    lane: str
    channel: Channel | None
    attempts: int
    published_at: datetime
    fetched_at: datetime
    was_held: bool = False
    """Noise control chose its time: how late it is says nothing of our speed. So are digests and notices."""


class Result(StrEnum):
    """What one try came to."""

    SENT = "sent"
    RETRY = "retry"
    REFUSED = "refused"
    GONE = "gone"
    BLOCKED_ADDRESS = "blocked_address"
    INVALID = "invalid"
    UNCONFIRMED = "unconfirmed"
    """The reader of a mail address has not said that mail is welcome."""


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a channel reports of one try. `status` is HTTP's where there is one; `retry_after_s` the receiver's wish."""

    result: Result
    detail: str = ""
    status: int | None = None
    retry_after_s: float | None = None


@dataclass(frozen=True, slots=True)
class Settlement:
    """One try and what follows from it: the row's next state, and when it is due again if it waits."""

    delivery_id: str
    attempt: int
    receipt: Receipt
    state: State
    cause: Cause
    at: datetime
    took_ms: int
    due_at: datetime | None = None
