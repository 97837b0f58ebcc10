"""Reads a labelled text the way enrich does; every predictor of findings starts here."""

from datetime import UTC, datetime
from functools import lru_cache
from typing import NamedTuple

from services.enrich.core.naming import find_mentions
from services.enrich.core.clauses import find_clauses
from services.enrich.core.quantities import find_quantities

from services.contracts.document import Quantity
from services.enrich.core.mentions import ActorMention, PlaceMention, StancedClause
from services.enrich.core.numbers import Number, find_numbers
from services.enrich.core.text import Text, read

UNDATED = datetime(2022, 2, 7, tzinfo=UTC)
"""The labelled texts carry no date of publication; roles are resolved as of this one."""


class Reading(NamedTuple):
    """All that the finders found in one text."""

    text: Text
    actors: list[ActorMention]
    places: list[PlaceMention]
    clauses: list[StancedClause]
    numbers: list[Number]
    quantities: list[Quantity]


@lru_cache(maxsize=256)
def reading(content: str, published: datetime = UNDATED) -> Reading:
    """Run every finder on `content`."""
    text = read(content)
    actors, places = find_mentions(text, published)
    clauses = find_clauses(text, actors, places)
    numbers = find_numbers(content)
    return Reading(text, actors, places, clauses, numbers, find_quantities(text, numbers, actors, places, clauses))
