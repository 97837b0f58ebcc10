"""Misspelt and differently transliterated names, guarded so that ordinary words and other people are not taken."""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from functools import lru_cache

from rapidfuzz.distance import Levenshtein

_SHORTEST_SOUND = 5
_SHORTEST_EDIT = 7
_KEPT = 20_000
"""Answers kept for words that come again."""
_SOUNDS = tuple(
    (re.compile(pattern), letters)
    for pattern, letters in (
        ("sch|sh|tch|ch|cz|š|č", "s"),
        ("tz|ts|z", "s"),
        ("ph", "f"),
        ("kh|gh|q|ck|c", "k"),
        ("w", "v"),
        ("x", "ks"),
        ("iy|yi|yy|ij|ii|ey|ei|y|j", "i"),
        ("ou|oo", "u"),
        ("(.)\\1", "\\1"),
    )
)


@lru_cache(maxsize=_KEPT)
def sound(word: str) -> str:
    """A key that spellings of one sound share; the word is folded.

    >>> sound("makron") == sound("macron"), sound("zelenskyy") == sound("zelenskiy")
    (True, True)
    """
    for pattern, letters in _SOUNDS:
        word = pattern.sub(letters, word)
    return word


class FuzzyIndex:
    """Known single words, found by sound, or by one letter more, less or changed (Levenshtein distance 1)."""

    def __init__(self, words: Iterable[str]) -> None:
        self._by_sound: dict[str, set[str]] = defaultdict(set)
        self._by_gap: dict[str, set[str]] = defaultdict(set)
        self.nearest = lru_cache(maxsize=_KEPT)(self._nearest)
        """The one known word that a folded word is a spelling of; None when there is none, or more than one."""
        for word in words:
            if len(word) >= _SHORTEST_SOUND and word.isalpha():
                self._by_sound[sound(word)].add(word)
            if len(word) >= _SHORTEST_EDIT and word.isalpha():
                for gap in _gaps(word):
                    self._by_gap[gap].add(word)

    def _nearest(self, word: str) -> str | None:
        if len(word) < _SHORTEST_SOUND or len(word) > 20:
            return None
        alike = self._by_sound.get(sound(word), set())
        if len(alike) == 1:
            return next(iter(alike))
        if alike:
            return min(alike, key=lambda known: (Levenshtein.distance(word, known), known))
        if len(word) < _SHORTEST_EDIT - 1:
            return None
        near = {
            known
            for gap in _gaps(word)
            for known in self._by_gap.get(gap, ())
            if known[0] == word[0] and Levenshtein.distance(word, known, score_cutoff=1) <= 1
        }
        return next(iter(near)) if len(near) == 1 else None


def _gaps(word: str) -> Iterator[str]:
    """The word and the word without each one of its letters."""
    yield word
    for at in range(len(word)):
        yield word[:at] + word[at + 1 :]
