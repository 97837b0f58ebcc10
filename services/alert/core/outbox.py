"""What an outbox row says, and what its sending can come to. Values only."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from services.alert.core.channels import Channel
from services.contracts.alert import Kind
from services.contracts.notification import Notification


class State(StrEnum):
    """Where a delivery stands. Waiting ones are sent when due; the others are final."""

    WAITING = "waiting"
    SENT = "sent"
    FAILED = "failed"
    CANCELLED = "cancelled"


class Cause(StrEnum):
    """Why a delivery is not (yet) sent. A closed set: it is a metric label."""

    NONE = ""
    RETRYING = "retrying"
    REFUSED = "refused"
    GONE = "gone"
    EXHAUSTED = "exhausted"
    BLOCKED_ADDRESS = "blocked_address"
    INVALID = "invalid"
    SUBSCRIPTION_REMOVED = "subscription_removed"
    CHANNEL_REMOVED = "channel_removed"
    ENDPOINT_DISABLED = "endpoint_disabled"


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


class Result(StrEnum):
    """What one try came to."""

    SENT = "sent"
    RETRY = "retry"
    REFUSED = "refused"
    GONE = "gone"
    BLOCKED_ADDRESS = "blocked_address"
    INVALID = "invalid"


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
