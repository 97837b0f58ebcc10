"""How certain a number is: the stance of its clause, corrected by the words right around it."""

from bisect import bisect_right

from services.contracts.vocabulary import Movement, Stance
from services.enrich.core.mentions import StancedClause
from services.enrich.core.quantities.lexicon import DOING
from services.enrich.core.text import Token

_MODAL = frozenset("may might could would".split())
_FUTURE = frozenset("will shall".split())
_PLAN = frozenset("scheduled plans plan planning planned preparing preparations intends".split())
_ESTIMATE = frozenset("estimated estimate estimates estimating".split())
_COMMITTING = frozenset({"pledged", "promised"})
_UNREAL = _MODAL | _FUTURE | frozenset("to if unless whether should must not never no".split())
_PAST = frozenset(
    "sent flew flown built shot slain fled died dead brought took left went gave sold massed fell".split()
)
_FROM = frozenset(
    "increased grown risen up down rose grew doubled reduced decreased cut fell fallen expanded swelled".split()
)
_REACH = 7
_BEFORE_VERB = 4
_NEAR_VERB = 8
_REACH_BACK = 14
_OPEN = frozenset({Stance.REPORTED, Stance.ESTIMATED})
_AHEAD = frozenset({Stance.PLANNED, Stance.PREDICTED, Stance.HYPOTHETICAL})


def status_of(
    tokens: list[Token],
    phrase: tuple[int, int],
    verb: int,
    after: int,
    clauses: list[StancedClause],
    movement: Movement,
) -> Stance:
    """Status of the quantity at the tokens of `phrase`, whose movement or harm token `verb` names (-1: none does).

    The quantity before it ends at token `after`: a modal in between belongs to this one alone, as in "has 110,000
    troops and may add 50,000".
    """
    first, last = phrase
    clause = clause_at(clauses, tokens[first].start)
    stance = clause.stance if clause is not None else Stance.REPORTED
    if stance == Stance.NON_CONFLICT:
        stance = Stance.REPORTED
    begin = clause.first if clause is not None else 0
    words = [t.lower for t in tokens[max(after, first - _REACH, begin) : last]]
    if verb > last and not any(t.text[0].isdigit() for t in tokens[last:verb]):
        words += [t.lower for t in tokens[max(last, verb - _BEFORE_VERB) : verb]]
    if _was_before(tokens, first):
        return Stance.HISTORICAL
    if stance in _AHEAD:
        if movement == Movement.EXERCISE and stance == Stance.PREDICTED:
            return Stance.PLANNED
        return Stance.REPORTED if _has_happened(tokens, first, verb, begin) else stance
    if stance not in _OPEN:
        return stance
    if movement != Movement.NONE and _is_to_come(tokens, verb, begin):
        return Stance.PLANNED
    return _ahead(words, movement) or (Stance.ESTIMATED if not _ESTIMATE.isdisjoint(words) else stance)


def _ahead(words: list[str], movement: Movement) -> Stance | None:
    if not _MODAL.isdisjoint(words):
        return Stance.HYPOTHETICAL
    if not _PLAN.isdisjoint(words) or (not _FUTURE.isdisjoint(words) and movement != Movement.NONE):
        return Stance.PLANNED
    return None


def _is_to_come(tokens: list[Token], verb: int, begin: int) -> bool:
    """Whether the verb stands as in headlines: Norway to send, troops are to leave, soldiers to be sent."""
    be = verb - 1 > begin and tokens[verb - 1].lower == "be"
    to = verb - 2 if be else verb - 1
    if to <= begin or tokens[to].lower != "to":
        return False
    before = tokens[to - 1]
    return be or before.lower in ("is", "are", "due", "set", "ready") or before.text[0].isupper()


def _has_happened(tokens: list[Token], first: int, verb: int, begin: int) -> bool:
    """Whether the verb is in the past without anything that makes it unreal: "were shipped out", "launched"."""
    if verb < begin or first - verb > _NEAR_VERB:
        return False
    word = tokens[verb].lower
    if word in DOING:  # a car bomb hit the market, killing twelve
        return (_UNREAL | _PLAN).isdisjoint(t.lower for t in tokens[max(begin, verb - _REACH_BACK) : verb])
    if word in _COMMITTING or (not word.endswith("ed") and word not in _PAST):
        return False
    return _UNREAL.isdisjoint(t.lower for t in tokens[max(begin, verb - _BEFORE_VERB) : verb]) and not (
        {"if", "unless", "whether"} & {t.lower for t in tokens[begin:verb]}
    )


def _was_before(tokens: list[Token], first: int) -> bool:
    """Whether the number is where a change began: increased from 1,200."""
    return first >= 2 and tokens[first - 1].lower == "from" and tokens[first - 2].lower in _FROM


def clause_at(clauses: list[StancedClause], offset: int) -> StancedClause | None:
    """The clause that holds the code point at `offset`."""
    i = bisect_right(clauses, offset, key=lambda c: c.start) - 1
    return clauses[i] if i >= 0 else None
