"""What stands around a verb changes its event: an aid that will be given is a promise, one refused a rejection."""

from typing import Final

from services.contracts.vocabulary import Event, Stance
from services.enrich.core.clauses.cues import (
    CUE_ATTRIBUTION,
    CUE_HISTORY,
    CUE_MISGIVING,
    CUE_NEUTRAL,
    CUE_PRESENT_AGAIN,
    CUE_REMINDER,
    CUES,
)
from services.enrich.core.inflect import irregular_pasts
from services.enrich.core.members import (
    ACCUSE,
    AGREE,
    AID,
    ASSAULT,
    COERCE,
    CONCEDE,
    CONSULT,
    COOPERATE,
    DEMANDED,
    ESTIMATED,
    HYPOTHETICAL,
    NEGATED,
    PLANNED,
    PREDICTED,
    PROTEST,
    REJECT,
    REPORTED,
    REQUEST,
    RETREAT,
    SANCTION,
    SUPPORT,
    THREATEN,
)
from services.enrich.core.signals.triggers import Trigger

FRIENDLY: Final = frozenset({CONSULT, SUPPORT, COOPERATE, AID, CONCEDE, RETREAT, AGREE})
"""Acts that are AGREE while they are still to come, and REJECT when they are refused."""
HOSTILE: Final = frozenset({SANCTION, COERCE, ASSAULT, PROTEST})
"""Acts that are THREATEN while they are still to come."""
SPEECH: Final = frozenset({AGREE, REJECT, REQUEST, THREATEN, ACCUSE})
"""Acts of words, whose content is not done by saying it."""

_OWN: Final = {
    REQUEST: (DEMANDED, PLANNED),
    REJECT: (NEGATED, PLANNED),
    THREATEN: (PLANNED, PREDICTED, DEMANDED),
    AGREE: (PLANNED,),
    ACCUSE: (DEMANDED,),
}
"""Stances that come from the act's own verb: who urges makes his clause a demand."""
_FUTURE: Final = frozenset("will shall 'll would".split())
_NOT: Final = frozenset("not never n't cannot".split())
_REFUSING: Final = frozenset("do does did don't doesn't didn't won't wouldn't can't".split())
_CHANGING: Final = frozenset({PREDICTED, PLANNED, DEMANDED, NEGATED, ESTIMATED, HYPOTHETICAL})
_HARMLESS: Final = frozenset(
    {CUE_ATTRIBUTION, CUE_NEUTRAL, CUE_PRESENT_AGAIN, CUE_HISTORY, CUE_REMINDER, CUE_MISGIVING}
)
_PASTS: Final = irregular_pasts()
_LOOK_BACK: Final = 4
_REACH: Final = 3
"""Tokens between a governing phrase and the verb it governs: agreed to immediately release."""
_FEELING_REACH: Final = 5
_FEELING_LINKS: Final = frozenset("about of in on over for".split())
_FEELINGS: Final = frozenset(
    "optimistic pessimistic hopeful confident sceptical skeptical doubtful cautious upbeat gloomy wary uneasy".split()
)
_LINKS: Final = frozenset("to of for that from over against with about on".split())


def resolved(words: list[str], found: list[Trigger], first: int) -> list[tuple[Trigger, bool, bool]]:
    """Triggers that stay, each with its final event, whether it is future and whether negated on the spot."""
    kept: list[tuple[Trigger, bool, bool]] = []
    governor: Trigger | None = None
    for trigger in found:
        if trigger.verb and words[min(trigger.last, len(words) - 1)] == "not":
            continue
        if governor is not None and _governed(words, governor, trigger):
            continue
        if not trigger.verb and any(earlier.verb and earlier.event is trigger.event for earlier, _, _ in kept):
            continue  # "killed three in an attack" is one act
        future, negated = _before(words, trigger.first, first)
        event = _event(trigger.event, future, negated) if future or negated else trigger.event
        final = trigger if event is trigger.event else trigger.stating(event)
        kept.append((final, future, negated))
        if final.event in SPEECH:
            governor = final
    return kept


def _event(event: Event, future: bool, negated: bool) -> Event:
    if negated and event in FRIENDLY:
        return REJECT
    if future and not negated:
        if event in FRIENDLY:
            return AGREE
        if event in HOSTILE:
            return THREATEN
    return event


def _before(words: list[str], i: int, first: int) -> tuple[bool, bool]:
    """Whether "will" or the like, and whether a refusing "not", stands right before the verb at `i`."""
    future = negated = refusing = False
    for k in range(i - 1, max(i - _LOOK_BACK, first) - 1, -1):
        low = words[k]
        if low in _FUTURE:
            future = True
            break
        if low in _REFUSING:
            refusing = True
            negated = negated or low.endswith("n't") or low == "can't"
            break
        if low in _NOT:
            negated = True
            refusing = refusing or low in {"cannot", "never"}
    return future, negated and (future or refusing)


def _governed(words: list[str], governor: Trigger, trigger: Trigger) -> bool:
    """Whether `trigger` is only the content of what `governor` says: agreed to release, accused of attacking."""
    if governor.event is THREATEN and governor.verb and words[governor.first].startswith("warn"):
        return False  # "warned that Russia may attack" foresees an attack of somebody else
    if governor.event is ACCUSE and trigger.event is ASSAULT and not trigger.verb:
        return words[trigger.first - 1] == "of"  # whoever condemns or investigates a murder says that it happened
    if trigger.first - governor.last < _REACH:
        return True
    if governor.event is ACCUSE and trigger.verb and words[trigger.first].endswith("ing"):
        return True
    if governor.event is ACCUSE and not trigger.verb:
        return governor.verb and words[trigger.first - 1] in {"of", "for"}
    return words[trigger.first - 1] in _LINKS or trigger.first <= governor.object_at or not trigger.verb


def is_felt(words: list[str], first: int) -> bool:
    """Whether the noun at `first` names what somebody feels about an act, not one of his: optimistic about talks."""
    low = max(0, first - _FEELING_REACH)
    for i in range(first - 1, low, -1):
        if words[i] in _FEELING_LINKS:
            return words[i - 1] in _FEELINGS
    return False


def unaffected(words: list[str], trigger: Trigger, stance: Stance, first: int) -> bool:
    """Whether an act told as done stays so although its clause, from token `first`, is of `stance`.

    In "accused them of planning an attack" the plan comes after the act and changes nothing about it.
    """
    if not trigger.verb or stance not in _CHANGING or not _is_told(words[trigger.first]):
        return False
    if words[first] in {"or", "nor"}:
        return False  # takes over the stance of the clause before
    for i in range(first, trigger.first):
        hit = CUES.at(words, i)
        if hit is not None and not _HARMLESS.issuperset(hit[1]):
            return False
    return True


def _is_told(low: str) -> bool:
    return low[-2:] == "ed" or low in _PASTS


def signal_stance(event: Event, stance: Stance, future: bool, negated: bool) -> Stance:
    """The stance of the act itself: who refuses, demands or threatens has done so, whatever becomes of it."""
    if future or negated:
        if event is REJECT:
            return REPORTED if stance in (NEGATED, PLANNED) else stance
        return stance
    return REPORTED if stance in _OWN.get(event, ()) else stance
