"""What becomes of an alert: sent now, held, gathered or suppressed, each with its reason. Pure; time is an argument."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from services.alert.core.noise.gravity import gravity
from services.alert.core.noise.memory import Mark, Memory, Snooze, SubscriptionMemory
from services.alert.core.noise.settings import Listener
from services.alert.core.noise.silences import Silence, labels_of
from services.alert.core.noise.wall_clock import day_end, day_in
from services.alert.core.outbox import Cause, State
from services.alert.core.severity import Severity
from services.contracts.alert import RETRACTIONS, Alert


@dataclass(frozen=True, slots=True)
class Ruling:
    """The state of an alert's rows. `due_at` is when it is sent, or when its digest is made."""

    state: State
    cause: Cause
    due_at: datetime


def decide(alert: Alert, listener: Listener, memory: Memory, now: datetime) -> Ruling:
    """For all channels of one alert or later edition; writes what is to be remembered into `memory`."""
    if is_silenced(alert, listener, memory.silences.get(alert.team, ()), now):
        return Ruling(State.SUPPRESSED, Cause.SILENCED, now)
    if alert.kind in RETRACTIONS:  # whoever got the alert is told; only silences and quiet hours hold these up
        return _at_the_right_time(alert, listener, now)
    if _is_acknowledged(alert, memory):
        return Ruling(State.SUPPRESSED, Cause.ACKNOWLEDGED, now)
    if _is_cooling(alert, listener, memory, now):
        return Ruling(State.SUPPRESSED, Cause.COOLDOWN, now)
    if listener.cooldown is not None:
        memory.marks[alert.subscription_id, alert.group_key] = Mark(now, gravity(alert))
    snooze = _snooze(alert, memory, now)
    if snooze is not None:
        return Ruling(State.GATHERED, Cause.SNOOZED, snooze.until)
    if listener.digest is not None:
        return Ruling(State.GATHERED, Cause.DIGEST, listener.digest.closes_after(now, listener.time_zone))
    ruling = _at_the_right_time(alert, listener, now)
    return ruling if _spend(alert, listener, memory, ruling.due_at) else _overflow(listener, ruling.due_at)


def is_silenced(alert: Alert, listener: Listener, silences: Sequence[Silence], now: datetime) -> bool:
    """Whether any silence matches the alert now."""
    if not silences:
        return False
    labels = labels_of(alert, listener.tags)
    return any(silence.silences(labels, now) for silence in silences)


def quiet_until(severity: str | None, listener: Listener, now: datetime) -> datetime | None:
    """The end of the quiet hours that hold something of this severity (None for a digest) at `now`."""
    quiet = listener.quiet_hours
    if quiet is None:
        return None
    if quiet.except_severity and severity and Severity(severity).rank >= quiet.except_severity.rank:
        return None
    return quiet.ends_after(now, listener.time_zone)


def _at_the_right_time(alert: Alert, listener: Listener, now: datetime) -> Ruling:
    until = quiet_until(alert.severity, listener, now)
    if until is None:
        return Ruling(State.WAITING, Cause.NONE, now)
    return Ruling(State.WAITING, Cause.QUIET_HOURS, until)


def _is_acknowledged(alert: Alert, memory: Memory) -> bool:
    """Only later editions: an alert that is acknowledged has been read."""
    seen = memory.acknowledged.get(alert.id)
    return alert.edition > 0 and seen is not None and not gravity(alert).exceeds(seen.gravity)


def _is_cooling(alert: Alert, listener: Listener, memory: Memory, now: datetime) -> bool:
    """What is graver than the last one passes: a cooldown spares repeats, not escalations."""
    mark = memory.marks.get((alert.subscription_id, alert.group_key))
    if listener.cooldown is None or mark is None or now >= mark.at + listener.cooldown:
        return False
    return not gravity(alert).exceeds(mark.gravity)


def _snooze(alert: Alert, memory: Memory, now: datetime) -> Snooze | None:
    """The snooze that holds the alert; one that the alert ends is forgotten."""
    known = memory.subscriptions.get(alert.subscription_id)
    if known is None or known.snooze is None:
        return None
    if known.snooze.holds(alert, now):
        return known.snooze
    memory.subscriptions[alert.subscription_id] = known.model_copy(update={"snooze": None})
    return None


def _spend(alert: Alert, listener: Listener, memory: Memory, due_at: datetime) -> bool:
    """Take one of the budget of the day on which the alert goes out; false when nothing is left of it."""
    if listener.daily_budget is None:
        return True
    known = memory.subscriptions.get(alert.subscription_id, SubscriptionMemory())
    day = day_in(due_at, listener.time_zone)
    spent = known.spent.get(day, 0)
    if spent >= listener.daily_budget:
        return False
    today = day_in(min(due_at, alert.raised_at), listener.time_zone)
    kept = {other: count for other, count in known.spent.items() if other >= today}
    memory.subscriptions[alert.subscription_id] = known.model_copy(update={"spent": kept | {day: spent + 1}})
    return True


def _overflow(listener: Listener, due_at: datetime) -> Ruling:
    return Ruling(State.GATHERED, Cause.BUDGET, day_end(due_at, listener.time_zone))
