"""Reads what bounds a number: "at least" before it, "or more" behind it."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from services.contracts.vocabulary import Op
from services.enrich.core.members import APPROX, EQ, GE, LE
from services.enrich.core.numbers.lexicon import AFTER, BEFORE, FILLERS, MAX_AFTER
from services.enrich.core.numbers.surroundings import following, preceding, word_before

_STRENGTH: Final = {EQ: 0, APPROX: 1, GE: 2, LE: 2}


def _sizes(phrases: Iterable[str]) -> dict[str, list[int]]:
    found: dict[str, set[int]] = {}
    for phrase in phrases:
        found.setdefault(phrase.rsplit(None, 1)[-1], set()).add(len(phrase.split()))
    return {last: sorted(sizes, reverse=True) for last, sizes in found.items()}


_SIZES: Final = _sizes(BEFORE)
"""Last word of a phrase -> how many words the phrases that end with it have, most first."""
_NEAREST: Final = FILLERS | set(_SIZES)
_MAX_WORDS: Final = 7
_SIGNS: Final = (
    ("sub-", LE),
    ("<=", LE),
    (">=", GE),
    ("<", LE),
    (">", GE),
    ("≤", LE),
    ("≥", GE),
    ("~", APPROX),
    ("≈", APPROX),
)


_SIGN_ENDS: Final = {sign[-1] for sign, _ in _SIGNS}
_BEHIND: Final = re.compile(r"\+|-(?:plus|odd|ish)\b| (?:or|and|at|approximately|give|odd|tops)\b")
_BEGIN_BEHIND: Final = (" o", " a", " g", " t")
"""How the words that `_BEHIND` matches begin: it is asked for few numbers."""


@dataclass(slots=True)
class Bound:
    """How a number is bounded and how far the words that say so reach."""

    op: Op
    edge: int

    def __init__(self, op: Op, edge: int) -> None:
        self.op = op
        self.edge = edge


def bound_before(lower: str, start: int) -> Bound | None:
    """The bound that ends right before `start`, small words between allowed: "at least another 300"."""
    if sign := _sign(lower, start):
        return sign
    if word_before(lower, start)[0] not in _NEAREST:
        return None
    words = preceding(lower, start, _MAX_WORDS)
    found: Bound | None = None
    at = 0
    while at < len(words):
        size, op = _phrase_ending(words, at)
        if op is not None:
            at += size
            if found is None or _STRENGTH[op] > _STRENGTH[found.op]:
                found = Bound(op, words[at - 1][1])
            else:
                found = Bound(found.op, words[at - 1][1])
        elif words[at][0] in FILLERS:
            at += 1
        else:
            break
    return found


def _sign(lower: str, start: int) -> Bound | None:
    before = lower[max(0, start - 5) : start].rstrip(" ")
    if before[-1:] not in _SIGN_ENDS:
        return None
    for sign, op in _SIGNS:
        if before.endswith(sign):
            return Bound(op, max(0, start - 5) + len(before) - len(sign))
    return None


def _phrase_ending(words: list[tuple[str, int]], at: int) -> tuple[int, Op | None]:
    """The longest phrase of the lexicon whose last word is `words[at]` (nearest first): its length and meaning."""
    sizes = _SIZES.get(words[at][0])
    if sizes is None:
        return 0, None
    for size in sizes:
        phrase = [word for word, _ in words[at : at + size]]
        if len(phrase) == size and (op := BEFORE.get(" ".join(reversed(phrase)))):
            return size, op
    return 0, None


def bound_after(lower: str, end: int) -> Bound | None:
    """The bound that begins right behind `end`: 200 or more, 10,000-plus, 50-odd."""
    if lower[end : end + 1] not in ("+", "-") and lower[end : end + 2] not in _BEGIN_BEHIND:
        return None
    opening = _BEHIND.match(lower, end)
    if opening is None:
        return None
    if opening[0][0] in "+-":
        return Bound(APPROX if opening[0] in ("-odd", "-ish") else GE, opening.end())
    after = following(lower, end)
    ends: list[int] = [after.end]
    words = [after.word]
    while len(words) < MAX_AFTER and (after := following(lower, ends[-1])).joint == " " and after.word:
        words.append(after.word)
        ends.append(after.end)
    for size in range(len(words), 0, -1):
        op = AFTER.get(" ".join(words[:size]))
        if op is not None:
            return Bound(op, ends[size - 1])
    return None
