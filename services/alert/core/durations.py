"""Spans of time as people write them: `90s`, `30m`, `6h`, `14d`, `2w`."""

import re
from datetime import timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, PlainSerializer, WithJsonSchema

_UNITS = {"w": 604_800, "d": 86_400, "h": 3_600, "m": 60, "s": 1}
PATTERN = r"^[1-9][0-9]{0,8}[smhdw]$"
"""What a span of time looks like, as a regular expression of ECMA 262 too."""


def parse_duration(text: Any) -> Any:
    """`14d` as a timedelta; a timedelta as it is. Raises `ValueError`, with the spelling that works."""
    if isinstance(text, timedelta):
        return text
    if not isinstance(text, str) or not re.fullmatch(PATTERN, text):
        raise ValueError("write a whole number and a unit: 90s, 30m, 6h, 14d or 2w")
    seconds = int(text[:-1]) * _UNITS[text[-1]]
    if seconds > 3650 * _UNITS["d"]:
        raise ValueError("at most 3650d")
    return timedelta(seconds=seconds)


def format_duration(span: timedelta) -> str:
    """The spelling in the largest unit up to days that `parse_duration` reads as the same span (whole seconds)."""
    seconds = int(span.total_seconds())
    unit = next(unit for unit in "dhms" if seconds % _UNITS[unit] == 0)
    return f"{seconds // _UNITS[unit]}{unit}"


Duration = Annotated[
    timedelta,
    BeforeValidator(parse_duration),
    PlainSerializer(format_duration, return_type=str),
    WithJsonSchema({"type": "string", "pattern": PATTERN, "examples": ["14d"]}),
]
"""A positive span of time; in YAML and JSON a string such as `14d`."""
