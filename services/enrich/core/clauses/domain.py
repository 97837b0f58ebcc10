"""Whether a sentence speaks of force at all, or of sport, films, shares, software, animals, illness, privacy."""

from dataclasses import dataclass
from typing import Final

from services.enrich.core.clauses.cues import BORROWED, CONFLICT, DOMAINS, Domain
from services.enrich.core.text import Sentence, Text

_MANY_WEAK: Final = 3
"""Weak words that do for a strong one."""
_WHOLE_TEXT: Final = 4
"""Points of the whole text from which a sentence without a sign of its own follows the text."""

_SCORE: Final = Domain("sport", 2, "strong")
_SCORE_REACH: Final = 9
_SCORE_DIGITS: Final = 3


@dataclass(slots=True)
class _Points:
    """What the words of a sentence, or of a text, point to."""

    other: dict[str, int]
    strong: set[str]
    conflict: int
    borrowed: bool

    def __init__(self) -> None:
        self.other = {}
        self.strong = set()
        self.conflict = 0
        self.borrowed = False

    def add(self, domain: Domain) -> None:
        """Count one word of another domain than conflict."""
        self.other[domain.name] = self.other.get(domain.name, 0) + domain.weight
        if domain.weight > 1:
            self.strong.add(domain.name)

    def leading(self) -> int:
        """Points of the strongest other domain that is more than a few weak words."""
        most = 0
        for domain, points in self.other.items():
            if points > most and (points >= _MANY_WEAK or domain in self.strong):
                most = points
        return most


def non_conflict_sentences(text: Text, starts: list[int]) -> frozenset[int]:
    """Numbers of the sentences that speak of no conflict. `starts`: tokens where a phrase of a domain may begin."""
    words = text.words
    points: dict[int, _Points] = {}
    whole = own = _Points()
    sentences = iter(text.sentences)
    sentence: Sentence | None = None
    for i in starts:
        hit = DOMAINS.at(words, i)
        if hit is None:
            continue
        if sentence is None or i >= sentence.last:
            while sentence is None or i >= sentence.last:
                sentence = next(sentences)
            own = points[sentence.number] = _Points()
        for domain in hit[1]:
            if domain.kind == BORROWED:
                own.borrowed = True
            elif domain.name == CONFLICT:  # most of what news of conflict says, so without a call
                own.conflict += domain.weight
                whole.conflict += domain.weight
            else:
                own.add(domain)
                whole.add(domain)
                if domain.name == "sport" and _gives_score(words, i, sentence.last):
                    own.add(_SCORE)
    balance = whole.leading() - 2 * whole.conflict
    found = {number for number, own in points.items() if _is_other(own, balance)}
    if balance >= _WHOLE_TEXT:
        found |= {s.number for s in text.sentences if s.number not in points}
    return frozenset(found)


def _gives_score(words: list[str], first: int, last: int) -> bool:
    """Whether a score such as 3-1 or 112-98 follows a word of sport."""
    for i in range(first + 1, min(first + _SCORE_REACH, last - 2)):
        if words[i + 1] == "-" and words[i].isdigit() and words[i + 2].isdigit():
            return len(words[i]) <= _SCORE_DIGITS and len(words[i + 2]) <= _SCORE_DIGITS
    return False


def _is_other(own: _Points, balance: int) -> bool:
    other, conflict = own.leading(), own.conflict + own.borrowed
    return other > conflict or (balance >= _WHOLE_TEXT and own.conflict == 0)
