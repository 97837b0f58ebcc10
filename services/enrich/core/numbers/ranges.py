"""Joins two numerals to one range: 50-60, "between 30,000 and 40,000", "from X to Y", "1 to 5 million"."""

import re
from typing import Final, NamedTuple

from services.enrich.core.numbers.lexicon import CHANGING, NEAR_SCORE, UNIT_KINDS
from services.enrich.core.numbers.number import (
    CARDINAL,
    DATE,
    MONEY,
    NAME,
    ORDINAL,
    PHONE,
    SCORE,
    SECTION,
    TIME,
    YEAR,
)
from services.enrich.core.numbers.numeral import PLAIN, WORDS, Numeral
from services.enrich.core.numbers.surroundings import following, preceding

_DASH: Final = re.compile(r" ?[-–—‑~] ?")
_LONGEST_DASH: Final = 3
_LINK: Final = re.compile(
    r"(?P<unit>[ -]?[^\s,.;:()]{1,14}(?: [^\s,.;:()]{2,14}){0,4}?)?(?: in [12][0-9]{3})? (?P<link>to|and|or|through) $"
)
_BARE_LINK: Final = re.compile(
    r" (?P<link>to|and|or|through)(?: (?:about|around|even|as many as|perhaps|maybe|up to|nearly|roughly))? $"
)
_LAST_OF_LINK: Final = frozenset("to and or through about around even as perhaps maybe nearly roughly".split())
"""The last words that the two patterns above end with."""
_NO_MEASURES: Final = (DATE, YEAR, TIME, PHONE, SECTION, NAME, ORDINAL, SCORE)


_PARTS: Final = frozenset((3, 4, 5, 6, 7, 8, 9, 10, 12, 20, 50, 100, 1000, 10000, 1e5, 1e6))
_SHARERS: Final = frozenset(
    "or people adults women men children americans households families voters respondents students workers residents "
    "britons germans europeans russians ukrainians israelis palestinians soldiers troops".split()
)


_BEHIND_SHARES: Final = frozenset("of are is were was have has had do does did say says said".split())
_PLAYED: Final = frozenset(
    "games matches starts appearances outings attempts tests innings minutes seasons events rounds".split()
)
"""What is counted in a record of play: one in five matches."""


FARTHEST: Final = 64
"""Most code points between two numerals that make one number."""
_CHANGE: Final = 3
"""How many times a change the new level is at least: by 12,000 to 150,000, but by 1 to 1.5 degrees."""


class Range(NamedTuple):
    """Two numerals read as one range, the lower bound first; `start` is where its first word stands."""

    low: float
    high: float
    start: int


def pair(lower: str, left: Numeral, right: Numeral) -> Range | None:
    """The range that two neighbouring numerals make; None when they are two numbers."""
    if (
        left.kind in _NO_MEASURES
        or right.kind in _NO_MEASURES
        or right.lead - left.end > FARTHEST
        or left.high is not None
    ):
        return None
    gap = lower[left.end : right.lead]
    if len(gap) <= _LONGEST_DASH and _DASH.fullmatch(gap):
        return _dashed(left, right)
    if gap[-1:] != " " or gap[:-1].rpartition(" ")[2] not in _LAST_OF_LINK:
        return None
    bare = _BARE_LINK.fullmatch(gap)
    link = bare or _LINK.fullmatch(gap)
    if link is None:
        return None
    before = preceding(lower, left.lead, 3)
    word, opening = next(((word, at) for word, at in before if word in ("between", "from")), ("", None))
    if not _same_measure(left, right, bare=bare is not None, opened=opening is not None):
        return None
    if (
        link["link"] == "to"
        and before
        and before[0][0] in CHANGING
        and not left.value <= right.value <= _CHANGE * left.value
    ):
        return None  # raised by 12,000 to 150,000, fell 88 cents to $81.20
    if link["link"] == "and" and word != "between":
        return None
    if link["link"] == "or" and (word or bare is None or left.compound or (before and before[0][0] == "either")):
        return None
    return _ordered(left, right, before=left.lead if opening is None else opening, opened=opening is not None)


def _dashed(left: Numeral, right: Numeral) -> Range | None:
    found = _ordered(left, right, before=left.lead, opened=False)
    return None if found is None or right.value < 0 <= left.value or (not left.value and left.form == WORDS) else found


def _ordered(left: Numeral, right: Numeral, *, before: int, opened: bool) -> Range | None:
    """Share the magnitude and order the ends; a falling pair is a range only behind "from" or "between"."""
    low, high = left.value, right.value
    if left.scale == 1 and right.scale > 1 and 0 <= left.value <= right.value / right.scale:
        low *= right.scale
    if low > high and not opened and left.kind == CARDINAL:
        return None
    return None if low == high else Range(min(low, high), max(low, high), before)


def _same_measure(left: Numeral, right: Numeral, *, bare: bool, opened: bool) -> bool:
    """Whether both ends count the same: 5% to 10%, but not 7% to $2.3 billion."""
    if left.kind == right.kind and (left.unit == right.unit or not left.unit or not right.unit):
        return bare or opened or bool(left.unit)
    if bare:
        return left.kind in (CARDINAL, MONEY) or (right.kind == CARDINAL and opened)
    return opened and right.kind == CARDINAL


def share(lower: str, left: Numeral, right: Numeral) -> float | None:
    """The fraction that two counts make (one in five, two out of five hundred, 1 over 3); None when they make none."""
    gap = lower[left.end : right.start]
    if gap not in (" in ", " out of ", " over ") or not 0 < left.value < right.value or right.kind != CARDINAL:
        return None
    if left.kind != CARDINAL or gap == " out of ":
        return left.value / right.value if left.kind == CARDINAL else None
    word = following(lower, right.end).word
    if gap == " over ":
        return left.value / right.value if not word else None
    if right.value not in _PARTS:
        return None
    sharing = not word or word in _SHARERS or word in _BEHIND_SHARES
    of_many = left.value == 1 and word[-1:] == "s" and word not in UNIT_KINDS and word not in _PLAYED
    return left.value / right.value if sharing or of_many else None


def continues_date(lower: str, left: Numeral, right: Numeral) -> bool:
    """Whether plain digits go on a date: Sept. 20-24, 2014-15."""
    if left.kind not in (DATE, YEAR) or right.form != PLAIN or right.value > 99:
        return False
    return lower[left.end : right.start] in ("-", "–", "/", " - ", " – ") or (
        left.kind == DATE
        and lower[left.end : right.start] in (" and ", " to ")
        and right.value <= 31
        and not right.unit
    )


def is_score(lower: str, left: Numeral, right: Numeral) -> bool:
    """Whether two plain numerals around a hyphen are the score of a match: won 3-0, tied 89-89."""
    if left.form != PLAIN or right.form != PLAIN or lower[left.end : right.start] not in ("-", "–"):
        return False
    if left.kind != CARDINAL or right.kind not in (CARDINAL, NAME) or max(left.value, right.value) >= 1000:
        return False
    if left.value >= right.value or (
        lower[left.start - 1 : left.start] == "(" and lower[right.end : right.end + 1] == ")"
    ):
        return True  # 4-1, and the record of a team (5-10)
    if _counts_people(lower, right):
        return False  # lost 70-100 soldiers
    return any(word in NEAR_SCORE for word, _ in preceding(lower, left.start, 4))


def _counts_people(lower: str, right: Numeral) -> bool:
    return following(lower, right.end).word in _SHARERS | _FIGHTING


_FIGHTING: Final = frozenset(
    "fighters rebels militants insurgents guerrillas civilians policemen police tanks vehicles".split()
)
