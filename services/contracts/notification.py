"""What can be sent besides a first alert: its later editions, digests and notices. One shape for every channel."""

from enum import StrEnum
from typing import Annotated

from pydantic import Discriminator, Field, Tag

from services.contracts.alert import Alert, Kind
from services.contracts.message import Message, Moment


class DigestCause(StrEnum):
    """Why alerts were gathered instead of sent one by one."""

    SCHEDULE = "schedule"
    BUDGET = "budget"
    SNOOZE = "snooze"


class DigestItem(Message):
    """One alert in a digest; the API has the rest of it."""

    alert_id: str
    rule: str
    severity: str
    title: str
    reason: str
    url: str
    published: Moment
    raised_at: Moment
    links: dict[str, str] = Field(default_factory=dict)


class Digest(Message):
    """The alerts of a period, the weightiest first. `id` hashes subscription, kind and period."""

    kind: Kind = Kind.DIGEST
    id: str
    subscription_id: str
    rule: str
    cause: DigestCause
    since: Moment
    until: Moment
    items: tuple[DigestItem, ...]
    omitted: int = Field(0, ge=0, description="alerts of the period that are not listed here; the API has them")
    raised_at: Moment


class Notice(Message):
    """Something the owner of a subscription should know. `id` hashes subscription, kind and what it is about."""

    kind: Kind = Kind.NOTICE
    id: str
    subscription_id: str
    rule: str
    subject: str
    text: str = Field(description="plain text, paragraphs parted by a blank line")
    links: dict[str, str] = Field(default_factory=dict, description="what to press, by a few words that say so")
    raised_at: Moment


_SHAPES = {Kind.DIGEST: "digest", Kind.NOTICE: "notice", Kind.TEST: "notice", Kind.CONFIRMATION: "notice"}


def _shape(value: object) -> str:
    kind = value.get("kind", Kind.ALERT) if isinstance(value, dict) else getattr(value, "kind", Kind.ALERT)
    return _SHAPES.get(Kind(kind), "alert")


Notification = Annotated[
    Annotated[Alert, Tag("alert")] | Annotated[Digest, Tag("digest")] | Annotated[Notice, Tag("notice")],
    Discriminator(_shape),
]
"""Whatever an outbox row sends; `kind` says which."""
