"""When a failed delivery is tried again: the schedule of Standard Webhooks. Pure; chance is an argument."""

from datetime import datetime, timedelta

from services.alert.core.outbox import Cause, Leased, Receipt, Result, Settlement, State

SCHEDULE_S: tuple[float, ...] = (0, 5, 300, 1_800, 7_200, 18_000, 36_000, 50_400, 72_000, 86_400)
"""Seconds before each try after the one before it: 0, 5 s, 5 min, 30 min, 2, 5, 10, 14, 20, 24 h; over 75 h in all."""
JITTER = 0.1
"""Largest share that chance adds to a wait."""
MAX_RETRY_AFTER_S = 86_400.0
"""A receiver's Retry-After is honoured up to a day."""

_FINAL = {
    Result.REFUSED: Cause.REFUSED,
    Result.GONE: Cause.GONE,
    Result.BLOCKED_ADDRESS: Cause.BLOCKED_ADDRESS,
    Result.INVALID: Cause.INVALID,
}


def settle(leased: Leased, receipt: Receipt, now: datetime, took_ms: int, chance: float) -> Settlement:
    """What follows from one try; `chance` in [0, 1) spreads the retries.

    A receiver that asks for a longer wait than the schedule gets it; a shorter wish changes nothing.
    """
    attempt = leased.attempts + 1
    state, cause, due = State.SENT, Cause.NONE, None
    if receipt.result in _FINAL:
        state, cause = State.FAILED, _FINAL[receipt.result]
    elif receipt.result is Result.RETRY and attempt >= len(SCHEDULE_S):
        state, cause = State.FAILED, Cause.EXHAUSTED
    elif receipt.result is Result.RETRY:
        wait = SCHEDULE_S[attempt] * (1 + JITTER * chance)
        wait = max(wait, min(receipt.retry_after_s or 0.0, MAX_RETRY_AFTER_S))
        state, cause, due = State.WAITING, Cause.RETRYING, now + timedelta(seconds=wait)
    return Settlement(leased.delivery_id, attempt, receipt, state, cause, now, took_ms, due)
