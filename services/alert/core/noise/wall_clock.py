"""Times of day and days as people in a time zone mean them, in UTC. Asks no clock."""

import functools
import re
from datetime import UTC, date, datetime, time, timedelta
from difflib import get_close_matches
from enum import StrEnum
from typing import Annotated, Any
from zoneinfo import ZoneInfo, available_timezones

from pydantic import AfterValidator, BeforeValidator, PlainSerializer, WithJsonSchema

from services.contracts.message import Moment

DAY = timedelta(days=1)
MINUTES = 24 * 60
_CLOCK = r"^(([01][0-9]|2[0-3]):[0-5][0-9]|24:00)$"


class Weekday(StrEnum):
    """In the order of `date.weekday()`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


WEEKDAYS = tuple(Weekday)


@functools.cache
def _names() -> frozenset[str]:
    return frozenset(available_timezones())


def _zone(name: str) -> str:
    if name != "UTC" and name not in _names():
        near = get_close_matches(name, _names(), n=1)
        hint = f"; did you mean {near[0]}?" if near else ""
        raise ValueError(f"no such time zone: write an IANA name such as Europe/Kyiv or UTC{hint}")
    return name


TimeZone = Annotated[str, AfterValidator(_zone)]
"""An IANA name."""


def _minutes(value: Any) -> Any:
    """YAML reads an unquoted 22:00 as a number to the base of 60, which is the minutes we want."""
    if isinstance(value, str) and re.fullmatch(_CLOCK, value):
        return int(value[:2]) * 60 + int(value[3:])
    if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MINUTES:
        return value
    raise ValueError("write a time of day from 00:00 to 24:00, as in 07:30")


def clock_text(minutes: int) -> str:
    """`HH:MM`."""
    return f"{minutes // 60:02d}:{minutes % 60:02d}"


TimeOfDay = Annotated[
    int,
    BeforeValidator(_minutes),
    PlainSerializer(clock_text, return_type=str),
    WithJsonSchema(
        {
            "anyOf": [
                {"type": "string", "pattern": _CLOCK, "examples": ["07:30"]},
                {"type": "integer", "minimum": 0, "maximum": MINUTES, "description": "minutes since midnight"},
            ]
        },
        mode="validation",
    ),
]
"""Minutes since midnight on the clock on the wall, up to 1440 (24:00); in YAML and JSON `HH:MM`."""


def _written(value: Any) -> Any:
    if isinstance(value, datetime) or (isinstance(value, str) and "T" in value.upper()):
        return value
    raise ValueError("write a time with its zone, as in 2026-12-01T06:00:00Z")


WrittenMoment = Annotated[Moment, BeforeValidator(_written)]
"""A moment that a person writes: RFC 3339, never a bare number or a date."""


def at(day: date, minutes: int, zone: str) -> datetime:
    """The moment in UTC when clocks in `zone` show a time of `day`.

    A time that the clocks skip is as long after midnight as it would have been (RFC 5545: 02:30 is then 03:30); of one
    that they show twice the first counts.
    """
    day += DAY * (minutes // MINUTES)
    minutes %= MINUTES
    return datetime.combine(day, time(minutes // 60, minutes % 60), ZoneInfo(zone)).astimezone(UTC)


def day_in(moment: datetime, zone: str) -> date:
    """The date there."""
    return moment.astimezone(ZoneInfo(zone)).date()


def day_end(moment: datetime, zone: str) -> datetime:
    """The first moment of the next day there."""
    return at(day_in(moment, zone), MINUTES, zone)
