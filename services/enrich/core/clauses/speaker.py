"""Who is quoted in a clause: the actor, or the state whose officials speak, that is the subject of a verb of saying."""

from dataclasses import dataclass
from typing import Final

from services.enrich.core.clauses.cues import COORDINATORS, CueHit
from services.enrich.core.clauses.segments import Segment
from services.enrich.core.mentions import ActorMention, PlaceMention
from services.enrich.core.text import Text

_INVERTED: Final = 4
"""Tokens after "said" within which its subject may stand: said the French president Macron."""
_OFFICIAL: Final = frozenset(
    "official officials ministry ministries government authorities army military police commander commanders spokesman "
    "spokeswoman spokesperson minister parliament generals staff command".split()
)
_CARRYING: Final = COORDINATORS | frozenset("he she it they who which has have had also later then".split())
"""Words before "said" that leave the speaker whoever he was: and added, he also said."""
_POSSESSIVES: Final = frozenset("its his her their".split())


@dataclass(slots=True)
class _Name:
    first: int
    last: int
    sentence: int
    id: str

    def __init__(self, first: int, last: int, sentence: int, id: str) -> None:
        self.first = first
        self.last = last
        self.sentence = sentence
        self.id = id


class Speakers:
    """Finds the speakers of one text. `actors` in order of appearance."""

    def __init__(self, text: Text, actors: list[ActorMention], places: list[PlaceMention]) -> None:
        """Index the names of those who may speak by their sentence."""
        self._words = text.words
        names = {actor.first: _Name(actor.first, actor.last, actor.sentence, actor.id) for actor in actors}
        for place in places:
            if place.country and place.first not in names and _speaks_for_state(text.words, place):
                names[place.first] = _Name(place.first, place.last, place.sentence, place.country)
        self._names: list[list[_Name]] = [[] for _ in text.sentences]
        for first in sorted(names):
            self._names[names[first].sentence].append(names[first])

    def of(self, sentence: int, piece: Segment, hit: CueHit, current: str | None) -> str | None:
        """Id of whoever says it in `piece` of `sentence`, where `hit` is a word of saying and `current` spoke before.

        None for nobody.
        """
        words, names = self._words, self._names[sentence]
        inverted = hit.first == piece.first or not words[hit.first - 1][0].isalnum()
        if (inverted or words[hit.first] == "according") and (behind := self._behind(names, hit.last, piece.last)):
            return behind
        begin = self._subject_from(piece.first, hit.first)
        before = _between(names, begin, hit.first)
        if before:
            return before[-1].id
        between = {word for word in words[begin : hit.first] if word[0].isalnum()}
        if not between:  # Peskov, the spokesman, said
            before = _between(names, piece.first, hit.first)
            return next((name.id for name in before if words[name.last] == ","), None) if before else current
        if between & _POSSESSIVES:
            before = _between(names, piece.first, begin)
            return before[0].id if before else current
        return current if between <= _CARRYING else None

    def _behind(self, names: list[_Name], first: int, last: int) -> str | None:
        """The name within a few tokens, none of them a comma."""
        found = _between(names, first, min(first + _INVERTED, last))
        if not found or "," in self._words[first : found[0].first]:
            return None
        return found[0].id

    def _subject_from(self, first: int, last: int) -> int:
        """Where the subject of the verb at `last` begins: behind the last comma of its clause."""
        return next((k + 1 for k in range(last - 1, first - 1, -1) if self._words[k] == ","), first)


def _between(names: list[_Name], first: int, last: int) -> list[_Name]:
    return [name for name in names if first <= name.first < last]


def _speaks_for_state(words: list[str], place: PlaceMention) -> bool:
    """Whether a place stands for those who govern it: Seoul's defence ministry, officials in Kyiv."""
    if words[place.last - 1].endswith("'s"):
        return True
    return place.first >= 2 and words[place.first - 1] in {"in", "of"} and words[place.first - 2] in _OFFICIAL
