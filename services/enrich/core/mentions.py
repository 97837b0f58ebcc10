"""What the finders hand to each other: mentions with their tokens. Offsets count in `Text.content`."""

from typing import NamedTuple

from services.contracts.vocabulary import ActorType, Found, Stance, Use


class ActorMention(NamedTuple):
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


class PlaceMention(NamedTuple):
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


class StancedClause(NamedTuple):
    """Tokens first..last (exclusive) share one stance. Clauses partition each sentence. `speaker` is an actor id."""

    start: int
    end: int
    first: int
    last: int
    sentence: int
    stance: Stance
    speaker: str | None
