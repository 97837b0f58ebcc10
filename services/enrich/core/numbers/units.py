"""The words behind a number that name what it counts, and lists that share one bound."""

import re
from typing import Final

from services.enrich.core.numbers.lexicon import UNIT_STOP
from services.enrich.core.numbers.surroundings import spaced_word

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
        first, word = _next_word(lower, last)
        if not word or word in UNIT_STOP:
            break
        if count == 0:
            start = first
        last = first + len(word)
    return start, last


def _next_word(lower: str, at: int) -> tuple[int, str]:
    """Where the word behind `at` begins, and the word; empty when a sign or the end of the text comes first."""
    if word := spaced_word(lower, at):
        return at + 1, word
    found = _WORD.match(lower, at)
    return (at, "") if found is None else (found.start(1), found[1])


def shares_bound(lower: str, unit: tuple[int, int], start: int) -> bool:
    """Whether a number that begins at `start` goes on a list whose item before ended with the words at `unit`.

    "up to 50,000 civilians, 25,000 troops": nothing but the name of what is counted and a link stands between.
    """
    first, last = unit
    if first == last or start - last > 12 or _LIST_LINK.fullmatch(lower, last, start) is None:
        return False
    return _STATES.isdisjoint(lower[first:last].split())
