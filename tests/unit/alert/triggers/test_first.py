"""Somebody new within a look-back; mute until the look-back is covered."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alert.core.triggers.first import FirstState, decide, feed_history, seen
from services.alert.core.triggers.settings import First
from services.alert.core.triggers.verdict import Decision, Verdict
from services.contracts.alert import Newcomer
from tests.articles import NOON

DAY = timedelta(days=1)
RULE = First(field="actors.id", look_back=30 * DAY)
NEW, BEFORE, SHORT = Verdict.NEWCOMER, Verdict.SEEN_BEFORE, Verdict.LOOK_BACK_SHORT


def decided(*days: float, created: float = -100, history: float | None = None) -> list[Decision]:
    state, coverage, decisions = FirstState(), FirstState(), []
    if history is not None:
        coverage = feed_history(coverage, NOON + history * DAY)
    for day in days:
        state, decision = decide(state, RULE, NOON + created * DAY, coverage, "wagner", NOON + day * DAY)
        decisions.append(decision)
    return decisions


def verdicts(*days: float, **changes: float) -> list[Verdict]:
    return [decision.verdict for decision in decided(*days, **changes)]


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        ([0], [NEW]),
        ([0, 1], [NEW, BEFORE]),
        ([0, 29.99, 59.98], [NEW, BEFORE, BEFORE]),
        ([0, 30], [NEW, NEW]),
        ([5, 0, 35], [NEW, BEFORE, NEW]),
        ([5, -40], [NEW, BEFORE]),
    ],
    ids=[
        "new",
        "once",
        "as long as it is seen now and then",
        "and again after a whole look-back",
        "an older article does not set the clock back",
        "and is no news",
    ],
)
def test_the_table(days: list[float], expected: list[Verdict]) -> None:
    assert verdicts(*days) == expected


def test_it_is_mute_until_the_look_back_is_covered_and_learns_meanwhile() -> None:
    assert verdicts(0, 29, created=0) == [SHORT, BEFORE]
    assert verdicts(29.99, created=0) == [SHORT]
    assert verdicts(30, created=0) == [NEW]


def test_history_covers_the_look_back() -> None:
    assert verdicts(0, created=0, history=-30) == [NEW]
    assert verdicts(0, created=0, history=-29) == [SHORT]


def test_whom_history_knows_is_not_new() -> None:
    known = seen(FirstState(), NOON - DAY)
    _, decision = decide(known, RULE, NOON - 100 * DAY, FirstState(), "wagner", NOON)
    assert decision.verdict is BEFORE


def test_an_alert_says_who_and_when_it_was_seen_last_and_each_is_an_episode() -> None:
    first, second = decided(0, 40)
    assert (first.episode, second.episode) == ("0", "1")
    assert first.figures == Newcomer(field="actors.id", value="wagner", last_seen=None)
    assert second.figures == Newcomer(field="actors.id", value="wagner", last_seen=NOON)


@given(st.lists(st.integers(-5, 100), max_size=20))
def test_in_order_of_time_it_tells_exactly_the_gaps(days: list[int]) -> None:
    ordered = sorted(days)
    gaps = [i == 0 or day - ordered[i - 1] >= 30 for i, day in enumerate(ordered)]
    assert [verdict is NEW for verdict in verdicts(*ordered)] == gaps
