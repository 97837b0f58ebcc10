"""The labels of an alert, and silences that match them. Pure."""

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Annotated, Any

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StrictBool, StringConstraints, model_validator

from services.alert.core.noise.wall_clock import WrittenMoment
from services.contracts.alert import Alert
from services.contracts.message import Moment

PLAIN_LABELS = ("subscription", "rule", "tag", "severity", "trigger", "story")
GROUP = "group."
MAX_MATCHERS = 10
MAX_LENGTH = timedelta(days=365)
_PRINTABLE = r"^[^\x00-\x1f\x7f]*$"

Labels = dict[str, frozenset[str]]
"""Values by label; only `tag` can have several."""


def labels_of(alert: Alert, tags: Sequence[str]) -> Labels:
    """What silences match: subscription, rule, severity, trigger, story, each tag, and `group.who` and so on."""
    labels = {
        "subscription": frozenset({alert.subscription_id}),
        "rule": frozenset({alert.rule}),
        "tag": frozenset(tags),
        "severity": frozenset({alert.severity}),
        "trigger": frozenset({str(alert.trigger)}),
        "story": frozenset({alert.story_id}),
    }
    return labels | {GROUP + name: frozenset({value}) for name, value in _group(alert.group_key).items()}


def _group(key: str) -> dict[str, str]:
    """The fields of a group's key without their path; a key of another shape, as a dyad's, is the field `key`."""
    if not key:
        return {}
    try:
        fields: Any = json.loads(key)
    except ValueError:
        fields = None
    if not isinstance(fields, dict):
        return {"key": key}
    return {name.rpartition(".")[2]: str(value) for name, value in fields.items()}


def _label(name: str) -> str:
    if name not in PLAIN_LABELS and not (name.startswith(GROUP) and len(name) > len(GROUP)):
        raise ValueError(f"no such label: write one of {', '.join(PLAIN_LABELS)}, or group. and a field, as group.who")
    return name


Text = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=_PRINTABLE)]


class Matcher(BaseModel):
    """`label` has `value`; with `equal` false it has not. No patterns: what is silenced can be read off."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    label: Annotated[str, StringConstraints(max_length=100), AfterValidator(_label)]
    value: Text
    equal: StrictBool = True

    def holds(self, labels: Labels) -> bool:
        """For one alert."""
        return (self.value in labels.get(self.label, frozenset())) is self.equal


class SilenceDraft(BaseModel):
    """What somebody asks to be silent. Raises pydantic's `ValidationError`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    matchers: tuple[Matcher, ...] = Field(
        min_length=1, max_length=MAX_MATCHERS, description="all must hold; one at least says what a label is"
    )
    starts_at: WrittenMoment | None = Field(None, description="now when left out")
    ends_at: WrittenMoment = Field(description="after the start, by a year at most: no silence lasts for ever")
    author: Text
    comment: Text = Field(description="why")

    @model_validator(mode="after")
    def _narrow(self) -> "SilenceDraft":
        if not any(matcher.equal for matcher in self.matchers):
            raise ValueError("write at least one matcher with equal: true, or nearly everything would be silent")
        return self


class Silence(SilenceDraft):
    """A stored silence. It never changes but for an end that comes sooner."""

    id: str
    starts_at: Moment
    created_at: Moment

    def silences(self, labels: Labels, now: datetime) -> bool:
        """Whether an alert with these labels is silent at `now`."""
        return self.starts_at <= now < self.ends_at and all(matcher.holds(labels) for matcher in self.matchers)


class InvalidSilence(ValueError):
    """A silence whose time cannot be."""


def begin_silence(draft: SilenceDraft, silence_id: str, now: datetime) -> Silence:
    """The silence as stored. Raises `InvalidSilence` where it ends before it begins, is over, or is too long."""
    starts_at = draft.starts_at or now
    if draft.ends_at <= max(starts_at, now):
        raise InvalidSilence("ends_at: write a time that is later than now and than starts_at")
    if draft.ends_at - starts_at > MAX_LENGTH:
        raise InvalidSilence("ends_at: a silence lasts a year at most; write an earlier end and renew it")
    values = draft.model_dump() | {"id": silence_id, "starts_at": starts_at, "created_at": now}
    return Silence.model_validate(values)
