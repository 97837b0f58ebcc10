"""Dates of a query: ISO 8601 from the year to the nanosecond, milliseconds since 1970, and date math. Zone UTC."""

import math
import re
from calendar import monthrange
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Final

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
Bound = Callable[[int, bool], float]
"""(now, up) -> milliseconds since 1970, inclusive; `up` gives the last one of the period that the text names."""

_ISO: Final = re.compile(
    r"(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(?:(\d\d)(?::(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?)?"
    r"(Z|[+-]\d\d(?::?\d\d)?)?)?)?)?)?",
    re.ASCII,
)
_MILLISECONDS: Final = re.compile(r"-?\d{1,18}", re.ASCII)
_STEP: Final = re.compile(r"([+-/])(\d*)([yMwdhHms])", re.ASCII)
_LENGTHS: Final = {"w": "weeks", "d": "days", "h": "hours", "H": "hours", "m": "minutes", "s": "seconds"}


def bound(text: str) -> Bound | None:
    """What `text` stands for as one end of a range, or None when it is no date.

    Grammar: `now` or a date, then `||` after a date, then steps such as `-7d` or `/d` (round down, or up to the end).
    """
    if text.startswith("now"):
        return _math(lambda now: EPOCH + timedelta(milliseconds=now), text[3:])
    date, bars, math_text = text.partition("||")
    if not bars:
        return _plain(text)
    anchor = _plain(date)
    if anchor is None:
        return None
    return _math(lambda now: EPOCH + timedelta(milliseconds=anchor(now, False)), math_text)


def milliseconds(moment: datetime) -> int:
    """Whole milliseconds since 1970, rounded down."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def _plain(text: str) -> Bound | None:
    found = _ISO.fullmatch(text)
    if found is None:
        return _constant(int(text), int(text)) if _MILLISECONDS.fullmatch(text) else None
    year, month, day, hour, minute, second = (None if g is None else int(g) for g in found.groups()[:6])
    if year == 0:
        return _constant(-math.inf, -math.inf)
    try:
        first = datetime(year or 1, month or 1, day or 1, hour or 0, minute or 0, second or 0, tzinfo=UTC)
    except ValueError:
        return None
    offset = _offset(found[8])
    if offset is None:
        return None
    start = milliseconds(first) - offset + int((found[7] or "").ljust(3, "0")[:3])
    if found[7]:
        return _constant(start, start)
    finest = next(i for i, g in reversed(list(enumerate(found.groups()[:6]))) if g is not None)
    # To the index the end of a bare year or month is the end of its first day; `2022-02||/M` is the whole month.
    return _constant(start, start + _period(first, "dddhms"[finest]) - 1)


def _period(first: datetime, unit: str) -> int:
    """Milliseconds of the year, month, week, day, hour, minute or second that begins at `first`."""
    if unit == "y":
        return (366 if monthrange(first.year, 2)[1] == 29 else 365) * 86_400_000
    if unit == "M":
        return monthrange(first.year, first.month)[1] * 86_400_000
    return timedelta(**{_LENGTHS[unit]: 1}) // timedelta(milliseconds=1)


def _offset(zone: str | None) -> int | None:
    """Milliseconds east of Greenwich; None beyond 18 hours."""
    if zone is None or zone == "Z":
        return 0
    digits = zone[1:].replace(":", "").ljust(4, "0")
    hours, minutes = int(digits[:2]), int(digits[2:])
    if minutes > 59 or hours * 60 + minutes > 18 * 60:
        return None
    return (-1 if zone[0] == "-" else 1) * (hours * 60 + minutes) * 60_000


def _constant(down: float, up: float) -> Bound:
    return lambda _, to_end: up if to_end else down


def _math(anchor: Callable[[int], datetime], text: str) -> Bound | None:
    steps: list[tuple[str, int, str]] = []
    end = 0
    for found in _STEP.finditer(text):
        sign, count, unit = found[1], found[2], found[3]
        if found.start() != end or (sign == "/" and count not in ("", "1")) or len(count) > 9:
            return None
        steps.append((sign, int(count or 1), unit))
        end = found.end()
    if end != len(text):
        return None

    def at(now: int, to_end: bool) -> float:
        rising = sum(-n if s == "-" else n for s, n, _ in steps if s != "/")
        try:
            moment = anchor(now)
            for step in steps:
                moment = _stepped(moment, *step, to_end)
        except OverflowError:
            return math.inf if rising > 0 else -math.inf
        return milliseconds(moment)

    return at


def _stepped(moment: datetime, sign: str, count: int, unit: str, to_end: bool) -> datetime:
    if sign == "/":
        start = _floor(moment, unit)
        return start + timedelta(milliseconds=_period(start, unit) - 1) if to_end else start
    signed = -count if sign == "-" else count
    if unit in "yM":
        return _months_later(moment, signed * (12 if unit == "y" else 1))
    return moment + timedelta(**{_LENGTHS[unit]: signed})


def _floor(moment: datetime, unit: str) -> datetime:
    if unit == "w":
        moment -= timedelta(days=moment.weekday())
    kept = {"y": 1, "M": 2, "w": 3, "d": 3, "h": 4, "H": 4, "m": 5, "s": 6}[unit]
    parts = [*moment.timetuple()[:kept], *(0, 1, 1, 0, 0, 0)[kept:]]
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


def _months_later(moment: datetime, months: int) -> datetime:
    """The same day of a later month, or its last day where the month is shorter."""
    year, month = divmod(moment.year * 12 + moment.month - 1 + months, 12)
    if not 1 <= year <= 9999:
        raise OverflowError(f"year {year}")
    return moment.replace(year=year, month=month + 1, day=min(moment.day, monthrange(year, month + 1)[1]))
