"""Whether a clause speaks of the past of textbooks: a year long gone, a war known by its name, an anniversary."""

import re
from bisect import bisect_left
from collections.abc import Set
from typing import Final

from services.enrich.core.clauses.cues import (
    CUE_DEMAND,
    CUE_DENIAL,
    CUE_HISTORY,
    CUE_PLAN,
    CUE_PRESENT_AGAIN,
    CUE_REMINDER,
    Cue,
    CueHit,
)
from services.enrich.core.text import Text

OLD_AFTER_YEARS: Final = 6
"""A clause about a year at least so long before the publication is history."""
_UNDATED: Final = 1985
"""Last year of history for a text that has no date."""
_YEAR: Final = re.compile(r"(?<![\w.,$€£/-])\d{4}(?![\w%/-]|[.,]\d)")
"""Four digits that are no part of a larger number, a sum or a date in digits."""
_TELLING: Final = frozenset({CUE_HISTORY, CUE_REMINDER, CUE_PRESENT_AGAIN})
_INTRODUCING: Final = frozenset("in the during of by year from between until before after".split())
_MONTHS: Final = frozenset(
    "january february march april may june july august september october november december jan feb mar apr jun jul aug "
    "sep sept oct nov dec".split()
)


def is_history(cues: list[CueHit], kinds: Set[Cue], names_old_year: bool) -> bool:
    """Whether a clause with these cues, of these kinds, is history; no clause that compares is: largest since 1945.

    One cue yields to a plan, as on the anniversary of a war; two do not: veterans will remember Normandy.
    """
    if _TELLING.isdisjoint(kinds):
        return names_old_year
    if CUE_PRESENT_AGAIN in kinds:
        return False
    past = sum(hit.cue is CUE_HISTORY for hit in cues)
    reminders = sum(hit.cue is CUE_REMINDER for hit in cues)
    if past or reminders > 1:
        past += reminders
        return past > 1 or kinds.isdisjoint((CUE_PLAN, CUE_DENIAL, CUE_DEMAND))
    return names_old_year


def old_years(text: Text, years: list[int], year: int | None) -> list[int]:
    """Which of the tokens `years`, four digits each, are years of history, read in `year` (None: unknown)."""
    newest = _UNDATED if year is None else year - OLD_AFTER_YEARS
    return [i for i in years if int(text.words[i]) <= newest and _is_year(text, i)]


def _is_year(text: Text, i: int) -> bool:
    before = text.words[i - 1] if i else ""
    return (before in _INTRODUCING or before in _MONTHS) and _YEAR.match(text.content, text.starts[i]) is not None


def names_year(years: list[int], first: int, last: int) -> bool:
    """Whether one of the tokens `years` is among first..last (exclusive)."""
    return bool(years) and bisect_left(years, first) < bisect_left(years, last)
