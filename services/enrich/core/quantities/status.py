"""How certain a number is: the stance of its clause, corrected by the words right around it."""

from bisect import bisect_right

from services.contracts.vocabulary import Movement, Stance, Unit
from services.enrich.core.mentions import StancedClause
from services.enrich.core.text import Token

_MODAL = frozenset("may might could would".split())
_FUTURE = frozenset("will shall".split())
_PLAN = frozenset("scheduled plans plan planning planned preparing preparations set due intends".split())
_ESTIMATE = frozenset("estimated estimate estimates estimating".split())
_REACH = 7
_OPEN = frozenset({Stance.REPORTED, Stance.ESTIMATED})


def status_of(
    tokens: list[Token], first: int, last: int, after: int, clauses: list[StancedClause], unit: Unit, movement: Movement
) -> Stance:
    """Status of the quantity at tokens first..last; `after` is where the quantity before it ends, or its sentence begins.

    A modal between the two belongs to this number alone: "has 110,000 troops and may add 50,000".
    """
    clause = clause_at(clauses, tokens[first].start)
    stance = clause.stance if clause is not None else Stance.REPORTED
    if stance not in _OPEN:
        return stance
    begin = max(after, first - _REACH, clause.first if clause is not None else 0)
    words = [t.lower for t in tokens[begin:last]]
    if not _MODAL.isdisjoint(words):
        return Stance.HYPOTHETICAL
    if not _PLAN.isdisjoint(words) or (not _FUTURE.isdisjoint(words) and movement != Movement.NONE):
        return Stance.PLANNED
    if not _ESTIMATE.isdisjoint(words):
        return Stance.ESTIMATED
    return stance


def clause_at(clauses: list[StancedClause], offset: int) -> StancedClause | None:
    """The clause that holds the code point at `offset`."""
    i = bisect_right(clauses, offset, key=lambda c: c.start) - 1
    return clauses[i] if i >= 0 else None
