"""Counts what becomes of subscribers' deliveries. The index and the topic are ours and are not counted."""

from collections.abc import Iterable

from services.alert.core.channels import OWN_CHANNELS
from services.alert.core.outbox import HELD, Cause, Queued, State
from services.runtime import metrics

_OUTCOMES = {
    State.SENT: "sent",
    State.FAILED: "failed",
    State.CANCELLED: "cancelled",
    State.SUPPRESSED: "suppressed",
    State.GATHERED: "held",
}


def count_outcome(channel: str, state: State, cause: Cause) -> None:
    """One delivery came to this; those that are simply on their way are not counted yet."""
    outcome = "held" if state is State.WAITING and cause in HELD else _OUTCOMES.get(state)
    if outcome is not None and channel not in OWN_CHANNELS:
        metrics.ALERT_OUTCOMES.labels(outcome, cause or "none").inc()


def count_queued(rows: Iterable[Queued]) -> None:
    """What noise control made of new deliveries."""
    for row in rows:
        count_outcome(row.channel, row.state, row.cause)
