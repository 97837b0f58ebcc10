"""The words that state an event, from `data/signals/*.toml`: one file an event, each sense with what makes it count."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from services.contracts.vocabulary import Event
from services.enrich.core.lexicon_file import LexiconFile, packaged
from services.enrich.core.phrases import Phrases, alternatives
from services.enrich.core.word_masks import MASKS, NOUN, VERB


@dataclass(slots=True)
class Sense:
    """One meaning of a verb or noun. With `objects` or `phrases` it counts only near one of them.

    `first`: it wins over senses whose object is nearer; its object may stand before the verb too. `unless`: words
    right after the verb that make it a figure of speech: killed the deal. `without`: words anywhere in the clause that
    make it no act of anybody: the storm killed ten. `received`: the subject gets it, from whoever stands behind "from".
    `named`: a name follows the verb: struck Norland.
    """

    event: Event
    weight: float
    objects: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    modal: bool
    first: bool
    unless: frozenset[str]
    without: frozenset[str]
    received: bool
    named: bool


class Frame:
    """All senses of one phrase, ready for looking up which of them its surroundings call for."""

    __slots__ = ("_objects", "_phrases", "_preferred", "_telling", "named", "plain")

    def __init__(self, senses: list[Sense]) -> None:
        """The earlier of two senses with one object wins."""
        alone = [s for s in senses if not s.objects and not s.phrases]
        self.plain = next((s for s in alone if not s.named), None)
        self.named = next((s for s in alone if s.named), None)
        self._objects: dict[str, Sense] = {}
        for sense in senses:
            for word in sense.objects:
                self._objects.setdefault(word, sense)
        preferred = [sense for sense in senses if sense.first]
        self._preferred = Frame([replace(s, first=False) for s in preferred]) if preferred else None
        phrases = [(words, sense) for sense in senses for words in sense.phrases]
        self._phrases = Phrases(phrases) if phrases else None
        self._telling = self._objects.keys() | (self._phrases.first_words if self._phrases else ())

    def is_open_among(self, words: list[str]) -> bool:
        """Whether any of `words` may decide what it says."""
        return not self._telling.isdisjoint(words)

    def nearest(self, words: list[str], first: int, last: int) -> tuple[Sense, int] | None:
        """The sense whose object comes first in tokens first..last, and where."""
        if self._telling.isdisjoint(words[first:last]):
            return None
        objects, phrases = self._objects, self._phrases
        for i in range(first, last):
            if (sense := objects.get(words[i])) is not None:
                return sense, i
            if phrases is not None and (hit := phrases.at(words, i)) is not None:
                return hit[1][0], i
        return None

    def preferred(self, words: list[str], before: int, first: int, end: int, last: int) -> tuple[Sense, int] | None:
        """The preferred sense whose object stands in tokens end..last, or in before..first."""
        if self._preferred is None:
            return None
        if (found := self._preferred.nearest(words, end, last)) is not None:
            return found
        found = self._preferred.nearest(words, before, first)
        return (found[0], end - 1) if found is not None else None


def weights_in(file: LexiconFile) -> dict[Event, float]:
    """The weight of every event. Raises `LexiconError`."""
    file.refuse_others(tuple(Event))
    return {event: file.number(-10, 10, event) for event in Event}


WEIGHTS: Final[dict[Event, float]] = weights_in(packaged("weights.toml"))
"""Weight of each event, -10 to +10."""

_KEYS: Final = frozenset(
    {"words", "objects", "phrases", "weight", "modal", "first", "unless", "without", "received", "named"}
)


def senses_in(file: LexiconFile, event: Event, part: str) -> Iterator[tuple[tuple[str, ...], Sense]]:
    """Every phrase of the tables `part` (verb or noun) with its sense. Raises `LexiconError`."""
    if file.text("event") != event:
        file.fail(f"event must be {event}", "event")
    file.refuse_others(("event", "verb", "noun"))
    for n in range(len(file.tables.get(part, ()))):
        file.refuse_others(_KEYS, part, n)
        sense = _sense(file, event, part, n)
        for words in alternatives(file.text(part, n, "words")):
            yield words, sense


def _sense(file: LexiconFile, event: Event, part: str, n: int) -> Sense:
    entry = file.at(part, n)

    def words(key: str) -> list[str]:
        return file.words(part, n, key) if key in entry else []

    objects = [found for word in words("objects") for found in alternatives(word)]
    phrases = [*alternatives(" ".join(words("phrases"))), *(found for found in objects if len(found) > 1)]
    return Sense(
        event,
        file.number(-10, 10, part, n, "weight") if "weight" in entry else WEIGHTS[event],
        frozenset(found[0] for found in objects if len(found) == 1),
        tuple(phrases),
        entry.get("modal", False),
        entry.get("first", False),
        frozenset(words("unless")),
        frozenset(words("without")),
        entry.get("received", False),
        entry.get("named", False),
    )


_FILES: Final = {event: packaged(f"signals/{event.lower()}.toml") for event in Event}


def _senses(part: str) -> Iterator[tuple[tuple[str, ...], Sense]]:
    for event, file in _FILES.items():
        yield from senses_in(file, event, part)


def _frames() -> Iterator[tuple[tuple[str, ...], Frame]]:
    senses: dict[tuple[str, ...], list[Sense]] = {}
    for words, sense in _senses("verb"):
        known = senses.setdefault(words, [])
        if sense not in known:
            known.append(sense)
    for words, known in senses.items():
        yield words, Frame(known)


VERBS: Final[Phrases[Frame]] = Phrases(_frames())
"""Every form of every verb phrase that may state an event."""
NOUNS: Final[Phrases[Sense]] = Phrases(_senses("noun"))
"""Noun phrases that name an event."""
MASKS.add_all(VERBS.classes(VERB))
MASKS.add_all(NOUNS.classes(NOUN))
