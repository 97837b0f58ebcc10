"""Decides what each number of a sentence counts: a strength, victims, people on the move, or nothing of force."""

from dataclasses import dataclass
from typing import Final

from services.contracts.vocabulary import Category, Movement, Unit
from services.enrich.core.members import (
    ALERT,
    ATTACK,
    BUILD_UP,
    CAPTURED,
    CIVILIAN,
    DEPLOY,
    DISPLACED,
    FIGHTERS,
    MILITARY,
    MIXED,
    NO_MOVEMENT,
    PERSONNEL,
    REFUGEES,
    SURRENDER,
    TROOPS,
    WITHDRAW,
)
from services.enrich.core.quantities.counted import Counted
from services.enrich.core.quantities.forces import (
    EQUIPMENT,
    FEW_WITHOUT_MOVEMENT,
    of_collective,
    of_forces_before,
    strength_of,
)
from services.enrich.core.quantities.harm import Harm, either, from_their_homes, harm_before, harm_behind
from services.enrich.core.quantities.lexicon import (
    DEAD,
    DOUBTFUL,
    FORCE_UNITS,
    LOSING,
    LOST_ARMS,
    NOUNS,
    PRISONER,
    SENDING,
    SENT_ARMS,
    THINGS,
)
from services.enrich.core.quantities.movement import movement_of
from services.enrich.core.text import Sentence, Text

_LINKS: Final = frozenset((",", "and", "or", "as", "well", "plus", "&", "their", "his", "her", "its", "the", "another"))
_INCLUDING: Final = frozenset("including among them".split())
_UNHURT: Final = frozenset(
    "missing unaccounted trapped stranded rescued survived unharmed unhurt safe alive evacuated sick ill".split()
)
_RESCUING: Final = frozenset("rescued rescue rescues rescuing saved saving treated treating".split())
_BREAKING_DOWN: Final = frozenset((":", "("))
_LINKS_AND_PARTS: Final = _LINKS | _INCLUDING
_FLIGHT: Final = frozenset({REFUGEES, DISPLACED})
_MARCHING: Final = frozenset({ALERT, ATTACK, DEPLOY, BUILD_UP, WITHDRAW, SURRENDER})
_SEIZING: Final = frozenset("taken took take taking held hold holds holding seized".split())
_ARTICLE_REACH: Final = 6


@dataclass(slots=True)
class Verdict:
    """What a number counts; `harmed` says that it counts victims or people in flight."""

    unit: Unit
    category: Category
    movement: Movement
    harmed: bool
    verb: int
    """The token that says so; -1 where none does."""

    def __init__(self, unit: Unit, category: Category, movement: Movement, harmed: bool, verb: int = -1) -> None:
        self.unit = unit
        self.category = category
        self.movement = movement
        self.harmed = harmed
        self.verb = verb


def judge(text: Text, sentence: Sentence, items: list[Counted]) -> list[Verdict | None]:
    """One verdict an item, None where it counts nothing of force or harm."""
    words = text.words
    harms = _harms(text, sentence, items)
    beside: frozenset[str] = frozenset()
    if any(harm is None for harm in harms) or any(item.phrase.unit in EQUIPMENT for item in items):
        # only a strength needs them
        beside = frozenset(words[sentence.first : sentence.last])
    verdicts: list[Verdict | None] = []
    last: Verdict | None = None
    for k, item in enumerate(items):
        verdict = _verdict(words, sentence, item, harms[k], beside)
        if verdict is None and last is not None and _is_elliptic(words, sentence, item):
            verdict = last
        if verdict is not None and last is not None and verdict.harmed and is_other(words, item):
            verdict = Verdict(verdict.unit, last.category, verdict.movement, True, verdict.verb)
        verdicts.append(verdict)
        last = verdict or last
    return verdicts


def _harms(text: Text, sentence: Sentence, items: list[Counted]) -> list[Harm | None]:
    """The harm of each item: its own, else that of the list it stands in."""
    own: list[Harm | None] = []
    for k, item in enumerate(items):
        after = k + 2 if k + 1 < len(items) and items[k + 1].whole else k + 1
        end = items[after].first if after < len(items) else sentence.last
        begin = max(items[k - 1].phrase.last, sentence.first) if k else sentence.first
        own.append(_own_harm(text, item, begin, end, sentence.last))
    for k in range(1, len(items)):
        previous = own[k - 1]
        if own[k] is None and previous is not None and _continues(text.words, items[k - 1], items[k]):
            own[k] = previous
    for k in range(len(items) - 2, -1, -1):
        following = own[k + 1]
        linked = _LINKS_AND_PARTS.issuperset(text.words[items[k].phrase.last : items[k + 1].first])
        if own[k] is None and following is not None and not following.before and linked:
            own[k] = following
    return own


def _own_harm(text: Text, item: Counted, begin: int, end: int, stop: int) -> Harm | None:
    words, phrase = text.words, item.phrase
    if phrase.suffered is not None:
        return Harm(phrase.suffered, phrase.first, False)
    if phrase.head >= 0 and words[phrase.head] in DEAD and phrase.unit is not None:
        return Harm(either(words, phrase.head, phrase.unit, stop), phrase.head, False)
    if phrase.head >= 0 and (captive := _captive(words, item, begin, end)) >= 0:
        return Harm(CAPTURED, captive, False)
    if item.whole:
        return None
    return harm_behind(words, phrase.last, end, stop) or harm_before(text, item.first, begin)


def _captive(words: list[str], item: Counted, begin: int, end: int) -> int:
    """The token that says the counted are held: took 20 hostages, holding 20 guards hostage. -1 where none does."""
    phrase = item.phrase
    before, behind = words[max(begin, item.first - 2) : item.first], words[phrase.last : min(end, phrase.last + 3)]
    if words[phrase.head] in PRISONER:
        return -1 if _SEIZING.isdisjoint(before + behind) else phrase.head
    held = bool(behind) and behind[0] in PRISONER and not _SEIZING.isdisjoint(before)
    return phrase.last if held else -1


def _continues(words: list[str], before: Counted, item: Counted) -> bool:
    """Whether a list goes on: "50,000 civilians, 25,000 troops"; "34 dead, including one soldier"."""
    gap, phrase = words[before.phrase.last : item.first], item.phrase
    if not _UNHURT.isdisjoint(words[phrase.first : phrase.last + 2]):
        return False
    of_them = words[phrase.first : phrase.first + 2] in (["of", "them"], ["of", "whom"])
    if of_them or not _INCLUDING.isdisjoint(gap):
        return len(gap) <= 6
    return bool(gap) and (_LINKS.issuperset(gap) or (len(gap) == 1 and gap[0] in _BREAKING_DOWN))


def _verdict(
    words: list[str], sentence: Sentence, item: Counted, harm: Harm | None, beside: frozenset[str]
) -> Verdict | None:
    phrase = item.phrase
    head = words[phrase.head] if phrase.head >= 0 else ""
    if harm is not None and _suffers(words, item, harm, head):
        of_nobody = CIVILIAN if harm.unit in _FLIGHT else MIXED
        return Verdict(harm.unit, phrase.category or of_nobody, NO_MOVEMENT, True, harm.token)
    if item.article:
        return None
    if phrase.unit in _FLIGHT:
        unit = DISPLACED if from_their_homes(words, phrase.head + 1, sentence.last) else phrase.unit
        return Verdict(unit, CIVILIAN, NO_MOVEMENT, True)
    of_force = of_collective(words, sentence, item, head) or of_forces_before(words, sentence, item)
    unit_of_force = of_force or strength_of(words, item, head, beside)
    if unit_of_force is None:
        return None
    movement, verb = NO_MOVEMENT, -1
    if not item.whole:
        movement, verb = movement_of(words, item.first, phrase.last, sentence.first, sentence.last, unit_of_force)
    people = unit_of_force not in EQUIPMENT
    if phrase.unit is None and of_force is None and movement not in _MARCHING:
        return None
    if people and words[item.first - 1] in _RESCUING:
        return None
    if people and movement == NO_MOVEMENT and (item.number.high or item.number.low) < FEW_WITHOUT_MOVEMENT:
        return None
    category = phrase.category if phrase.category is not MIXED or phrase.unit is not None else None  # 800 men
    return Verdict(unit_of_force, category or MILITARY, movement, False, verb)


def _suffers(words: list[str], item: Counted, harm: Harm, head: str) -> bool:
    """Whether the counted can suffer this harm."""
    phrase = item.phrase
    if phrase.unit in EQUIPMENT or (item.article and not (head in NOUNS and NOUNS[head].singular)):
        return False
    if phrase.head < 0 and words[harm.token] in DOUBTFUL:
        following = words[phrase.last] if phrase.last < len(words) else ""
        if phrase.first < phrase.last or following[:1].isdigit():
            return False
    if item.article and (harm.unit in _FLIGHT or (harm.before and item.first - harm.token > _ARTICLE_REACH)):
        return False
    if harm.unit in _FLIGHT:
        return phrase.unit not in FORCE_UNITS and not _is_thing(words, item)
    return not _is_thing(words, item)


def _is_thing(words: list[str], item: Counted) -> bool:
    phrase = item.phrase
    return phrase.head < 0 and not THINGS.isdisjoint(words[phrase.first : phrase.last])


def continues_list(words: list[str], end: int, first: int) -> bool:
    """Whether only a link of a list stands between tokens end..first: 30 warplanes and 9 vessels."""
    return 0 < first - end <= 3 and _LINKS.issuperset(words[end:first])


def gives_arms(words: list[str], sentence: Sentence, verdict: Verdict) -> bool:
    """Whether arms are sent without soldiers."""
    if verdict.unit not in SENT_ARMS or words[verdict.verb] not in SENDING:
        return False
    nouns = (NOUNS.get(word) for word in words[sentence.first : sentence.last])
    return not any(n is not None and n.unit in (TROOPS, PERSONNEL, FIGHTERS) for n in nouns)


def is_struck(words: list[str], first: int) -> bool:
    """Whether arms are what somebody else destroyed: shot down 12 of their jets; but lost 12 jets."""
    struck = [word for word in words[max(0, first - 2) : first] if word in LOST_ARMS]
    return bool(struck) and LOSING.isdisjoint(struck)


def is_other(words: list[str], item: Counted) -> bool:
    """Whether the people of a number are those of the number before it: and wounded two others."""
    phrase = item.phrase
    return phrase.first == phrase.last or (phrase.head >= 0 and words[phrase.head] in ("others", "more"))


def _is_elliptic(words: list[str], sentence: Sentence, item: Counted) -> bool:
    """Whether a number leaves out what it counts: "Poland took 2 million refugees, Romania almost 500,000"."""
    phrase = item.phrase
    if item.article or item.number.low < 10 or phrase.last > phrase.first:
        return False
    following = words[phrase.last] if phrase.last < sentence.last else "."
    return following not in ("%", "-", "/", ")") and words[item.first - 1] not in ("no", "$", "(", "at", "/")
