"""What was done to the people of a number: killed, wounded, captured, driven out. Looks behind it, then before it."""

from dataclasses import dataclass
from typing import Final

from services.contracts.vocabulary import Unit
from services.enrich.core.members import (
    CAPTURED,
    DETAINED,
    DISPLACED,
    KILLED,
    KILLED_OR_WOUNDED,
    MILITANT,
    REFUGEES,
    WOUNDED,
)
from services.enrich.core.numbers.lexicon import UNIT_STOP, WEEKDAYS
from services.enrich.core.quantities.lexicon import (
    CAPTORS,
    DEAD,
    DOING,
    DONE,
    HAPPENS,
    HARM_NOUNS,
    NOUNS,
    PRISONER,
    TAKING_LIVES,
    TOLL,
    WOUNDS,
)
from services.enrich.core.text import Text

_REACH: Final = 14
_AUXILIARY: Final = frozenset("was were is are been be being am get got gets getting".split())
_PASSING: Final = _AUXILIARY | frozenset(
    "had has have having may might could would will can should must also reportedly later who that which others other "
    "more people persons of the a an and his her its their critically seriously badly fatally severely slightly "
    "confirmed either feared believed thought presumed forced reported found declared pronounced shot to already all "
    "both then themselves members".split()
)
_CLAUSE_ENDS: Final = frozenset(
    ", ; : . ! ? — when while after before as because if since until where including but although said says they he "
    "she we".split()
)
_STOPS_LEFT: Final = frozenset(
    "; : . ! ? — when while after before because if since until where who which that said says were was is are been in "
    "on at near by with from for to than during against".split()
)
_OPENS_OBJECT: Final = frozenset("a an the some dozens hundreds scores his their its more another".split())
_RELATIVE: Final = frozenset("who which that whose".split())
_PREPOSITIONS: Final = frozenset("in on at by with from for near into against".split())
_DASHES: Final = frozenset("-–—")
_HOMES: Final = frozenset("homes home houses villages".split())
_ABROAD: Final = frozenset("country abroad".split())
_FINITE: Final = frozenset("was were is are have has had died".split())
_OWN_LINK: Final = {"injuries": "to", "injury": "to", "losses": "at"}
"""What leads from a noun of harm to its victims, "of" apart."""
_SAYING: Final = frozenset((*HARM_NOUNS, *DOING, *DONE, "lives"))
_AS: Final = frozenset(("as", "become", "became"))
_SENTENCED: Final = frozenset(("sentenced", "condemned", "due", "close"))
_SEEKING: Final = frozenset("seek seeks seeking sought taken took taking find found".split())
_REFUGE: Final = frozenset("refuge asylum sanctuary".split())
_SUFFERING: Final = frozenset("with for suffer suffered suffering sustain sustained receive received".split())
_TAKEN: Final = frozenset(("taken", "held"))
_REACHES: Final = frozenset("to at of above past over reached hit passed topped is was stands stood".split())
_BRACKET: Final = 14
_SHORT_BRACKET: Final = 5
_TOLL_REACH: Final = 10
_TIME: Final = WEEKDAYS | {"yesterday", "today", "overnight"}


@dataclass(slots=True)
class Harm:
    """A harm and the token that names it. `before` is true when that stands before the number: killing N."""

    unit: Unit
    token: int
    before: bool

    def __init__(self, unit: Unit, token: int, before: bool) -> None:
        self.unit = unit
        self.token = token
        self.before = before


def harm_behind(words: list[str], start: int, end: int, stop: int) -> Harm | None:
    """What the words from token `start` say was suffered: "were also killed", "dead", "injured", "forced to flee".

    The next number begins at `end`, unless that is `stop`, the end of the sentence.
    """
    verb = placed = False
    i = start
    while i < min(end, start + _REACH):
        word = words[i]
        if word == "(":
            closing = next((j for j in range(i, min(end, i + _SHORT_BRACKET)) if words[j] == ")"), None)
            if closing is None:
                return None
            i = closing + 1
            continue
        if word == "," and (resumed := _behind_bracket(words, i, end)):
            i, verb = resumed, True
            continue
        if (named := _suffered(words, i, end, stop)) is not None:
            if word in DONE and not verb and (placed or _has_object(words, i, end, stop)):
                return None
            return Harm(either(words, i, named, stop), i, False)
        if word in DOING or word in _CLAUSE_ENDS or word[0].isdigit() or (placed and word in _RELATIVE):
            return None
        verb = verb or word in _AUXILIARY
        placed = placed or word in _PREPOSITIONS
        if verb and not (word in _PASSING or word in UNIT_STOP or word.endswith("ly") or not word[0].isalnum()):
            return None
        i += 1
    return None


def _suffered(words: list[str], i: int, end: int, stop: int) -> Unit | None:
    """The harm that token `i` names, None for any other word."""
    word = words[i]
    following = words[i + 1] if i + 1 < stop else ""
    if word in _TAKEN and (following in PRISONER or (following == "by" and _holds(words, i + 2, stop))):
        return CAPTURED
    if (following == "to" or word == "to") and _to_death(words, i, stop):
        return KILLED
    if word in WOUNDS and not _SUFFERING.isdisjoint(words[max(0, i - 3) : i]):
        return WOUNDED
    if (word in _AS and following == "refugees") or (word in _SEEKING and following in _REFUGE):
        return REFUGEES
    if word == "into" and following == "custody":
        return DETAINED
    if word == "out" and i and words[i - 1] == "forced":
        return DISPLACED
    if word in ("forced", "driven") and from_their_homes(words, i + 1, end):
        return DISPLACED
    if word == "shot" and following == "dead":
        return KILLED
    if word in HAPPENS:
        return _flight(words, i, end) if HAPPENS[word] == REFUGEES else HAPPENS[word]
    return DONE.get(word)


def _to_death(words: list[str], i: int, stop: int) -> bool:
    """Whether token `i` or the one behind it begins "to death": stabbed to death, burning 14 people to death."""
    at = i if words[i] == "to" else i + 1
    return at + 1 < stop and words[at + 1] == "death" and words[at] == "to" and words[at - 1] not in _SENTENCED


def _holds(words: list[str], i: int, stop: int) -> bool:
    """Whether those who hold somebody are armed: held by kidnappers, held by the rebels."""
    return any(
        word in CAPTORS or ((noun := NOUNS.get(word)) is not None and noun.category == MILITANT)
        for word in words[i : min(stop, i + 3)]
    )


def either(words: list[str], i: int, unit: Unit, stop: int) -> Unit:
    """Dead or wounded, killed and injured: one number for both."""
    both = unit == KILLED and i + 2 < stop and words[i + 1] in ("or", "and")
    return KILLED_OR_WOUNDED if both and DONE.get(words[i + 2]) == WOUNDED else unit


def _behind_bracket(words: list[str], comma: int, end: int) -> int:
    """The verb behind commas that bracket something: six guards, all of them locals, were killed. 0 when none does."""
    for i in range(comma, min(end - 1, comma + _BRACKET)):
        if words[i] == "," and words[i + 1] in _FINITE:
            return i + 1
    return 0


def _flight(words: list[str], i: int, end: int) -> Unit:
    """Whoever flees home is displaced, whoever leaves the country is a refugee."""
    ahead = set(words[i + 1 : min(end, i + 5)])
    return DISPLACED if ahead & _HOMES else REFUGEES


def _has_object(words: list[str], i: int, end: int, stop: int) -> bool:
    """Whether the verb at `i` is active: killed two soldiers, killed the mayor; but killed in, killed and."""
    if i + 1 >= end:
        return i + 1 < len(words) and end < stop
    following = words[i + 1]
    if following in _OPENS_OBJECT:
        return True
    ends = not following[0].isalnum() or following in UNIT_STOP or following in _TIME or following.endswith("ly")
    return not ends


def harm_before(text: Text, start: int, first: int) -> Harm | None:
    """What the words before token `start`, back to `first`, say was done: "killing", "the deaths of", "toll to"."""
    words = text.words
    i = start - 1
    if i > first and words[i] == ":" and (label := _label(words[i - 1])):
        return Harm(label, i - 1, True)
    stopped = False
    while i >= max(first, start - _REACH):
        word = words[i]
        direct = i == start - 1
        if word in TOLL and start - i <= _TOLL_REACH and words[start - 1] in _REACHES:
            return Harm(KILLED, i, True)
        if not stopped and word in _SAYING and (unit := _noun_before(words, i, start) or _verb_before(words, i, first)):
            return Harm(unit, i, True)
        if word == "forced" and not stopped and "out" in (words[i + 1], words[min(i + 2, start - 1)]):
            return Harm(DISPLACED, i, True)
        if word in _TIME or (word == "on" and words[i + 1] in _TIME):
            pass
        elif word[0].isdigit() and not direct:
            return None
        elif i and word == _OWN_LINK.get(words[i - 1]):
            pass
        elif word in _STOPS_LEFT or (word in _DASHES and i and text.ends[i - 1] < text.starts[i]):
            stopped = True
        i -= 1
    return None


def _label(word: str) -> Unit | None:
    """The harm that a heading names: "Fatalities: 3", "Wounded: 12"."""
    noun = NOUNS.get(word)
    return noun.unit if noun is not None and word in DEAD else DONE.get(word) or HAPPENS.get(word)


def _noun_before(words: list[str], i: int, start: int) -> Unit | None:
    """The harm of the noun at token `i`: the death of, injuries to, claimed the lives of."""
    word = words[i]
    link = words[i + 1] if i + 1 < start else ""
    if word == "lives" and link == "of" and words[i - 1 - (words[i - 1] == "the")] in TAKING_LIVES:
        return KILLED
    return HARM_NOUNS.get(word) if link == "of" or (link and link == _OWN_LINK.get(word)) else None


def _verb_before(words: list[str], i: int, first: int) -> Unit | None:
    """The harm that the verb at token `i` does to what stands behind it: killed, shot dead, killed or wounded."""
    word = words[i]
    if word not in DOING and (word not in DONE or _is_passive(words, i, first)):
        return None
    if word == "shot" and words[i + 1] == "dead":
        return KILLED
    unit = DOING.get(word) or DONE[word]
    if unit == WOUNDED and i - 2 >= first and words[i - 1] in ("or", "and"):
        before = words[i - 2]
        return KILLED_OR_WOUNDED if KILLED in (DOING.get(before), DONE.get(before)) else unit
    return unit


def _is_passive(words: list[str], i: int, first: int) -> bool:
    return not _AUXILIARY.isdisjoint(words[max(first, i - 2) : i])


def from_their_homes(words: list[str], start: int, end: int) -> bool:
    """Whether people are driven from their homes, right behind their number."""
    words = words[start : min(end, start + 6)]
    return "from" in words[:3] and not _HOMES.isdisjoint(words)
