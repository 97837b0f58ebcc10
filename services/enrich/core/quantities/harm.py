"""What was done to the people of a number: killed, wounded, captured, driven out. Looks behind it, then before it."""

from typing import NamedTuple

from services.contracts.vocabulary import Unit
from services.enrich.core.numbers.lexicon import UNIT_STOP, WEEKDAYS
from services.enrich.core.quantities.lexicon import DOING, DONE, HAPPENS, HARM_NOUNS, TOLL
from services.enrich.core.text import Token

_REACH = 12
_AUXILIARY = frozenset("was were is are been be being am get got gets getting".split())
_PASSING = _AUXILIARY | frozenset(
    """had has have having may might could would will can should must also reportedly later who that which others other more
    people persons of the a an and his her its their critically seriously badly fatally severely slightly confirmed either
    feared believed thought presumed shot to already all both then themselves members - ( ) " ' ’ “ ” """.split()
)
_CLAUSE_ENDS = frozenset(
    """, ; : . ! ? — when while after before as because if since until where including but whereas although said says""".split()
)
_STOPS_LEFT = frozenset(
    """; : . ! ? — when while after before because if since until where who which that said says were was is are been in on at
    near by with from for to than during against""".split()
)
_HOMES = frozenset("homes home houses villages".split())
_ABROAD = frozenset("country abroad".split())
_TIME = WEEKDAYS | {"yesterday", "today", "overnight"}


class Harm(NamedTuple):
    """A harm and the token that names it. `before` is true when that stands before the number: killing N."""

    unit: Unit
    token: int
    before: bool


def harm_behind(tokens: list[Token], start: int, end: int) -> Harm | None:
    """What the words from token `start` say was suffered: "were also killed", "dead", "injured", "forced to flee"."""
    verb = False
    for i in range(start, min(end, start + _REACH)):
        word = tokens[i].lower
        if word in HAPPENS:
            return Harm(_flight(tokens, i, end) if HAPPENS[word] == Unit.REFUGEES else HAPPENS[word], i, False)
        if word in DONE:
            if verb or not _has_object(tokens, i, end):
                return Harm(DONE[word], i, False)
            return None
        if word in DOING or word in _CLAUSE_ENDS or word[0].isdigit():
            return None
        verb = verb or word in _AUXILIARY
        if word == "forced" and i + 1 < end:
            if tokens[i + 1].lower == "out":
                return Harm(Unit.DISPLACED, i, False)
            continue
        if verb and word not in _PASSING and not word.endswith("ly") and word not in UNIT_STOP:
            return None
        if word in ("in", "on", "at", "by", "with", "from", "for", "near", "into", "against"):
            return None
    return None


def _flight(tokens: list[Token], i: int, end: int) -> Unit:
    """Whoever flees home is displaced, whoever leaves the country is a refugee."""
    ahead = {t.lower for t in tokens[i + 1 : min(end, i + 5)]}
    return Unit.DISPLACED if ahead & _HOMES else Unit.REFUGEES


def _has_object(tokens: list[Token], i: int, end: int) -> bool:
    """Whether the verb at `i` is active: killed two soldiers, killed the mayor; but killed in, killed and."""
    if i + 1 >= end:
        return False
    following = tokens[i + 1].lower
    if following in (
        "a",
        "an",
        "the",
        "some",
        "dozens",
        "hundreds",
        "scores",
        "his",
        "their",
        "its",
        "more",
        "another",
    ):
        return True
    return (
        following[0].isalnum()
        and following not in UNIT_STOP
        and following not in _TIME
        and not following.endswith("ly")
    )


def harm_before(tokens: list[Token], start: int, first: int) -> Harm | None:
    """What the words before token `start`, back to `first`, say was done: "killing", "the deaths of", "toll to"."""
    i = start - 1
    stopped = False
    while i >= max(first, start - _REACH):
        word = tokens[i].lower
        direct = i == start - 1
        if word in TOLL and start - i <= 6:
            return Harm(Unit.KILLED, i, True)
        if word in HARM_NOUNS and i + 1 < start and tokens[i + 1].lower == "of" and not stopped:
            return Harm(HARM_NOUNS[word], i, True)
        if not stopped and (word in DOING or (word in DONE and not _is_passive(tokens, i, first))):
            return Harm(DOING.get(word) or DONE[word], i, True)
        if word == "forced" and not stopped and "out" in (tokens[i + 1].lower, tokens[min(i + 2, start - 1)].lower):
            return Harm(Unit.DISPLACED, i, True)
        if word in _TIME or (word == "on" and tokens[i + 1].lower in _TIME):
            pass
        elif word[0].isdigit() and not direct:
            return None
        elif word in _STOPS_LEFT:
            stopped = True
        i -= 1
    return None


def _is_passive(tokens: list[Token], i: int, first: int) -> bool:
    return any(tokens[j].lower in _AUXILIARY for j in range(max(first, i - 2), i))


def from_their_homes(tokens: list[Token], start: int, end: int) -> bool:
    """Whether people are driven from their homes, right behind their number."""
    words = [t.lower for t in tokens[start : min(end, start + 6)]]
    return "from" in words[:3] and not _HOMES.isdisjoint(words)
