"""Trigger `changes`: the mean of a dyad moved by so many points within a window. Decides; remembers nothing itself."""

from collections.abc import Sequence
from datetime import datetime

from services.alert.core.triggers.dyads import Point, Series, extremes
from services.alert.core.triggers.settings import Changes
from services.alert.core.triggers.verdict import Decision, Verdict
from services.contracts.alert import Move
from services.contracts.message import Message, Moment


class ChangesState(Message):
    """The series' time at the last alert on this dyad."""

    told: Moment | None = None
    rearms: int = 0


def decide(
    state: ChangesState, changes: Changes, dyad: str, series: Series, history: Sequence[Point], at: datetime
) -> tuple[ChangesState, Decision]:
    """Decide on a dyad after an article was fed to its `series`; `history` is in order, the newest cell included.

    `at` is the series' time. The move is the larger of that up from the lowest and that down from the highest mean.
    """
    found = extremes(history, changes.half_life, at - changes.window)
    if found is None:
        return state, Decision(Verdict.UNMOVED)
    now = series.mean(changes.half_life)
    before, since = max(found, key=lambda extreme: abs(now - extreme[0]))
    if abs(now - before) < changes.by:
        return state, Decision(Verdict.UNMOVED)
    if state.told is not None and abs(at - state.told) < changes.window:
        return state, Decision(Verdict.TOLD_LATELY)
    move = Move(dyad=dyad, before=before, after=round(now, 3), since=since, until=at, half_life=changes.half_life)
    after = ChangesState(told=at, rearms=state.rearms + 1)
    return after, Decision(Verdict.MOVED, str(state.rearms), figures=move)
