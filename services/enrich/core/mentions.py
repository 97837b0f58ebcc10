"""What the finders hand to each other: mentions with their tokens. Offsets count in `Text.content`.

Plain classes with slots, because their fields are read thousands of times an article: two and a half times as fast as
those of a named tuple, whose reading and making frozen classes cannot match. Nobody changes one that is made.
"""

from dataclasses import dataclass
from operator import attrgetter

from services.contracts.vocabulary import ActorType, Found, Stance, Use

IN_ORDER = attrgetter("start", "end", "id")
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
