"""Who may be a side of an event: the actors of a text, and the states of places where a state acts or suffers."""

from typing import Final

from services.contracts.vocabulary import Event
from services.enrich.core.clauses.cues import AUXILIARIES
from services.enrich.core.members import (
    AID,
    COERCE,
    FOUND_METONYM,
    MOBILIZE,
    PROTEST,
    RETREAT,
    SANCTION,
    TYPE_PERSON,
    TYPE_STATE,
)
from services.enrich.core.mentions import ActorMention, PlaceMention, merged
from services.enrich.core.signals.prepositions import PREPOSITIONS

_LONGEST_OFFICE: Final = 3
_OFFICES: Final = frozenset(
    "leader president premier prime foreign defence defense interior finance minister ruler chancellor king general "
    "opposition rebel chief".split()
)
_SIDE_BY_SIDE: Final = frozenset({AID, COERCE, MOBILIZE, PROTEST, RETREAT, SANCTION})
"""What two do together they do to a third."""


_BEFORE_OTHERS: Final = PREPOSITIONS | {"the", "and"}
"""Words before a name that is no subject, or not alone."""


def is_opposed(words: list[str], first: int) -> bool:
    """Whether the name at `first` only says whom somebody else is against: an anti-Norland paper."""
    return first > 1 and words[first - 1] == "-" and words[first - 2] == "anti"


def holder(spelled: list[str], actors: list[ActorMention], at: int) -> int:
    """The person whose office is all that the state at `at` is named for, else `at` itself: US President Joe Biden."""
    state = actors[at]
    if state.type is not TYPE_STATE or at + 1 == len(actors):
        return at
    person = actors[at + 1]
    office = spelled[state.last : person.first]
    holds = person.type is TYPE_PERSON and person.country == state.country and 0 < len(office) <= _LONGEST_OFFICE
    return at + 1 if holds and all(word[0].isupper() or word in _OFFICES for word in office) else at


def with_subjects(words: list[str], actors: list[ActorMention], places: list[PlaceMention]) -> list[ActorMention]:
    """The actors, and the states of places that stand before an auxiliary verb or a relative: said Moscow had moved."""
    taken = {actor.first for actor in actors}
    states = [
        _state(place, place.country)
        for place in places
        if place.country and place.first not in taken and _is_subject(words, place)
    ]
    return merged(actors, states)


def _is_subject(words: list[str], place: PlaceMention) -> bool:
    before = words[place.first - 1] if place.first else ""
    if place.last >= len(words) or before in _BEFORE_OTHERS:
        return False
    return words[place.last] in AUXILIARIES or words[place.last : place.last + 2] == [",", "which"]


def with_places(actors: list[ActorMention], places: list[PlaceMention]) -> list[ActorMention]:
    """The actors, and the country of each place that is no actor: troops sent to a town are sent to its state."""
    taken = {token for actor in actors for token in range(actor.first, actor.last)}
    states = [_state(place, place.country) for place in places if place.country and place.first not in taken]
    return merged(actors, states)


def _state(place: PlaceMention, country: str) -> ActorMention:
    return ActorMention(
        place.start,
        place.end,
        place.first,
        place.last,
        place.sentence,
        country,
        place.name,
        TYPE_STATE,
        country,
        None,
        FOUND_METONYM,
    )  # fmt: skip


def each_other(sources: list[ActorMention], event: Event) -> list[ActorMention]:
    """Of "X and Y agreed" each is a target too; of "X and Y will send troops" neither is."""
    return sources if len(sources) > 1 and event not in _SIDE_BY_SIDE else []
