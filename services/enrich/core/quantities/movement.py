"""What a counted force does: the movement word nearest to its number."""

from typing import Final

from services.contracts.vocabulary import Movement, Unit
from services.enrich.core.members import BUILD_UP, DEPLOY, NO_MOVEMENT, TRANSFER
from services.enrich.core.quantities.lexicon import (
    BORDER,
    LOST_ARMS,
    MOVEMENT_PAIRS,
    MOVEMENTS,
    TRANSFERABLE,
    WEAK_MOVEMENTS,
)

_MOVING: Final = frozenset(MOVEMENTS) | {first for first, _ in MOVEMENT_PAIRS}
_WEAK_PENALTY: Final = 40
_REACH: Final = 40
_OTHER_SIDE_PENALTY: Final = 3
_NO_PRICE: Final = 10_000
"""More than any word costs within reach."""
_BACKDROP: Final = frozenset("after since before during following amid despite".split())
_BORDER_PEOPLE: Final = frozenset("guard guards police patrol patrols force forces service agents officers".split())
_BORDER_REACH: Final = 14
_CROSSED: Final = frozenset(',;–—:"“”')


def movement_of(words: list[str], first: int, last: int, start: int, end: int, unit: Unit) -> tuple[Movement, int]:
    """The movement of the force at tokens first..last within the sentence start..end; the token naming it, -1: none."""
    if unit in TRANSFERABLE and not LOST_ARMS.isdisjoint(words[max(start, first - 2) : first]):
        return NO_MOVEMENT, -1
    best, token, cost = NO_MOVEMENT, -1, _NO_PRICE
    begun, moving = max(start, first - _REACH), _MOVING
    for i in [i for i, word in enumerate(words[begun : min(end, last + _REACH)], begun) if word in moving]:
        word = words[i]
        found = MOVEMENT_PAIRS.get((word, words[i + 1])) if i + 1 < end else None
        weak = found is None and word in WEAK_MOVEMENTS
        found = found or MOVEMENTS.get(word)
        if found is None or first <= i < last - 1 or (weak and _is_backdrop(words, i)):
            continue
        if found == TRANSFER and unit not in TRANSFERABLE:
            continue
        distance = first - i if i < first else i - last + 1 + _OTHER_SIDE_PENALTY
        price = distance + (_WEAK_PENALTY if weak else 0)
        if price < cost and (price := price + _crossed(words, i, first, last)) < cost:
            best, token, cost = found, i, price
    if (best is DEPLOY or best is NO_MOVEMENT) and _at_border(words, last, end, best):
        return BUILD_UP, token
    return best, token


def _is_backdrop(words: list[str], i: int) -> bool:
    """Whether a noun only dates what happens: after the attack, since its invasion."""
    return i >= 2 and (words[i - 1] in _BACKDROP or words[i - 2] in _BACKDROP)


def _crossed(words: list[str], i: int, first: int, last: int) -> int:
    """What lies between the word and the number makes it less likely to be meant."""
    between = words[i + 1 : first] if i < first else words[last:i]
    return 6 * sum(word in _CROSSED for word in between)


def _at_border(words: list[str], last: int, end: int, best: Movement) -> bool:
    reach = _BORDER_REACH if best == DEPLOY else _BORDER_REACH - 4
    behind = words[last : min(end, last + reach)]
    if not behind or behind[0] in ("from", "of") or BORDER.isdisjoint(behind):
        return False
    at = next(i for i, word in enumerate(behind) if word in BORDER)
    return at + 1 == len(behind) or behind[at + 1] not in _BORDER_PEOPLE
