"""Trigger `silence`: nothing matched for a window. Decides on the clock's ticks; remembers nothing itself."""

from datetime import datetime

from services.alert.core.triggers.settings import Silence
from services.alert.core.triggers.verdict import Decision, Verdict
from services.contracts.alert import Quiet
from services.contracts.message import Message, Moment


class SilenceState(Message):
    """The event time of the newest match, the tick that told the last silence, and whether that silence lasts."""

    last: Moment | None = None
    told: Moment | None = None
    lasts: bool = False
    rearms: int = 0


def hear(state: SilenceState, at: datetime) -> tuple[SilenceState, Decision]:
    """A match at event time `at` ends a silence."""
    last = at if state.last is None else max(state.last, at)
    return state.model_copy(update={"last": last, "lasts": False}), Decision(Verdict.HEARD)


def due_at(state: SilenceState, silence: Silence, since: datetime) -> datetime | None:
    """When it will be silent for a window if nothing comes; None while a silence that was told lasts.

    It counts from the newest match, at the earliest from `since`, when the rule was made or changed, and from the last
    silence that was told. A changed rule asks anew: what it told before does not last.
    """
    if state.lasts and (state.told is None or since <= state.told):
        return None
    return max(moment for moment in (since, state.last, state.told) if moment is not None) + silence.window


def decide(state: SilenceState, silence: Silence, since: datetime, tick: datetime) -> tuple[SilenceState, Decision]:
    """Decide at a tick of the clock: one alert a silence."""
    due = due_at(state, silence, since)
    if due is None:
        return state, Decision(Verdict.SILENCE_TOLD)
    if tick < due:
        return state, Decision(Verdict.HEARD)
    quiet = Quiet(since=due - silence.window, until=tick, last_match=state.last)
    after = {"told": tick, "lasts": True, "rearms": state.rearms + 1}
    return state.model_copy(update=after), Decision(Verdict.SILENT, str(state.rearms), figures=quiet)
