"""A rate beside its own baseline. A table, then the law against a model that keeps every article."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.alert.core.triggers.settings import Spike
from services.alert.core.triggers.spike import MAX_FINE, PARTS, SpikeState, decide, feed_history
from services.alert.core.triggers.verdict import Decision, Verdict
from services.contracts.alert import Rate
from tests.articles import NOON

HOUR = timedelta(hours=1)
LATENESS = 24 * HOUR
RULE = Spike(window=HOUR, ratio=3, baseline=10 * HOUR, at_least=5)
ROSE, RATE, FLOOR = Verdict.RATE_ROSE, Verdict.BELOW_RATE, Verdict.BELOW_FLOOR
SHORT, LATELY = Verdict.BASELINE_SHORT, Verdict.TOLD_LATELY
LONG_AGO = NOON - 1_000 * HOUR


def decided(
    *hours: float, rule: Spike = RULE, created: datetime = LONG_AGO, history: Sequence[float] = ()
) -> list[Decision]:
    """The decision on an article at each hour, in this order of arrival."""
    state, decisions, clock = SpikeState(), [], LONG_AGO
    for hour in history:
        state = feed_history(state, rule, LATENESS, NOON + hour * HOUR)
    for hour in hours:
        at = NOON + hour * HOUR
        clock = max(clock, at)
        state, decision = decide(state, rule, LATENESS, created, at, clock)
        decisions.append(decision)
    return decisions


def last(*hours: float, **changes: object) -> Verdict:
    return decided(*hours, **changes)[-1].verdict  # type: ignore[arg-type]


BUSY = tuple(n / 2 for n in range(-20, 0))
"""Two an hour over the ten hours before the window that begins at NOON."""
BURST = (0.5, 0.6, 0.7, 0.8, 0.96)


@pytest.mark.parametrize(
    ("hours", "verdict"),
    [
        (BURST[:4], FLOOR),
        (BURST, ROSE),
        ((*BUSY, *BURST), RATE),
        ((*BUSY, *BURST, 0.97), ROSE),
        ((*BURST, 0.98), LATELY),
        ((*BURST, 1.6), FLOOR),
        ((*BURST, 2.5, 2.6, 2.7, 2.8, 2.9), ROSE),
        ((*(n / 10 for n in range(-95, -5)), *BURST), RATE),
    ],
    ids=[
        "below the floor",
        "against nothing the floor decides",
        "five where two are usual are no spike of three times",
        "six are",
        "told once a window",
        "and silent when it is over",
        "the next burst is told",
        "nine an hour before make five nothing",
    ],
)
def test_the_table(hours: Sequence[float], verdict: Verdict) -> None:
    assert last(*hours) is verdict


def test_the_window_is_no_part_of_its_baseline() -> None:
    *_, spike = decided(*BUSY, *BURST, 0.97)
    figures = spike.figures
    assert isinstance(figures, Rate)
    assert (figures.articles, round(figures.expected, 2)) == (6, 2)
    assert figures.until - figures.since == HOUR


def test_it_is_mute_until_the_baseline_is_covered_by_the_life_of_the_rule() -> None:
    assert last(*BURST, created=NOON - 9.9 * HOUR) is SHORT
    assert last(*BURST, created=NOON - 10 * HOUR) is ROSE


def test_history_covers_the_baseline_feeds_it_and_is_no_part_of_the_window() -> None:
    assert last(*BURST, created=NOON, history=[-10]) is ROSE
    assert last(*BURST, created=NOON, history=[-9]) is SHORT
    assert last(*BURST, created=NOON, history=[-10, *BUSY]) is RATE
    assert last(*BURST[:4], created=NOON, history=[-10, *BURST]) is FLOOR


def test_a_late_article_completes_the_window_that_holds_it() -> None:
    late = decided(*BURST[:4], 5, 0.55)
    assert [decision.verdict for decision in late[-2:]] == [FLOOR, ROSE]


def test_each_re_arming_is_an_episode() -> None:
    raised = [d.episode for d in decided(*BURST, *(hour + 5 for hour in BURST)) if d.verdict is ROSE]
    assert raised == ["0", "1"]


def test_the_state_is_bounded_and_survives_its_journey_through_json() -> None:
    rule, state = Spike(window=timedelta(minutes=1), ratio=3, baseline=timedelta(hours=16)), SpikeState()
    for n in range(4_000):
        at = NOON + timedelta(seconds=30 * n)
        state, _ = decide(state, rule, LATENESS, LONG_AGO, at, at)
    assert len(state.fine) <= MAX_FINE + 1
    assert len(state.coarse) <= 16 * 60 + 24 * 60 + 4
    assert len(state.model_dump_json()) < 60_000
    assert SpikeState.model_validate_json(state.model_dump_json()) == state


def test_an_imported_archive_leaves_what_a_baseline_can_reach_in_any_order() -> None:
    archive = [-hour for hour in range(0, 24 * 365, 6)]
    for history in (archive, archive[::-1]):
        state = SpikeState()
        for hour in history:
            state = feed_history(state, RULE, LATENESS, NOON + hour * HOUR)
        assert len(state.coarse) <= (10 + 24 + 4) // 6 + 1
        assert state.since is not None
        assert state.since < (NOON - 364 * 24 * HOUR).timestamp() * 1_000


@settings(max_examples=200, deadline=None)
@given(st.lists(st.integers(0, 30 * PARTS - 1), max_size=60))
def test_in_order_of_time_it_tells_what_a_model_that_forgets_nothing_tells(cells: list[int]) -> None:
    """Every article in the middle of a cell, so that the cells are exact."""
    hours = [(cell + 0.5) / PARTS for cell in sorted(cells)]
    told: list[int] = []
    expected: list[bool] = []
    for i, cell in enumerate(sorted(cells)):
        seen = sorted(cells)[: i + 1]
        window = [c for c in seen if cell - PARTS < c <= cell]
        before = [c for c in seen if cell - PARTS - 10 * PARTS < c <= cell - PARTS]
        loud = len(window) >= 5 and len(window) >= 3 * len(before) / 10
        fires = loud and all(cell - t >= PARTS for t in told)
        told += [cell] if fires else []
        expected.append(fires)
    assert [decision.verdict is ROSE for decision in decided(*hours)] == expected
