"""The words behind a number that name what it counts, and lists that share one bound."""

import re
from typing import Final

from services.enrich.core.numbers.lexicon import UNIT_STOP

_WORD: Final = re.compile(r"[ \u00a0]?[-‑]?[ \u00a0]?((?:[^\W\d_]\.){2,}|[^\W\d_]+(?:['’.-][^\W\d_]+)*)")
_MAX_WORDS: Final = 6
_LIST_LINK: Final = re.compile(r",? (?:and |or |as well as |plus )?|, ?")
_STATES: Final = frozenset(
    "dead killed wounded injured hurt missing displaced died captured detained arrested released homeless other".split()
)


def unit_span(lower: str, end: int, *, of: bool = False) -> tuple[int, int]:
    """Start and end of up to six words behind `end` (behind "of" too), cut at a sign or a word that names nothing."""
    if of and lower.startswith(" of ", end):
        end += 3
    start = last = end
    for count in range(_MAX_WORDS):
        found = _WORD.match(lower, last)
        if found is None or found[1] in UNIT_STOP:
            break
        if count == 0:
            start = found.start(1)
        last = found.end(1)
    return start, last


def shares_bound(lower: str, unit: tuple[int, int], start: int) -> bool:
    """Whether a number that begins at `start` goes on a list whose item before ended with the words at `unit`.

    "up to 50,000 civilians, 25,000 troops": nothing but the name of what is counted and a link stands between.
    """
    first, last = unit
    if first == last or start - last > 12 or _LIST_LINK.fullmatch(lower, last, start) is None:
        return False
    return _STATES.isdisjoint(lower[first:last].split())
