"""The words that state an event, from `data/signals/*.toml`: one file an event, each sense with what makes it count."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from services.contracts.vocabulary import Event
from services.enrich.core.phrases import LexiconError, Phrases, alternatives, load
from services.enrich.core.text import Token


class Sense(NamedTuple):
    """One meaning of a verb or noun. With `objects` or `phrases` it counts only near one of them.

    `first`: it wins over senses whose object is nearer; its object may stand before the verb too."""

    event: Event
    weight: float
    objects: frozenset[str]
    phrases: Phrases[bool] | None
    modal: bool
    first: bool

    @property
    def conditional(self) -> bool:
        """Whether the sense needs an object to count."""
        return bool(self.objects) or self.phrases is not None

    def object_in(self, tokens: list[Token], first: int, last: int) -> int:
        """Index of the first object in tokens first..last; -1 when there is none."""
        for i in range(first, last):
            if tokens[i][3] in self.objects or (self.phrases is not None and self.phrases.at(tokens, i)):
                return i
        return -1


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

_KEYS = frozenset({"words", "objects", "phrases", "weight", "modal", "first"})


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
        Phrases((words, True) for words in phrases) if phrases else None,
        entry.get("modal", False),
        entry.get("first", False),
    )


VERBS: Phrases[Sense] = Phrases(_senses("verb"))
"""Every form of every verb phrase that may state an event."""
NOUNS: Phrases[Sense] = Phrases(_senses("noun"))
"""Noun phrases that name an event."""
