"""What a counted force does: the movement word nearest to its number."""

from typing import NamedTuple

from services.contracts.vocabulary import Movement, Unit
from services.enrich.core.quantities.lexicon import (
    BORDER,
    LOST_ARMS,
    MOVEMENT_PAIRS,
    MOVEMENTS,
    TRANSFERABLE,
    WEAK_MOVEMENTS,
)
from services.enrich.core.text import Token

_MOVING = frozenset(MOVEMENTS) | {first for first, _ in MOVEMENT_PAIRS}
_WEAK_PENALTY = 40
_REACH = 40
_OTHER_SIDE_PENALTY = 3
_BACKDROP = frozenset("after since before during following amid despite".split())
_BORDER_REACH = 14


class Moved(NamedTuple):
    """A movement and the token that names it, -1 for none."""

    movement: Movement
    token: int


def movement_of(tokens: list[Token], first: int, last: int, start: int, end: int, unit: Unit) -> Moved:
    """The movement of the force at tokens first..last within the sentence start..end."""
    if unit in TRANSFERABLE and any(t.lower in LOST_ARMS for t in tokens[max(start, first - 2) : first]):
        return Moved(Movement.NONE, -1)
    best, cost = Moved(Movement.NONE, -1), float("inf")
    for i in range(max(start, first - _REACH), min(end, last + _REACH)):
        word = tokens[i][3]
        if word not in _MOVING:
            continue
        found = MOVEMENT_PAIRS.get((word, tokens[i + 1].lower)) if i + 1 < end else None
        weak = found is None and word in WEAK_MOVEMENTS
        found = found or MOVEMENTS.get(word)
        if found is None or first <= i < last - 1 or (weak and _is_backdrop(tokens, i)):
            continue
        if found == Movement.TRANSFER and unit not in TRANSFERABLE:
            continue
        distance = first - i if i < first else i - last + 1 + _OTHER_SIDE_PENALTY
        price = distance + (_WEAK_PENALTY if weak else 0)
        if price < cost and (price := price + _crossed(tokens, i, first, last)) < cost:
            best, cost = Moved(found, i), float(price)
    if best.movement in (Movement.DEPLOY, Movement.NONE) and _at_border(tokens, last, end, best.movement):
        return Moved(Movement.BUILD_UP, best.token)
    return best


def _is_backdrop(tokens: list[Token], i: int) -> bool:
    """Whether a noun only dates what happens: after the attack, since its invasion."""
    return i >= 2 and (tokens[i - 1].lower in _BACKDROP or tokens[i - 2].lower in _BACKDROP)


def _crossed(tokens: list[Token], i: int, first: int, last: int) -> int:
    """What lies between the word and the number makes it less likely to be meant."""
    between = tokens[i + 1 : first] if i < first else tokens[last:i]
    return sum(6 for t in between if t.text in (",", ";", "–", "—", ":", '"', "“", "”"))


def _at_border(tokens: list[Token], last: int, end: int, best: Movement) -> bool:
    reach = _BORDER_REACH if best == Movement.DEPLOY else _BORDER_REACH - 4
    words = [t.lower for t in tokens[last : min(end, last + reach)]]
    return bool(words) and not BORDER.isdisjoint(words) and words[0] not in ("from", "of")
