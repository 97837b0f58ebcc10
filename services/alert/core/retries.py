"""When a failed delivery is tried again: the schedule of Standard Webhooks. Pure; chance is an argument."""

from datetime import datetime, timedelta

from services.alert.core.channels import OWN_CHANNELS
from services.alert.core.outbox import Cause, Leased, Receipt, Result, Settlement, State

SCHEDULE_S: tuple[float, ...] = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds before each try after the one before it: 0, 5 s, 5 min, 30 min, 2, 5, 10, 14, 20, 24 h; over 75 h in all."""
JITTER = 0.1
"""Largest share that chance adds to a wait."""
MAX_RETRY_AFTER_S = 86_400.0
"""A receiver's Retry-After is honoured up to a day."""

OWN_FIRST_S, OWN_CAP_S = 1.0, 60.0
"""The alerts index and topic are ours: they are tried again soon, and without end."""

_FINAL = {
    Result.REFUSED: Cause.REFUSED,
    Result.GONE: Cause.GONE,
    Result.BLOCKED_ADDRESS: Cause.BLOCKED_ADDRESS,
    Result.INVALID: Cause.INVALID,
    Result.UNCONFIRMED: Cause.UNCONFIRMED,
}


def settle(leased: Leased, receipt: Receipt, now: datetime, took_ms: int, chance: float) -> Settlement:
    """What follows from one try; `chance` in [0, 1) spreads the retries.

    A receiver that asks for a longer wait than the schedule gets it; a shorter wish changes nothing.
    """
    attempt = leased.attempts + 1
    state, cause, due = State.SENT, Cause.NONE, None
    if receipt.result in _FINAL:
        state, cause = State.FAILED, _FINAL[receipt.result]
    elif receipt.result is Result.RETRY:
        wait = _wait_s(leased.channel_key, attempt)
        if wait is None:
            state, cause = State.FAILED, Cause.EXHAUSTED
        else:
            wait = max(wait * (1 + JITTER * chance), min(receipt.retry_after_s or 0.0, MAX_RETRY_AFTER_S))
            state, cause, due = State.WAITING, Cause.RETRYING, now + timedelta(seconds=wait)
    return Settlement(leased.delivery_id, attempt, receipt, state, cause, now, took_ms, due)


def _wait_s(channel_key: str, attempt: int) -> float | None:
    """Seconds after failed try number `attempt` (from 1); None when it was the last."""
    if channel_key in OWN_CHANNELS:
        return min(OWN_CAP_S, OWN_FIRST_S * 2.0 ** min(attempt - 1, 10))
    return SCHEDULE_S[attempt] if attempt < len(SCHEDULE_S) else None
