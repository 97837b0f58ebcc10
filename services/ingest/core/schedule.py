"""When a feed is looked at next. Randomness and time come in as arguments."""

MAX_WAIT_S = 6 * 3600.0
"""Longest wait after failures that the feed's own server did not ask for."""
MAX_ASKED_WAIT_S = 24 * 3600.0
"""Longest wait that a server may ask for; also between looks at a feed that is gone."""
JITTER = 0.1
"""Share of the wait by which looks are spread, so that many feeds do not ask one server in step."""
DEAD_AFTER = 10
"""So many failures in a row, and a feed is reported as dead. It is still looked at."""


def next_wait(every_s: float, failures: int, retry_after_s: float | None, gone: bool, random: float) -> float:
    """Seconds until the next look, after `failures` in a row; `random` is in [0, 1).

    >>> [next_wait(300, n, None, False, 0.5) for n in (0, 1, 2, 20)]
    [300.0, 600.0, 1200.0, 21600.0]
    """
    if gone:
        wait = MAX_ASKED_WAIT_S
    else:
        doubled = every_s * 2 ** min(failures, 30)
        wait = max(every_s, min(doubled, MAX_WAIT_S), min(retry_after_s or 0.0, MAX_ASKED_WAIT_S))
    return wait * (1 - JITTER + 2 * JITTER * random)
