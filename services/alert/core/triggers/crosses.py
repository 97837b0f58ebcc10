"""Trigger `crosses`: a number rises through a rung of a ladder. Decides; remembers nothing itself.

A rung is told once, then silent until it re-arms: when the level falls below it by the hysteresis, or when the window
(event time since that rung's alert) has passed. One alert tells the highest rung passed and stands for those below it.
"""

from datetime import datetime, timedelta

from services.alert.core.triggers.grouping import Observed
from services.alert.core.triggers.verdict import Decision, Verdict
from services.contracts.message import Message, Moment


class Told(Message):
    """A rung that was told, and the event time of the alert that told it."""

    rung: float
    at: Moment


class GroupState(Message):
    """What is known of one group. `rearms` only grows, so that no two alerts of a rung share an episode."""

    level: float | None = None
    level_at: Moment | None = None
    told: tuple[Told, ...] = ()
    rearms: int = 0


class Ladder(Message):
    """Rungs in rising order; `hysteresis` is a share of the rung; without a `window` only a fall re-arms."""

    rungs: tuple[float, ...]
    hysteresis: float = 0.1
    window: timedelta | None = None


def decide(state: GroupState, ladder: Ladder, seen: Observed, at: datetime) -> tuple[GroupState, Decision]:
    """Decide on one article's number of this group; `at` is the article's event time.

    An unknown level before counts as below every rung. What is not firm (an upper bound, a vague word) or is older than
    what the level rests on may raise it but never lowers it.
    """
    before = state.level
    falls = before is not None and seen.value < before
    if falls and not (seen.firm and (state.level_at is None or at >= state.level_at)):
        return state, Decision(Verdict.LEVEL_KEPT, before=before, after=before)
    told = {t.rung: t.at for t in state.told}
    kept = {rung: when for rung, when in told.items() if not _fell_below(rung, seen.value, ladder.hysteresis)}
    rearms = state.rearms + (len(kept) < len(told))
    passed = [rung for rung in ladder.rungs if seen.value >= rung]
    ready = [rung for rung in passed if _ready(rung, before, kept.get(rung), at, ladder.window)]
    if not ready:
        decision = Decision(Verdict.RUNG_TOLD if passed else Verdict.BELOW_LADDER, before=before, after=seen.value)
    else:
        rung = ready[-1]
        again = rung in kept
        rearms += again
        verdict = Verdict.WINDOW_PASSED if again else Verdict.RUNG_CROSSED
        decision = Decision(verdict, f"{rearms}:{rung:.15g}", before, seen.value, rung)
        kept |= {r: max(kept.get(r, at), at) for r in passed if r <= rung}
    level_at = at if state.level_at is None else max(state.level_at, at)
    rungs_told = tuple(Told(rung=rung, at=when) for rung, when in sorted(kept.items()))
    return GroupState(level=seen.value, level_at=level_at, told=rungs_told, rearms=rearms), decision


def _fell_below(rung: float, value: float, hysteresis: float) -> bool:
    return value < rung and value <= rung - hysteresis * abs(rung)


def _ready(rung: float, before: float | None, told: datetime | None, at: datetime, window: timedelta | None) -> bool:
    if told is None:
        return before is None or before < rung
    return window is not None and at - told >= window
