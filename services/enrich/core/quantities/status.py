"""How certain a number is: the stance of its clause, corrected by the words right around it."""

from typing import Final

from services.contracts.vocabulary import Movement, Stance
from services.enrich.core.members import (
    ESTIMATED,
    EXERCISE,
    HISTORICAL,
    HYPOTHETICAL,
    NO_MOVEMENT,
    NON_CONFLICT,
    PLANNED,
    PREDICTED,
    REPORTED,
)
from services.enrich.core.mentions import StancedClause
from services.enrich.core.quantities.lexicon import DOING
from services.enrich.core.text import Text

_MODAL: Final = frozenset("may might could would".split())
_FUTURE: Final = frozenset("will shall".split())
_PLAN: Final = frozenset("scheduled plans plan planning planned preparing preparations intends".split())
_ESTIMATE: Final = frozenset("estimated estimate estimates estimating".split())
_COMMITTING: Final = frozenset({"pledged", "promised"})
_UNREAL: Final = _MODAL | _FUTURE | frozenset("to if unless whether should must not never no".split())
_PAST: Final = frozenset(
    "sent flew flown built shot slain fled died dead brought took left went gave sold massed fell".split()
)
_FROM: Final = frozenset(
    "increased grown risen up down rose grew doubled reduced decreased cut fell fallen expanded swelled".split()
)
_REACH: Final = 7
_BEFORE_VERB: Final = 4
_NEAR_VERB: Final = 8
_REACH_BACK: Final = 14
_OPEN: Final = frozenset({REPORTED, ESTIMATED})
_AHEAD: Final = frozenset({PLANNED, PREDICTED, HYPOTHETICAL})


def status_of(
    text: Text,
    phrase: tuple[int, int],
    verb: int,
    after: int,
    clause: StancedClause | None,
    movement: Movement,
) -> Stance:
    """Status of the quantity at the tokens of `phrase`, whose movement or harm token `verb` names (-1: none does).

    The quantity before it ends at token `after`: a modal in between belongs to this one alone, as in "has 110,000
    troops and may add 50,000".
    """
    words = text.words
    first, last = phrase
    stance = clause.stance if clause is not None else REPORTED
    if stance == NON_CONFLICT:
        stance = REPORTED
    begin = clause.first if clause is not None else 0
    around = words[max(after, first - _REACH, begin) : last]
    if verb > last and not any(word[0].isdigit() for word in words[last:verb]):
        around += words[max(last, verb - _BEFORE_VERB) : verb]
    if _was_before(words, first):
        return HISTORICAL
    if stance in _AHEAD:
        if movement == EXERCISE and stance == PREDICTED:
            return PLANNED
        return REPORTED if _has_happened(words, first, verb, begin) else stance
    if stance not in _OPEN:
        return stance
    if movement != NO_MOVEMENT and _is_to_come(text, verb, begin):
        return PLANNED
    return _ahead(around, movement) or (ESTIMATED if not _ESTIMATE.isdisjoint(around) else stance)


def _ahead(words: list[str], movement: Movement) -> Stance | None:
    if not _MODAL.isdisjoint(words):
        return HYPOTHETICAL
    if not _PLAN.isdisjoint(words) or (not _FUTURE.isdisjoint(words) and movement != NO_MOVEMENT):
        return PLANNED
    return None


def _is_to_come(text: Text, verb: int, begin: int) -> bool:
    """Whether the verb stands as in headlines: Norway to send, troops are to leave, soldiers to be sent."""
    words = text.words
    be = verb - 1 > begin and words[verb - 1] == "be"
    to = verb - 2 if be else verb - 1
    if to <= begin or words[to] != "to":
        return False
    return be or words[to - 1] in ("is", "are", "due", "set", "ready") or text.spelled[to - 1][0].isupper()


def _has_happened(words: list[str], first: int, verb: int, begin: int) -> bool:
    """Whether the verb is in the past without anything that makes it unreal: "were shipped out", "launched"."""
    if verb < begin or first - verb > _NEAR_VERB:
        return False
    word = words[verb]
    if word in DOING:  # a car bomb hit the market, killing twelve
        return (_UNREAL | _PLAN).isdisjoint(words[max(begin, verb - _REACH_BACK) : verb])
    if word in _COMMITTING or (not word.endswith("ed") and word not in _PAST):
        return False
    return _UNREAL.isdisjoint(words[max(begin, verb - _BEFORE_VERB) : verb]) and not (
        {"if", "unless", "whether"} & set(words[begin:verb])
    )


def _was_before(words: list[str], first: int) -> bool:
    """Whether the number is where a change began: increased from 1,200."""
    return first >= 2 and words[first - 1] == "from" and words[first - 2] in _FROM
