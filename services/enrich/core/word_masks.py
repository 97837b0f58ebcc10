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
"""The lowest of three bits of a lexicon of phrases: cues of stance, domains, and what states an event."""
_OPENS, _GOES_ON = 2, 4
"""Times the lowest bit: a word that begins longer phrases only, and one that goes on with such a phrase."""

_MOST_LEARNT: Final = 50_000
"""Words of texts that are remembered; later ones are decided each time."""
_NOT_FINITE: Final = frozenset({"need", "united", "hundred", "indeed", "speed", "seed", "feed", "breed", "red", "bed"})


class WordMasks(dict[str, int]):
    """Word -> bits. Words of no lexicon are decided by their form and remembered, which changes no answer."""

    def add(self, bit: int, words: Iterable[str]) -> None:
        """Give `bit` to `words`."""
        for word in words:
            self[word] = self[word] | bit

    def add_all(self, classes: Mapping[int, Iterable[str]]) -> None:
        """`classes`: bit -> the words that have it."""
        for bit, words in classes.items():
            self.add(bit, words)

    def __missing__(self, word: str) -> int:
        """The bits of a word that no lexicon lists."""
        bits = _by_form(word)
        if len(self) < _MOST_LEARNT:
            self[word] = bits
        return bits


def _by_form(word: str) -> int:
    if word.endswith("ed"):
        return PAST if word in _NOT_FINITE else PAST | FINITE
    return YEAR if len(word) == 4 and word[0] in "12" and word.isdecimal() else 0


MASKS: Final = WordMasks()
"""The bits of every word known."""


class Marks:
    """The bits of each token of one text, and in order the tokens where something may be or begin."""

    __slots__ = ("breakers", "cues", "domains", "masks", "nouns", "verbs", "years")

    def __init__(self, words: list[str]) -> None:
        """Look at every word once."""
        self.masks = [MASKS[word] for word in words]
        self.masks.append(0)
        """One more than there are tokens, so that each has a next."""
        self.breakers: list[int] = []
        self.years: list[int] = []
        self.cues: list[int] = []
        self.domains: list[int] = []
        self.verbs: list[int] = []
        self.nouns: list[int] = []
        self._sort(self.masks)

    def _sort(self, masks: list[int]) -> None:
        breakers, years, cues, domains, verbs, nouns = (
            self.breakers, self.years, self.cues, self.domains, self.verbs, self.nouns,
        )  # fmt: skip
        for i in [i for i, mask in enumerate(masks) if mask]:
            mask, following = masks[i], masks[i + 1]
            if mask & BREAKER:
                breakers.append(i)
            if mask & YEAR:
                years.append(i)
            if mask & CUE or _opens(mask, following, CUE):
                cues.append(i)
            if mask & DOMAIN or _opens(mask, following, DOMAIN):
                domains.append(i)
            if mask & VERB or _opens(mask, following, VERB):
                verbs.append(i)
            if mask & NOUN or _opens(mask, following, NOUN):
                nouns.append(i)


def _opens(mask: int, following: int, bit: int) -> bool:
    """Whether a longer phrase may begin: "in" opens many, and none where no "in fear of" goes on."""
    return bool(mask & (_OPENS * bit)) and bool(following & (_GOES_ON * bit))
