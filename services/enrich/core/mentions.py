"""What the finders hand to each other: mentions with their tokens. Offsets count in `Text.content`.

Plain classes with slots, because their fields are read thousands of times an article: two and a half times as fast as
those of a named tuple, whose reading and making frozen classes cannot match. Nobody changes one that is made.
Here and elsewhere in the core classes made many times an article write out `__init__`: the one that `dataclass` makes
runs in the interpreter even where the extractor is compiled.
"""

from dataclasses import dataclass
from operator import attrgetter
from typing import Final

from services.contracts.vocabulary import ActorType, Found, Stance, Use

IN_ORDER: Final = attrgetter("start", "end", "id")
"""Sorts mentions."""


@dataclass(slots=True)
class ActorMention:
    """Tokens first..last (exclusive) name somebody who can act. `country` is ISO 3166 alpha-3."""

    start: int
    end: int
    first: int
    last: int
    sentence: int
    id: str
    name: str
    type: ActorType
    country: str | None
    role: str | None
    how: Found

    def __init__(
        self,
        start: int,
        end: int,
        first: int,
        last: int,
        sentence: int,
        id: str,
        name: str,
        type: ActorType,
        country: str | None,
        role: str | None,
        how: Found,
    ) -> None:
        self.start = start
        self.end = end
        self.first = first
        self.last = last
        self.sentence = sentence
        self.id = id
        self.name = name
        self.type = type
        self.country = country
        self.role = role
        self.how = how


def merged(mentions: list[ActorMention], others: list[ActorMention]) -> list[ActorMention]:
    """Both lists, each in order of appearance, in the order of `IN_ORDER`; `mentions` as they are without `others`.

    Sorting would make a key of each.
    """
    if not others:
        return mentions
    both: list[ActorMention] = []
    k = 0
    for mention in mentions:
        while k < len(others) and others[k].start < mention.start:
            _insert(both, others[k])
            k += 1
        _insert(both, mention)
    for other in others[k:]:
        _insert(both, other)
    return both


def _insert(both: list[ActorMention], mention: ActorMention) -> None:
    """Put `mention`, which starts behind all others or with the last of them, in its place."""
    k = len(both)
    while k and _precedes(mention, both[k - 1]):
        k -= 1
    both.insert(k, mention)


def _precedes(one: ActorMention, other: ActorMention) -> bool:
    if one.start != other.start:
        return one.start < other.start
    return one.end < other.end or (one.end == other.end and one.id < other.id)


def by_sentence(mentions: list[ActorMention], sentences: int) -> list[list[ActorMention]]:
    """The mentions in each of so many sentences."""
    found: list[list[ActorMention]] = [[] for _ in range(sentences)]
    for mention in mentions:
        found[mention.sentence].append(mention)
    return found


@dataclass(slots=True)
class PlaceMention:
    """Tokens first..last (exclusive) name a place. `country` is ISO 3166 alpha-3, lat and lon WGS 84 degrees."""

    start: int
    end: int
    first: int
    last: int
    sentence: int
    id: str
    name: str
    country: str | None
    use: Use
    lat: float | None
    lon: float | None

    def __init__(
        self,
        start: int,
        end: int,
        first: int,
        last: int,
        sentence: int,
        id: str,
        name: str,
        country: str | None,
        use: Use,
        lat: float | None,
        lon: float | None,
    ) -> None:
        self.start = start
        self.end = end
        self.first = first
        self.last = last
        self.sentence = sentence
        self.id = id
        self.name = name
        self.country = country
        self.use = use
        self.lat = lat
        self.lon = lon


@dataclass(slots=True)
class StancedClause:
    """Tokens first..last (exclusive) share one stance. Clauses partition each sentence. `speaker` is an actor id."""

    start: int
    end: int
    first: int
    last: int
    sentence: int
    stance: Stance
    speaker: str | None

    def __init__(
        self, start: int, end: int, first: int, last: int, sentence: int, stance: Stance, speaker: str | None
    ) -> None:
        self.start = start
        self.end = end
        self.first = first
        self.last = last
        self.sentence = sentence
        self.stance = stance
        self.speaker = speaker
