"""Decides from its neighbours what a numeral is: a count, a year, an age, part of a name."""

import re
from typing import Final

from services.enrich.core.numbers.calendar import is_clock, is_day
from services.enrich.core.numbers.lexicon import (
    AIRCRAFT,
    BEFORE,
    BEFORE_AGE,
    BEFORE_YEAR,
    LABELS,
    MONTHS,
    PRONOUN_AFTER,
    PRONOUN_BEFORE,
    STREETS,
    STRONG_LABELS,
    UNIT_KINDS,
    WEEKDAYS,
)
from services.enrich.core.numbers.number import AGE, CARDINAL, DATE, NAME, PERCENT, PRONOUN, TIME, YEAR, Kind
from services.enrich.core.numbers.numeral import PLAIN, WORDS, Numeral
from services.enrich.core.numbers.surroundings import Following, following, word_before

_OLD: Final = re.compile(r"[ -]?(?:years?|months?|weeks?|days?)[ -]olds?\b|[ -](?:years?|months?) of age\b")
_AGE_APPOSITION: Final = re.compile(r"[a-z]{2,}, $")
_AGE_UNITS: Final = ("yea", "mon", "wee", "day")
_PER_CENT: Final = re.compile(r" per[ -]?cent\b| percentage points?\b")
_ONE_LETTER_FIGURES_ONLY: Final = 2
_DAY_AND_MONTH: Final = re.compile(rf"\b[0-3]?[0-9](?:st|nd|rd|th)? (?:{'|'.join(MONTHS)})\.? \Z")
_VERBS: Final = frozenset("were have are had has died killed wounded injured dead missing more others".split())
_PEOPLE: Final = frozenset(
    "people men women children troops personnel others persons dead casualties soldiers fighters refugees "
    "civilians residents workers students prisoners protesters".split()
)
_WEAKLY_BEFORE_YEAR: Final = frozenset("of and for between from by its".split())


def classify(content: str, lower: str, numeral: Numeral) -> None:
    """Give the numeral its kind, and the unit word that decided it."""
    if numeral.kind != CARDINAL:
        return
    after = following(lower, numeral.end)
    numeral.compound = numeral.form == WORDS and after.joint == "-"
    kind = _by_unit(lower, numeral, after)
    if kind is not None:
        numeral.kind, numeral.unit = kind, after.word
        return
    if numeral.high is not None:
        return
    before, at = word_before(lower, numeral.lead)
    kind = _by_label(content, numeral, before, at, after)
    if kind is None and numeral.form == PLAIN:
        kind = _by_calendar(lower, numeral, before, after)
    if kind is None and numeral.form == WORDS and numeral.value == 1:
        kind = _pronoun(lower, numeral, before, after)
    if kind is not None:
        numeral.kind = kind


def _by_unit(lower: str, numeral: Numeral, after: Following) -> Kind | None:
    """Percent, money, age, time, duration, distance or measure, from what follows."""
    word = after.word
    if numeral.form != WORDS and (not word or word[0] in "ap") and is_clock(lower, numeral.end):
        return TIME
    if word[:3] in _AGE_UNITS and _OLD.match(lower, numeral.end):
        return AGE
    if word[:3] == "per" and _PER_CENT.match(lower, numeral.end):
        return PERCENT
    kind = UNIT_KINDS.get(after.word)
    if len(word) == 1 and lower[after.end : after.end + 1] == "-" and lower[after.end + 1 : after.end + 2].isdigit():
        return None  # 18 F-16 jets
    if kind is None or (numeral.form == WORDS and len(after.word) <= _ONE_LETTER_FIGURES_ONLY):
        return None
    return None if kind == TIME and numeral.form == WORDS and after.word != "o'clock" else kind


def _by_label(content: str, numeral: Numeral, word: str, at: int, after: Following) -> Kind | None:
    """Section or name, from the word before: Resolution 1701, Flight 370, Boeing 737."""
    if numeral.form == PLAIN and content[numeral.start : numeral.end] in AIRCRAFT and _names(content, after):
        return NAME
    if numeral.start and content[numeral.start - 1] == "#":
        return NAME
    if numeral.form == PLAIN and _is_parenthesised(content, numeral) and before_is_name(content, numeral):
        return NAME
    if numeral.form == PLAIN and _is_address(content, after):
        return NAME
    if not word or numeral.scale > 1:
        return None
    if numeral.form == PLAIN and numeral.value < 100 and not after.word and _is_titled(content, word, at):
        return NAME
    if word in STRONG_LABELS:
        return LABELS[word]
    capital = content[at].isupper() and not content[at : at + 2].isupper()
    return LABELS.get(word) if capital else None


def _is_titled(content: str, word: str, at: int) -> bool:
    """Whether two capitalised words stand before: Eastern Shield 18. Places and months behind "in" do not count."""
    before, first = word_before(content, at)
    return (
        content[at].isupper()
        and not content[at : at + 2].isupper()
        and word not in MONTHS
        and word not in WEEKDAYS
        and bool(before)
        and content[first].isupper()
        and first > 0
    )


def _names(content: str, after: Following) -> bool:
    return after.word in ("jet", "jets", "plane", "planes", "airliner", "airliners", "s") or (
        after.end > after.start and content[after.start].isupper()
    )


def _is_address(content: str, after: Following) -> bool:
    """49 Quarry Hill Road: capitalised words up to the name of a street."""
    if after.joint != " " or not content[after.start : after.start + 1].isupper():
        return False
    words = content[after.start : after.start + 40].split()[:4]
    for word in words:
        if not word[0].isupper():
            return False
        if word.strip(",.").lower() in STREETS and not word.isupper():
            return True
    return False


def _is_parenthesised(content: str, numeral: Numeral) -> bool:
    return content[numeral.start - 1 : numeral.start] == "(" and content[numeral.end : numeral.end + 1] == ")"


def before_is_name(content: str, numeral: Numeral) -> bool:
    """Whether a capitalised word stands before the parenthesis: Prescott (4)."""
    words = content[max(0, numeral.start - 32) : numeral.start - 1].split()
    return numeral.value < 100 and bool(words) and words[-1][0].isupper()


def _by_calendar(lower: str, numeral: Numeral, word: str, after: Following) -> Kind | None:
    """Date, time, year or age, from plain digits."""
    digits = numeral.end - numeral.start
    if digits <= 2 and is_day(lower, numeral.end, after.word):
        return DATE
    month = word.rstrip(".")
    if month in MONTHS or (not word.isalpha() and _after_month(lower, numeral.start)):
        if _DAY_AND_MONTH.search(lower, max(0, numeral.start - 24), numeral.start):
            return YEAR if digits == 4 or (digits == 2 and not after.word) else None
        if digits <= 2 and numeral.value <= 31:
            return DATE
        if digits == 4 or (digits == 2 and lower[numeral.start - 1] in "'’"):
            return YEAR
    if digits == 4 and (after.word in ("gmt", "utc", "local") or (word == "at" and numeral.value < 2400)):
        return TIME if numeral.value % 100 < 60 else None
    if digits == 4 and _is_year(lower, numeral, word, after):
        return YEAR
    if word in BEFORE_AGE or (word == "of" and lower.endswith("age of ", 0, numeral.start)):
        return AGE
    before = lower[max(0, numeral.start - 24) : numeral.start]
    if digits == 2 and ", " in before[-3:] and _AGE_APPOSITION.search(before):
        return AGE if lower[numeral.end : numeral.end + 1] in (",", ".", ";") else None
    return None


def _after_month(lower: str, start: int) -> bool:
    """Sept 12, Oct.9, September 24, 2019 and 24 September 2019."""
    words = lower[max(0, start - 24) : start].replace(",", " ").replace(".", " ").split()
    if not words or lower[start - 1 : start].isalnum():
        return False
    return words[-1] in MONTHS or (
        len(words) > 1 and words[-2] in MONTHS and words[-1].isdigit() and len(words[-1]) < 3
    )


def _is_year(lower: str, numeral: Numeral, word: str, after: Following) -> bool:
    if not 1400 <= numeral.value <= 2100 or after.word in _PEOPLE:
        return False
    if word in BEFORE_YEAR:
        surely = word not in _WEAKLY_BEFORE_YEAR and (word != "the" or numeral.value >= 1900)
        return surely or not after.word.endswith("s")
    if word in BEFORE:
        return False
    counted = after.word in _VERBS or (after.joint in (" ", "-") and after.word.endswith("s") and len(after.word) > 3)
    return numeral.value >= 1700 and not counted and lower[numeral.start - 1 : numeral.start] not in ("-", "~")


def _pronoun(lower: str, numeral: Numeral, word: str, after: Following) -> Kind | None:
    """`one` that counts nothing: no one, the one who, one must."""
    if numeral.end - numeral.start != 3 or lower[numeral.end : numeral.end + 2] == "'s":
        return PRONOUN if lower[numeral.end : numeral.end + 2] == "'s" else None
    if word in PRONOUN_AFTER or after.word in PRONOUN_BEFORE or not after.word:
        return PRONOUN
    return None
