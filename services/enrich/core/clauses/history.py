"""Whether a clause speaks of the past of textbooks: a year long gone, a war known by its name, an anniversary."""

import re
from bisect import bisect_left
from collections.abc import Set

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

OLD_AFTER_YEARS = 6
"""A clause about a year at least so long before the publication is history."""
_UNDATED = 1985
"""Last year of history for a text that has no date."""
_YEAR = re.compile(r"[12](?<![\w.,$€£/-].)\d{3}(?![\w%/-]|[.,]\d)")  # looks back from a digit, not from every letter
_TELLING = frozenset({CUE_HISTORY, CUE_REMINDER, CUE_PRESENT_AGAIN})
_INTRODUCING = frozenset("in the during of by year from between until before after".split())
_MONTHS = frozenset(
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


def old_years(text: Text, year: int | None) -> list[int]:
    """Tokens that are years of history, read in `year` (None: unknown), in order."""
    newest = _UNDATED if year is None else year - OLD_AFTER_YEARS
    starts = [m.start() for m in _YEAR.finditer(text.content) if int(m[0]) <= newest]
    found = []
    for start in starts:
        i = bisect_left(text.starts, start)
        before = text.words[i - 1] if i else ""
        if before in _INTRODUCING or before in _MONTHS:
            found.append(i)
    return found


def names_year(years: list[int], first: int, last: int) -> bool:
    """Whether one of the tokens `years` is among first..last (exclusive)."""
    return bool(years) and bisect_left(years, first) < bisect_left(years, last)
