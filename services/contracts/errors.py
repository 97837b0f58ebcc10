"""How a message can fail. Two branches, because there are only two useful reactions.

* DeliveryError
  x Rejected      will never succeed: dead-letter it, go on      (`reason` says why)
  x Unavailable   may succeed later: back off, try again         (`dependency` says on whom we wait)
"""

from enum import StrEnum


class Reason(StrEnum):
    """Why a message was rejected. A closed set: it is a metric label and a dead letter's header."""

    UNREADABLE = "unreadable"
    EMPTY_TEXT = "empty_text"
    TOO_LARGE = "too_large"
    INVALID = "invalid"
    REFUSED = "refused"
    UNREACHABLE = "unreachable"
    EXPIRED = "expired"
    BUG = "bug"


class DeliveryError(Exception):
    """Base of every failure that a flow or a notifier may signal."""


class Rejected(DeliveryError):
    """This message can never be processed."""

    def __init__(self, reason: Reason, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason = reason
        self.detail = detail


class Unavailable(DeliveryError):
    """A dependency did not answer; the message itself is fine."""

    def __init__(self, dependency: str, detail: str) -> None:
        super().__init__(f"{dependency} unavailable: {detail}")
        self.dependency = dependency
        self.detail = detail
