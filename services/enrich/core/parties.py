"""Who takes part: beside those who are named as actors the states that something is done to. Finds no act itself."""

from collections.abc import Iterable

from services.contracts.document import Signal
from services.enrich.core.members import FOUND_EXACT, TYPE_STATE
from services.enrich.core.mentions import ActorMention, PlaceMention, merged


def parties(
    actors: list[ActorMention], places: Iterable[PlaceMention], signals: Iterable[Signal]
) -> list[ActorMention]:
    """`actors` and, for each source or target of a signal that stands there as a place alone, that mention; in order.

    In "Germany will send soldiers to Lithuania" Lithuania is where they go, and a party to it.
    """
    missing: set[str | None] = set()
    for signal in signals:
        missing.add(signal.source)
        missing.add(signal.target)
    missing -= {actor.id for actor in actors}
    added = [
        ActorMention(
            place.start, place.end, place.first, place.last, place.sentence,
            place.id, place.name, TYPE_STATE, place.country, None, FOUND_EXACT,
        )
        for place in places
        if place.id in missing and place.id == place.country
    ]  # fmt: skip
    return merged(actors, added)
