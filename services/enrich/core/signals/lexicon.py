"""The words that state an event, from `data/signals/*.toml`: one file an event, each sense with what makes it count."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from services.contracts.vocabulary import Event
from services.enrich.core.phrases import LexiconError, Phrases, alternatives, load
from services.enrich.core.word_masks import WordMasks


class Sense(NamedTuple):
    """One meaning of a verb or noun. With `objects` or `phrases` it counts only near one of them.

    `first`: it wins over senses whose object is nearer; its object may stand before the verb too. `unless`: words
    right after the verb that make it a figure of speech: killed the deal. `without`: words anywhere in the clause that
    make it no act of anybody: the storm killed ten.
    """

    event: Event
    weight: float
    objects: frozenset[str]
    phrases: tuple[tuple[str, ...], ...]
    modal: bool
    first: bool
    unless: frozenset[str]
    without: frozenset[str]


class Frame:
    """All senses of one phrase, ready for looking up which of them its surroundings call for."""

    __slots__ = ("_objects", "_phrases", "_preferred", "_telling", "plain")

    def __init__(self, senses: list[Sense]) -> None:
        """The earlier of two senses with one object wins."""
        self.plain = next((s for s in senses if not s.objects and not s.phrases), None)
        self._objects: dict[str, Sense] = {}
        for sense in senses:
            for word in sense.objects:
                self._objects.setdefault(word, sense)
        preferred = [sense for sense in senses if sense.first]
        self._preferred = Frame([s._replace(first=False) for s in preferred]) if preferred else None
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


def _weights() -> dict[Event, float]:
    table = load("weights.toml")
    if missing := sorted(set(Event) - set(table)):
        raise LexiconError(f"weights.toml: no weight for {', '.join(missing)}")
    for name, weight in table.items():
        if not isinstance(weight, float) or not -10 <= weight <= 10:
            raise LexiconError(f"weights.toml: {name} = {weight} is not between -10.0 and 10.0")
    return {event: table[event] for event in Event}


WEIGHTS: dict[Event, float] = _weights()
"""Weight of each event, -10 to +10."""

_KEYS = frozenset({"words", "objects", "phrases", "weight", "modal", "first", "unless", "without"})


def _senses(part: str) -> Iterator[tuple[tuple[str, ...], Sense]]:
    for event in Event:
        name = f"signals/{event.lower()}.toml"
        table = load(name)
        if table.get("event") != event:
            raise LexiconError(f"{name}: event must be {event}")
        if unknown := sorted(set(table) - {"event", "verb", "noun"}):
            raise LexiconError(f"{name}: unknown table {unknown[0]}")
        for n, entry in enumerate(table.get(part, ()), 1):
            if unknown := sorted(set(entry) - _KEYS):
                raise LexiconError(f"{name}: unknown key {unknown[0]} in {part} {n}")
            sense = _sense(event, entry)
            for words in alternatives(entry["words"]):
                yield words, sense


def _sense(event: Event, entry: dict[str, Any]) -> Sense:
    objects = [words for word in entry.get("objects", "").split() for words in alternatives(word)]
    phrases = [*alternatives(entry.get("phrases", "")), *(words for words in objects if len(words) > 1)]
    return Sense(
        event,
        entry.get("weight", WEIGHTS[event]),
        frozenset(words[0] for words in objects if len(words) == 1),
        tuple(phrases),
        entry.get("modal", False),
        entry.get("first", False),
        frozenset(entry.get("unless", "").split()),
        frozenset(entry.get("without", "").split()),
    )


def _frames() -> Iterator[tuple[tuple[str, ...], Frame]]:
    senses: dict[tuple[str, ...], list[Sense]] = {}
    for words, sense in _senses("verb"):
        known = senses.setdefault(words, [])
        if sense not in known:
            known.append(sense)
    for words, known in senses.items():
        yield words, Frame(known)


VERBS: Phrases[Frame] = Phrases(_frames())
"""Every form of every verb phrase that may state an event."""
NOUNS: Phrases[Sense] = Phrases(_senses("noun"))
"""Noun phrases that name an event."""
VERB, NOUN = 1, 8
"""Bits of `MASKS`, each the lowest of the three of a lexicon of phrases."""
MASKS = WordMasks(VERBS.classes(VERB) | NOUNS.classes(NOUN), lambda _: 0)
"""Bits of words: which part they take in a verb phrase or a noun phrase of an event."""
