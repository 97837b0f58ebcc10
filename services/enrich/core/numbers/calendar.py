"""Dates, clock times and phone numbers that several runs of digits make up."""

import re
from typing import Final, NamedTuple

from services.enrich.core.numbers.lexicon import MONTHS
from services.enrich.core.numbers.number import DATE, PHONE, Kind

_ISO: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:t[0-9:.]{4,15}z?)?(?![0-9])")
_DOTTED: Final = re.compile(r"[0-3]?[0-9]\.[01]?[0-9]\.(?:[0-9]{4}|[0-9]{2})(?![0-9.])")
_PHONE: Final = re.compile(r"[0-9]{3}-[0-9]{4}(?![0-9-])|[0-9]{3}[-. )]{1,2}[0-9]{3}[-. ][0-9]{4}(?![0-9])")
_INTERNATIONAL: Final = re.compile(r"[0-9]{1,3}[ .-]?\(?[0-9]{1,4}\)?(?:[ .-]?[0-9]{2,4}){2,4}(?![0-9])")
_NATIONAL: Final = re.compile(r"0[0-9]{2,4}[ -][0-9]{3,4}[ -][0-9]{3,4}(?![0-9])")
_AMPM: Final = re.compile(r"(?:[.:][0-9]{2})? ?[ap]\.?m\b")
_MONTHS: Final = "|".join(sorted(MONTHS, key=len, reverse=True))
_BEGIN_MONTHS: Final = frozenset(month[:3] for month in MONTHS)
_BEFORE_MONTH: Final = re.compile(rf"(?:st|nd|rd|th)?(?: of)?[ -](?:{_MONTHS})\b\.?")


class Stamp(NamedTuple):
    """A date, time or phone number that ends at `end`."""

    end: int
    kind: Kind


def may_be_stamp(lower: str, start: int, end: int) -> bool:
    """Whether the digits at start..end have a sign beside them that a date or a phone number would have."""
    if lower[start] == "0" and end - start > 2:
        return True
    return lower[end : end + 1] in ("-", ")") or lower[start - 1 : start] == "+" or lower.count(".", start, end) > 1


def stamp(lower: str, start: int) -> Stamp | None:
    """What begins with the digits at `start`, when it is more than one number."""
    if (start and lower[start - 1] == "+" and (found := _INTERNATIONAL.match(lower, start))) and len(found[0]) >= 9:
        return Stamp(found.end(), PHONE)
    for pattern, kind in ((_ISO, DATE), (_DOTTED, DATE), (_PHONE, PHONE), (_NATIONAL, PHONE)):
        if found := pattern.match(lower, start):
            return Stamp(found.end(), kind)
    return None


def is_day(lower: str, end: int, word: str) -> bool:
    """Whether a month follows the digits that end at `end` and that `word` follows: 24 September, 9 of May."""
    if not word.startswith("of") and word[:3] not in _BEGIN_MONTHS:
        return False
    found = _BEFORE_MONTH.match(lower, end)
    if found is None:
        return False
    # "100 may leave": the verb, unless a year or the end of the phrase follows
    return "may" not in found[0] or not re.match(r" [a-z]", lower[found.end() : found.end() + 2])


def is_clock(lower: str, end: int) -> bool:
    """Whether a.m. or p.m. follows."""
    return _AMPM.match(lower, end) is not None
