"""The mean of a dyad that forgets, and when it moved far enough to be told."""

import math
from collections.abc import Sequence
from datetime import timedelta

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alert.core.triggers.changes import ChangesState, decide
from services.alert.core.triggers.dyads import CELL, Feeding, Point, Series, cell_of, feed
from services.alert.core.triggers.settings import Changes, HalfLife
from services.alert.core.triggers.verdict import Decision, Verdict
from services.contracts.alert import Move
from tests.articles import NOON

HOUR = timedelta(hours=1)
RULE = Changes(by=20, window=24 * HOUR, half_life=HalfLife.SIX_HOURS)
MOVED, UNMOVED, LATELY = Verdict.MOVED, Verdict.UNMOVED, Verdict.TOLD_LATELY
Score = tuple[float, float]
"""Hour and score of an article."""


def fed(scores: Sequence[Score]) -> tuple[Series, dict[str, Point]]:
    series, history = Series(), {}
    for hour, score in scores:
        series = feed(series, score, NOON + hour * HOUR)
        assert series.cell is not None
        history[series.cell.at.isoformat()] = series.cell
    return series, history


def decided(*scores: Score, rule: Changes = RULE) -> list[Decision]:
    """The decision after each article."""
    state, decisions = ChangesState(), []
    for i in range(len(scores)):
        series, history = fed(scores[: i + 1])
        assert series.at is not None
        points = [history[at] for at in sorted(history)]
        state, decision = decide(state, rule, "RUS-UKR", series, points, series.at)
        decisions.append(decision)
    return decisions


CALM = tuple((hour, 10.0) for hour in range(0, 20, 2))
FIERCE = tuple((hour, 90.0) for hour in range(20, 24))


def test_a_calm_dyad_that_becomes_fierce_is_told_once_a_window() -> None:
    found = decided(*CALM, *FIERCE, (30, 90))
    raised = [i for i, decision in enumerate(found) if decision.verdict is MOVED]
    (told,) = raised
    assert told == len(CALM) + 1, "one fierce article among ten calm ones is not enough"
    assert {decision.verdict for decision in found[:told]} == {UNMOVED}
    assert {decision.verdict for decision in found[told + 1 :]} == {LATELY}
    move = found[told].figures
    assert isinstance(move, Move)
    assert (move.dyad, round(move.before), move.half_life) == ("RUS-UKR", 10, "6h")
    assert move.after > 30


def test_a_fall_is_a_move_too_and_each_is_an_episode() -> None:
    found = decided(*CALM, *FIERCE, *((hour, 5.0) for hour in range(60, 80, 2)))
    raised = [decision for decision in found if decision.verdict is MOVED]
    assert [decision.episode for decision in raised] == ["0", "1"]
    fall = raised[1].figures
    assert isinstance(fall, Move)
    assert fall.after < fall.before


def test_a_slow_drift_is_no_move_within_the_window() -> None:
    slow = [(12.0 * day, 10 + 4.0 * day) for day in range(15)]
    assert {decision.verdict for decision in decided(*slow)} == {UNMOVED}


def test_the_first_article_of_a_dyad_is_where_it_starts_from() -> None:
    assert [d.verdict for d in decided((0, 95))] == [UNMOVED]
    assert [d.verdict for d in decided((0, 20), (1, 80))] == [UNMOVED, MOVED]


def test_what_held_at_the_beginning_of_the_window_counts_however_old_it_is() -> None:
    assert decided((0, 10), (500, 80))[-1].verdict is MOVED


@given(st.lists(st.tuples(st.integers(0, 200), st.floats(0, 100)), min_size=1, max_size=20), st.randoms())
def test_the_mean_is_the_decayed_average_in_whatever_order_the_articles_came(
    scores: list[tuple[int, float]], order: object
) -> None:
    mixed = list(scores)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    series, _ = fed(mixed)
    newest = max(hour for hour, _ in scores)
    for half_life in HalfLife:
        weights = [2.0 ** -((newest - hour) * HOUR / half_life.span) for hour, _ in scores]
        mean = sum(w * score for w, (_, score) in zip(weights, scores, strict=True)) / sum(weights)
        assert series.mean(half_life) == pytest.approx(mean, abs=1e-6)
        assert 0 <= series.mean(half_life) <= 100 + 1e-9
    assert series.articles == len(scores)
    assert msgspec.json.decode(msgspec.json.encode(series), type=Series) == series


def test_history_keeps_how_low_and_how_high_a_mean_stood_in_each_cell() -> None:
    series, history = fed([(0, 50), (0.1, 90), (0.2, 0)])
    (point,) = history.values()
    low, high, last = point.extent(HalfLife.DAY)
    assert (point.at, point.articles) == (NOON, 3)
    assert high == pytest.approx(70, abs=0.2)
    assert low == last == pytest.approx(series.mean(HalfLife.DAY), abs=1e-3)
    assert len(fed([(0, 50), (1, 50)])[1]) == 2


def test_cells_are_half_hours() -> None:
    assert cell_of(NOON + timedelta(minutes=29, seconds=59)) == NOON
    assert cell_of(NOON + CELL) == NOON + CELL


def test_a_gap_of_years_forgets_all_but_the_last() -> None:
    series, _ = fed([(0, 100), (24 * 365 * 5, 10)])
    assert math.isclose(series.mean(HalfLife.WEEK), 10, abs_tol=0.01)


EXACT = st.lists(
    st.tuples(st.sampled_from([0.0, 0.1, 0.5, 0.75, 3.0, 200.0]) | st.floats(0, 100), st.floats(0, 100)), max_size=12
)


@given(EXACT, st.integers(0, 12))
def test_articles_fed_together_leave_what_they_leave_one_by_one(scores: list[Score], first: int) -> None:
    before, kept = fed(scores[:first])
    alone, history = before, dict(kept)
    feeding = Feeding(before)
    for hour, score in scores[first:]:
        at = NOON + hour * HOUR
        feeding.add(score, at)
        alone = feed(alone, score, at)
        assert alone.cell is not None
        history[alone.cell.at.isoformat()] = alone.cell
    together = feeding.fed()
    assert together.series == alone
    touched = {cell.at.isoformat(): cell for cell in together.cells}
    assert list(touched) == sorted(touched)
    assert kept | touched == history
