"""What noise control remembers, and what people told it: snoozes and acknowledgements. Values only."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.alert.core.noise.gravity import Gravity, gravity
from services.alert.core.noise.settings import Listener
from services.alert.core.noise.silences import Silence, Text
from services.alert.core.noise.wall_clock import WrittenMoment
from services.alert.core.severity import Severity
from services.contracts.alert import Alert
from services.contracts.message import Moment

LONGEST_SNOOZE = timedelta(days=90)


class SnoozeDraft(BaseModel):
    """Until when a subscription is quiet: a time, or an alert that is grave enough, whichever comes first."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    until: WrittenMoment | None = Field(None, description="90 days from now at most, and when left out")
    until_severity: Severity | None = Field(None, description="an alert of this severity or above ends it")
    until_level: float | None = Field(
        None,
        strict=True,
        allow_inf_nan=False,
        description="an alert whose level reached this ends it; for triggers with a level",
    )

    @model_validator(mode="after")
    def _ends(self) -> "SnoozeDraft":
        if self.until is None and self.until_severity is None and self.until_level is None:
            raise ValueError("write until, until_severity or until_level")
        return self


class Snooze(SnoozeDraft):
    """A snooze that began. Alerts are gathered while it lasts and come in a digest when it ends."""

    until: Moment
    since: Moment

    def ended_by(self, found: Gravity) -> bool:
        """Whether an alert is what the snooze waits for."""
        if self.until_severity is not None and found.severity.rank >= self.until_severity.rank:
            return True
        return self.until_level is not None and found.level is not None and found.level >= self.until_level

    def holds(self, alert: Alert | None, now: datetime) -> bool:
        """Whether an alert (or, for None, anything else) has to wait."""
        return now < self.until and not (alert is not None and self.ended_by(gravity(alert)))


class InvalidSnooze(ValueError):
    """A snooze whose time cannot be."""


def begin_snooze(draft: SnoozeDraft, now: datetime) -> Snooze:
    """The snooze as stored. Raises `InvalidSnooze` for a time that has passed or is too far."""
    until = draft.until or now + LONGEST_SNOOZE
    if not now < until <= now + LONGEST_SNOOZE:
        raise InvalidSnooze("until: write a time that is later than now, and at most 90 days ahead")
    return Snooze.model_validate(draft.model_dump() | {"until": until, "since": now})


class SubscriptionMemory(BaseModel):
    """Remembered of one subscription: its snooze, and how many alerts each of its days has spent."""

    model_config = ConfigDict(frozen=True)

    snooze: Snooze | None = None
    spent: dict[date, int] = Field(default_factory=dict)


class AcknowledgementDraft(BaseModel):
    """Somebody has seen to an alert."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Text
    note: str = Field("", max_length=2_000, pattern=r"^[^\x00]*$")


class Acknowledgement(AcknowledgementDraft):
    """When, and how grave the alert was then: what is graver later is told all the same."""

    at: Moment
    severity: Severity
    level: float | None = None

    @property
    def gravity(self) -> Gravity:
        """What was acknowledged."""
        return Gravity(self.severity, self.level)


@dataclass(frozen=True, slots=True)
class Mark:
    """The last alert of a group that passed its cooldown."""

    at: datetime
    gravity: Gravity


GroupId = tuple[str, str]
"""Subscription id and group key."""


@dataclass(slots=True)
class Memory:
    """What a batch of decisions needs to know, and changes as it goes; held under lock in between."""

    listeners: Mapping[str, Listener] = field(default_factory=dict)
    subscriptions: dict[str, SubscriptionMemory] = field(default_factory=dict)
    marks: dict[GroupId, Mark] = field(default_factory=dict)
    silences: Mapping[str, Sequence[Silence]] = field(default_factory=dict)
    """By team."""
    acknowledged: Mapping[str, Acknowledgement] = field(default_factory=dict)
    """By alert id."""
