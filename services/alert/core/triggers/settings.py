"""What a subscriber may ask of each trigger: the shapes behind `trigger:` in YAML and JSON. Decides nothing."""

import math
from datetime import timedelta
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Any, Literal, Self

from pydantic import (
    BaseModel,
    ConfigDict,
    Discriminator,
    Field,
    StrictFloat,
    StringConstraints,
    Tag,
    field_validator,
    model_validator,
)

from services.alert.core.durations import Duration, format_duration, parse_duration
from services.contracts.alert import Trigger

MAX_RUNGS = 50
MAX_BY = 5
MAX_STORIES = 500
MAX_SOURCES = 20
MAX_DYADS = 50
BASELINE_WINDOWS = (2, 1_000)
"""Fewest and most windows in a baseline."""
SHORTEST = timedelta(minutes=1)
MOVE_WINDOW = (timedelta(hours=1), timedelta(days=30))

DYAD_PATTERN = r"^[A-Z]{2,8}-[A-Z]{2,8}$"
DyadId = Annotated[str, StringConstraints(pattern=DYAD_PATTERN)]


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _Grouped(_Strict):
    """The group of an article is what `by` says of the nested objects that satisfied the query."""

    by: tuple[str, ...] = Field((), max_length=MAX_BY, description="grouped by, for example quantities.near")

    @property
    def path(self) -> str:
        """The nested objects that are grouped; empty where there is one group."""
        return self.by[0].rpartition(".")[0] if self.by else ""


def _rising(ladder: tuple[float, ...]) -> tuple[float, ...]:
    if any(not math.isfinite(rung) for rung in ladder):
        raise ValueError("every rung is a finite number")
    if any(low >= high for low, high in pairwise(ladder)):
        raise ValueError("write the rungs in rising order, each once")
    return ladder


def _long_enough(window: timedelta) -> timedelta:
    if window < SHORTEST:
        raise ValueError(f"at least {format_duration(SHORTEST)}")
    return window


class Crosses(_Grouped):
    """A number of the nested objects that satisfied the query rises through a rung of a ladder."""

    field: str = Field(description="the number, for example quantities.low")
    ladder: tuple[StrictFloat, ...] = Field(min_length=1, max_length=MAX_RUNGS, description="rungs in rising order")
    hysteresis: float = Field(
        0.1, strict=True, ge=0, lt=1, description="share of a rung that the level falls below it to re-arm it"
    )
    window: Duration | None = Field(None, description="event time after which a told rung re-arms, for example 14d")

    _ladder = field_validator("ladder")(_rising)

    @property
    def path(self) -> str:
        """The nested objects that hold the number."""
        return self.field.rpartition(".")[0]


class Count(_Grouped):
    """At least so many stories, from at least so many independent sources, within a window of event time."""

    at_least: int = Field(strict=True, ge=1, le=MAX_STORIES, description="stories")
    sources: int = Field(1, strict=True, ge=1, le=MAX_SOURCES, description="independent sources among them")
    window: Duration = Field(description="for example 6h")

    _window = field_validator("window")(_long_enough)


class Spike(_Grouped):
    """The rate in a window is at least `ratio` times the rate of the time before it."""

    window: Duration = Field(description="for example 1h")
    ratio: float = Field(strict=True, gt=1, le=1_000, allow_inf_nan=False, description="how many times its baseline")
    baseline: Duration = Field(description="the time before the window that it is compared with, for example 14d")
    at_least: int = Field(
        5, strict=True, ge=1, le=100_000, description="articles in the window, below which nothing is told"
    )

    _window = field_validator("window")(_long_enough)

    @model_validator(mode="after")
    def _baseline(self) -> Self:
        fewest, most = BASELINE_WINDOWS
        if not fewest * self.window <= self.baseline <= most * self.window:
            raise ValueError(f"write a baseline of {fewest} to {most} windows")
        return self


class First(_Strict):
    """An actor, a dyad or a place that was not seen for the look-back."""

    field: Literal["actors.id", "dyad_ids", "places.id"] = Field(description="what shall be new")
    look_back: Duration = Field(description="for example 90d")

    _look_back = field_validator("look_back")(_long_enough)

    @property
    def path(self) -> str:
        """The nested objects that are looked at."""
        return "dyads" if self.field == "dyad_ids" else self.field.rpartition(".")[0]


class Silence(_Strict):
    """Nothing matched for a window."""

    window: Duration = Field(description="for example 12h")

    _window = field_validator("window")(_long_enough)


class HalfLife(StrEnum):
    """How fast the mean of a dyad forgets: after so long an article weighs half."""

    SIX_HOURS = "6h"
    DAY = "1d"
    THREE_DAYS = "3d"
    WEEK = "7d"

    @property
    def span(self) -> timedelta:
        """The same as a span of time."""
        span: timedelta = parse_duration(self.value)
        return span


class Changes(_Strict):
    """The time-decayed mean of a dyad's score moves by at least so many points within a window."""

    by: float = Field(strict=True, gt=0, le=100, description="points, up or down, of 100")
    window: Duration = Field(description="for example 24h")
    half_life: HalfLife = Field(HalfLife.DAY, description="after which an article weighs half in the mean")
    dyads: tuple[DyadId, ...] = Field((), max_length=MAX_DYADS, description="such as RUS-UKR; all when left out")

    @field_validator("window")
    @classmethod
    def _window(cls, window: timedelta) -> timedelta:
        shortest, longest = MOVE_WINDOW
        if not shortest <= window <= longest:
            raise ValueError(f"write {format_duration(shortest)} to {format_duration(longest)}")
        return window


class CrossesTrigger(_Strict):
    """`crosses: {...}`."""

    crosses: Crosses


class CountTrigger(_Strict):
    """`count: {...}`."""

    count: Count


class SpikeTrigger(_Strict):
    """`spike: {...}`."""

    spike: Spike


class FirstTrigger(_Strict):
    """`first: {...}`."""

    first: First


class SilenceTrigger(_Strict):
    """`silence: {...}`."""

    silence: Silence


class ChangesTrigger(_Strict):
    """`changes: {...}`."""

    changes: Changes


Settings = Crosses | Count | Spike | First | Silence | Changes
_Mapping = CrossesTrigger | CountTrigger | SpikeTrigger | FirstTrigger | SilenceTrigger | ChangesTrigger
_WITH_SETTINGS: dict[Trigger, type[_Strict]] = {
    Trigger.CROSSES: Crosses,
    Trigger.COUNT: Count,
    Trigger.SPIKE: Spike,
    Trigger.FIRST: First,
    Trigger.SILENCE: Silence,
    Trigger.CHANGES: Changes,
}


def _name(trigger: Any) -> str | None:
    if isinstance(trigger, BaseModel):
        return next(iter(type(trigger).model_fields))
    if isinstance(trigger, dict):
        return str(next(iter(trigger), "")) or None
    return trigger if isinstance(trigger, str) else None


def setting_names(trigger: str) -> list[str]:
    """What may be written under this trigger; empty for one that takes no settings."""
    return list(_WITH_SETTINGS[Trigger(trigger)].model_fields) if trigger in _WITH_SETTINGS else []


TriggerSpec = Annotated[
    Annotated[Literal["each"], Tag("each")]
    | Annotated[CrossesTrigger, Tag("crosses")]
    | Annotated[CountTrigger, Tag("count")]
    | Annotated[SpikeTrigger, Tag("spike")]
    | Annotated[FirstTrigger, Tag("first")]
    | Annotated[SilenceTrigger, Tag("silence")]
    | Annotated[ChangesTrigger, Tag("changes")],
    Discriminator(
        _name,
        custom_error_type="trigger",
        custom_error_message="write `each`, or one of crosses, count, spike, first, silence, changes with its "
        "settings, for example `crosses: { field, by, ladder }`",
    ),
]
"""`each`, or a mapping from the trigger's name to its settings."""


def kind_of(spec: Literal["each"] | _Mapping) -> Trigger:
    """Which trigger it is."""
    return Trigger(str(_name(spec)))


def settings_of(spec: Literal["each"] | _Mapping) -> Settings | None:
    """What stands under its name; None for `each`."""
    if isinstance(spec, str):
        return None
    settings: Settings = getattr(spec, str(_name(spec)))
    return settings
