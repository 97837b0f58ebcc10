"""Which unit of force a number counts, where it counts nobody who suffers: soldiers, police, arms, or none."""

from typing import Final

from services.contracts.vocabulary import Unit
from services.enrich.core.members import (
    AIRCRAFT,
    ARTILLERY,
    MISSILES,
    PERSONNEL,
    POLICE,
    SHIPS,
    TANKS,
    TROOPS,
    VEHICLES,
)
from services.enrich.core.quantities.counted import Counted
from services.enrich.core.quantities.lexicon import (
    BESIDE_EQUIPMENT,
    CIVIL_EQUIPMENT,
    COLLECTIVE,
    FORCE_UNITS,
    JUDICIAL,
    MEN,
    NOUNS,
)
from services.enrich.core.text import Sentence

EQUIPMENT: Final = frozenset({TANKS, VEHICLES, ARTILLERY, AIRCRAFT, SHIPS, MISSILES})
_MEASURING: Final = frozenset("to by at from than".split())
_FORCE_WORDS: Final = frozenset("force contingent garrison army troop".split())
_BEFORE_REACH: Final = 9
FEW_WITHOUT_MOVEMENT: Final = 10
"""Fewer people who do nothing are persons in a story, not a force."""
_MANY_MEN: Final = 100
"""From here on "men" who march are troops even where nothing else is military."""
_FEW_FORCES: Final = 20
"""Fewer "forces" are organisations."""
_FEW_IN_COURT: Final = 50
"""Fewer soldiers beside a charge or a trial are defendants."""


def of_collective(words: list[str], sentence: Sentence, item: Counted, head: str) -> Unit | None:
    """The unit of "a force of 300", "an army of 600,000 men"; None when no such word stands before the number."""
    first = item.first
    if first - 2 < sentence.first or words[first - 1] != "of" or (head and head not in MEN):
        return None
    return COLLECTIVE.get(words[first - 2])


def of_forces_before(words: list[str], sentence: Sentence, item: Counted) -> Unit | None:
    """The unit of a number whose noun stands before it: "raise its forces by 12,000 to 150,000 men"."""
    phrase, first = item.phrase, item.first
    bare = phrase.first == phrase.last or (phrase.head >= 0 and words[phrase.head] in MEN)
    if not bare or first == sentence.first or words[first - 1] not in _MEASURING:
        return None
    for word in reversed(words[max(sentence.first, first - _BEFORE_REACH) : first]):
        noun = NOUNS.get(word)
        if noun is not None and noun.unit is not None and not noun.singular:
            return noun.unit if noun.unit in FORCE_UNITS else None
        if word in _FORCE_WORDS:
            return TROOPS
    return None


def strength_of(words: list[str], item: Counted, head: str, beside: frozenset[str]) -> Unit | None:
    """The unit of a strength; None for people and things that are no force."""
    phrase, value = item.phrase, item.number.low
    if phrase.head < 0:
        return None
    if phrase.unit is None:
        if head == "men":
            return TROOPS if value >= _MANY_MEN or not beside.isdisjoint(BESIDE_EQUIPMENT) else None
        return PERSONNEL if phrase.category is POLICE and value >= FEW_WITHOUT_MOVEMENT else None
    if head == "forces" and value < _FEW_FORCES:
        return None
    if value < _FEW_IN_COURT and phrase.unit not in EQUIPMENT and not beside.isdisjoint(JUDICIAL):
        return None
    if head == "carriers" and words[phrase.head - 1] == "aircraft":
        return SHIPS
    modelled = words[phrase.head - 2 : phrase.head - 1] == ["-"] and words[phrase.head - 1][0].isdigit()  # Su-25 jets
    if head in CIVIL_EQUIPMENT and not modelled and beside.isdisjoint(BESIDE_EQUIPMENT):
        return None
    return phrase.unit
