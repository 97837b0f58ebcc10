"""Whether what was due may still be sent now: pauses, silences, snoozes and quiet hours that came in between. Pure."""

from collections.abc import Sequence
from datetime import datetime

from services.alert.core.noise.deciding import Ruling, is_silenced, quiet_until
from services.alert.core.noise.gravity import gravity
from services.alert.core.noise.memory import Acknowledgement, Snooze
from services.alert.core.noise.settings import Listener
from services.alert.core.noise.silences import Silence
from services.alert.core.outbox import Cause, State
from services.contracts.alert import RETRACTIONS, Alert
from services.contracts.notification import Digest, Notice, Notification


def reconsider(
    message: Notification,
    listener: Listener,
    snooze: Snooze | None,
    silences: Sequence[Silence],
    acknowledged: Acknowledgement | None,
    now: datetime,
) -> Ruling | None:
    """What holds a due delivery up after all; None to send it. Notices are always sent."""
    match message:
        case Notice():
            return None
        case Digest():
            return _paused(listener, now) or _digest(listener, snooze, now)
        case Alert():
            return _paused(listener, now) or _alert(message, listener, snooze, silences, acknowledged, now)


def _paused(listener: Listener, now: datetime) -> Ruling | None:
    return Ruling(State.CANCELLED, Cause.SUBSCRIPTION_PAUSED, now) if listener.paused else None


def _digest(listener: Listener, snooze: Snooze | None, now: datetime) -> Ruling | None:
    if snooze is not None and snooze.holds(None, now):
        return Ruling(State.WAITING, Cause.SNOOZED, snooze.until)
    return _quiet(None, listener, now)


def _alert(
    alert: Alert,
    listener: Listener,
    snooze: Snooze | None,
    silences: Sequence[Silence],
    acknowledged: Acknowledgement | None,
    now: datetime,
) -> Ruling | None:
    if is_silenced(alert, listener, silences, now):
        return Ruling(State.SUPPRESSED, Cause.SILENCED, now)
    if alert.kind not in RETRACTIONS:
        if alert.edition and acknowledged is not None and not gravity(alert).exceeds(acknowledged.gravity):
            return Ruling(State.SUPPRESSED, Cause.ACKNOWLEDGED, now)
        if snooze is not None and snooze.holds(alert, now):
            return Ruling(State.GATHERED, Cause.SNOOZED, snooze.until)
    return _quiet(alert.severity, listener, now)


def _quiet(severity: str | None, listener: Listener, now: datetime) -> Ruling | None:
    until = quiet_until(severity, listener, now)
    return Ruling(State.WAITING, Cause.QUIET_HOURS, until) if until is not None else None
