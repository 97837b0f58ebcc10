"""What the words of a text may take part in, as bits of one number a word: looked up once, not once for each lexicon.

Knows no lexicon: each adds its words to `MASKS` where it is loaded.
"""

from collections.abc import Iterable, Mapping
from typing import Final

FINITE: Final = 1
"""May be the verb of a clause: auxiliaries, past and third-person forms, most words in -ed."""
PAST: Final = 2
"""A past form or participle."""
BREAKER: Final = 4
"""A word or sign where clauses may meet."""
SAYS: Final = 8
"""A form of "say" or the like."""
PRONOUN: Final = 16
"""Stands for an actor named before."""
YEAR: Final = 32
"""Four digits that may be a year."""
CUE: Final = 1 << 8
DOMAIN: Final = 1 << 11
VERB: Final = 1 << 14
NOUN: Final = 1 << 17
WATCHED: Final = 1 << 20
"""The lowest of three bits of a lexicon of phrases: cues of stance, domains, what states an event, and watch lists.

The lowest is a phrase by itself, the next opens longer ones only, and words of the highest go on with one so opened.
"""

_MOST_LEARNT: Final = 50_000
"""Words of texts that are remembered; later ones are decided each time."""
_NOT_FINITE: Final = frozenset({"need", "united", "hundred", "indeed", "speed", "seed", "feed", "breed", "red", "bed"})


class WordMasks:
    """Word -> bits. Words of no lexicon are decided by their form and remembered, which changes no answer."""

    def __init__(self) -> None:
        self._known: dict[str, int] = {}

    def add(self, bit: int, words: Iterable[str]) -> None:
        """Give `bit` to `words`."""
        for word in words:
            self._known[word] = self._known.get(word, _by_form(word)) | bit

    def add_all(self, classes: Mapping[int, Iterable[str]]) -> None:
        """`classes`: bit -> the words that have it."""
        for bit, words in classes.items():
            self.add(bit, words)

    def of(self, words: list[str]) -> list[int]:
        """The bits of each word, and none behind the last."""
        known = self._known
        masks: list[int] = []
        for word in words:
            mask = known.get(word)
            if mask is None:
                mask = self._learn(word)
            masks.append(mask)
        masks.append(0)
        return masks

    def _learn(self, word: str) -> int:
        bits = _by_form(word)
        if len(self._known) < _MOST_LEARNT:
            self._known[word] = bits
        return bits


def _by_form(word: str) -> int:
    if word.endswith("ed"):
        return PAST if word in _NOT_FINITE else PAST | FINITE
    return YEAR if len(word) == 4 and word[0] in "12" and word.isdecimal() else 0


MASKS: Final = WordMasks()
"""The bits of every word known."""


class Marks:
    """The bits of each token of one text, and in order the tokens where something may be or begin."""

    __slots__ = ("breakers", "cues", "domains", "masks", "nouns", "verbs", "watched", "years")

    def __init__(self, words: list[str]) -> None:
        """Look at every word once."""
        self.masks = MASKS.of(words)
        """One more than there are tokens, so that each has a next."""
        self.breakers: list[int] = []
        self.years: list[int] = []
        self.cues: list[int] = []
        self.domains: list[int] = []
        self.verbs: list[int] = []
        self.nouns: list[int] = []
        self.watched: list[int] = []
        self._sort(self.masks)

    def _sort(self, masks: list[int]) -> None:
        for i in range(len(masks) - 1):
            mask = masks[i]
            if not mask:
                continue
            # of all lexicons at once: "in" opens many phrases, and none where no "in fear of" goes on
            begins = mask | (mask & masks[i + 1] >> 1) >> 1
            if mask & BREAKER:
                self.breakers.append(i)
            if mask & YEAR:
                self.years.append(i)
            if begins & CUE:
                self.cues.append(i)
            if begins & DOMAIN:
                self.domains.append(i)
            if begins & VERB:
                self.verbs.append(i)
            if begins & NOUN:
                self.nouns.append(i)
            if begins & WATCHED:
                self.watched.append(i)
