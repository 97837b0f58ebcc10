"""What a counted force does: the movement word nearest to its number."""

from services.contracts.vocabulary import Movement, Unit
from services.enrich.core.quantities.lexicon import (
    BORDER,
    MOVEMENT_PAIRS,
    MOVEMENTS,
    TRANSFERABLE,
    WEAK_MOVEMENTS,
)
from services.enrich.core.text import Token

_WEAK_PENALTY = 12
_OTHER_SIDE_PENALTY = 3
_BORDER_REACH = 14


def movement_of(tokens: list[Token], first: int, last: int, start: int, end: int, unit: Unit) -> Movement:
    """The movement of the force at tokens first..last within the sentence start..end."""
    best, cost = Movement.NONE, float("inf")
    for i in range(start, end):
        found = MOVEMENT_PAIRS.get((tokens[i].lower, tokens[i + 1].lower)) if i + 1 < end else None
        weak = found is None and tokens[i].lower in WEAK_MOVEMENTS
        found = found or MOVEMENTS.get(tokens[i].lower)
        if found is None or first <= i < last - 1:
            continue
        if found == Movement.TRANSFER and unit not in TRANSFERABLE:
            continue
        distance = first - i if i < first else i - last + 1 + _OTHER_SIDE_PENALTY
        price = distance + (_WEAK_PENALTY if weak else 0) + _crossed(tokens, i, first, last)
        if price < cost:
            best, cost = found, price
    if best in (Movement.DEPLOY, Movement.NONE) and _at_border(tokens, last, end, best):
        return Movement.BUILD_UP
    return best


def _crossed(tokens: list[Token], i: int, first: int, last: int) -> int:
    """What lies between the word and the number makes it less likely to be meant."""
    between = tokens[i + 1 : first] if i < first else tokens[last:i]
    return sum(6 for t in between if t.text in (",", ";", "–", "—", ":", '"', "“", "”"))


def _at_border(tokens: list[Token], last: int, end: int, best: Movement) -> bool:
    reach = _BORDER_REACH if best == Movement.DEPLOY else _BORDER_REACH - 4
    words = [t.lower for t in tokens[last : min(end, last + reach)]]
    return any(w in BORDER for w in words) and not {"to", "from", "of"} & set(words[:1])
