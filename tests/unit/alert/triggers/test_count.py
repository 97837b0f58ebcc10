"""Enough stories from enough sources within a window. A table, then the laws against a model that forgets nothing."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.alert.core.triggers.count import MAX_SEEN, CountState, decide, independent
from services.alert.core.triggers.settings import Count
from services.alert.core.triggers.verdict import Decision, Verdict
from tests.articles import NOON

HOUR = timedelta(hours=1)
LATENESS = 24 * HOUR
ENOUGH, FEW, LATELY = Verdict.ENOUGH, Verdict.TOO_FEW, Verdict.TOLD_LATELY
Seen = tuple[float, str, str]
"""Hour, story, source."""


def count(at_least: int = 3, sources: int = 1, hours: float = 6) -> Count:
    return Count(at_least=at_least, sources=sources, window=hours * HOUR)


def decided(rule: Count, *seen: Seen) -> list[Decision]:
    state, decisions, clock = CountState(), [], NOON - 1_000 * HOUR
    for hour, story, source in seen:
        at = NOON + hour * HOUR
        clock = max(clock, at)
        state, decision = decide(state, rule, LATENESS, story, source, at, clock)
        decisions.append(decision)
    return decisions


CASES: dict[str, tuple[Count, list[Seen], list[Verdict]]] = {
    "the third story within the window": (count(), [(0, "a", "x"), (1, "b", "x"), (2, "c", "x")], [FEW, FEW, ENOUGH]),
    "a copy of a story counts once": (count(), [(0, "a", "x"), (1, "a", "y"), (2, "b", "x")], [FEW, FEW, FEW]),
    "the window's old end is open": (count(2), [(0, "a", "x"), (6, "b", "x")], [FEW, FEW]),
    "just inside it": (count(2), [(0.01, "a", "x"), (6, "b", "x")], [FEW, ENOUGH]),
    "sources are counted, not articles": (
        count(2, 2),
        [(0, "a", "x"), (1, "b", "x"), (2, "c", "y")],
        [FEW, FEW, ENOUGH],
    ),
    "copies of a story speak for one source": (count(1, 2), [(0, "a", "x"), (1, "a", "y"), (2, "a", "z")], [FEW] * 3),
    "a story copied by another's source still speaks for its own": (
        count(2, 2),
        [(0, "a", "x"), (1, "a", "y"), (2, "b", "x")],
        [FEW, FEW, ENOUGH],
    ),
    "told once a window": (
        count(2),
        [(0, "a", "x"), (1, "b", "x"), (2, "c", "x"), (6.99, "d", "x")],
        [FEW, ENOUGH, FEW, LATELY],
    ),
    "re-armed when a window has passed": (
        count(2),
        [(0, "a", "x"), (1, "b", "x"), (5, "c", "x"), (7, "d", "x")],
        [FEW, ENOUGH, FEW, ENOUGH],
    ),
    "what was told is not counted again": (
        count(2),
        [(0, "a", "x"), (1, "b", "x"), (7, "d", "x")],
        [FEW, ENOUGH, FEW],
    ),
    "a late one completes the window that holds it": (
        count(),
        [(0, "a", "x"), (2, "b", "x"), (9, "z", "x"), (1, "c", "x")],
        [FEW, FEW, FEW, ENOUGH],
    ),
    "a burst before the last alert is told too": (
        count(2),
        [(20, "a", "x"), (21, "b", "x"), (1, "c", "x"), (2, "d", "x")],
        [FEW, ENOUGH, FEW, ENOUGH],
    ),
    "a late one within an alert's window is silent": (
        count(2),
        [(20, "a", "x"), (21, "b", "x"), (19, "c", "x")],
        [FEW, ENOUGH, LATELY],
    ),
}  # fmt: skip


@pytest.mark.parametrize(("rule", "seen", "expected"), CASES.values(), ids=CASES.keys())
def test_the_table(rule: Count, seen: list[Seen], expected: list[Verdict]) -> None:
    assert [decision.verdict for decision in decided(rule, *seen)] == expected


def test_an_alert_says_what_it_counted_and_each_re_arming_is_an_episode() -> None:
    found = decided(count(2, 2), (0, "a", "x"), (1, "b", "y"), (8, "c", "x"), (9, "d", "z"))
    first, second = (decision for decision in found if decision.verdict is ENOUGH)
    assert (first.episode, second.episode) == ("0", "1")
    assert first.figures is not None
    assert first.figures.model_dump() == {
        "group": {},
        "stories": 2,
        "sources": ("x", "y"),
        "since": NOON - 5 * HOUR,
        "until": NOON + HOUR,
    }


def test_a_crowd_is_bounded_and_hides_no_other_source() -> None:
    rule, state = count(3, 3), CountState()
    state, _ = decide(state, rule, LATENESS, "other", "quiet.example", NOON, NOON)
    for n in range(MAX_SEEN + 50):
        at = NOON + timedelta(seconds=1 + n)
        state, decision = decide(state, rule, LATENESS, str(n), "flood.example", at, at)
        assert decision.verdict is FEW
    assert len(state.seen) == MAX_SEEN
    at = NOON + HOUR
    _, decision = decide(state, rule, LATENESS, "third", "third.example", at, at)
    assert decision.verdict is ENOUGH


def test_what_no_late_article_reaches_is_forgotten() -> None:
    rule, state = count(500), CountState()
    for n in range(200):
        at = NOON + n * HOUR
        state, _ = decide(state, rule, LATENESS, str(n), "x", at, at)
    assert len(state.seen) == 30
    assert CountState.model_validate_json(state.model_dump_json()) == state


@given(st.lists(st.tuples(st.integers(0, 4), st.integers(0, 4)), max_size=12), st.integers(1, 5))
def test_independent_sources_are_a_maximum_matching(pairs: list[tuple[int, int]], enough: int) -> None:
    seen = [(0, str(story), str(source)) for story, source in pairs]
    assert min(independent(seen, enough), enough) == min(_matching(frozenset(pairs)), enough)


def _matching(pairs: frozenset[tuple[int, int]]) -> int:
    """By trying everything."""
    best = 0
    for story, source in pairs:
        rest = frozenset(p for p in pairs if p[0] != story and p[1] != source)
        best = max(best, 1 + _matching(rest))
    return best


@dataclass(frozen=True)
class Burst:
    end: float
    members: tuple[Seen, ...]


def bursts(rule: Count, seen: Sequence[Seen]) -> list[Burst]:
    """Every window ending at a sighting that is full, when nothing is ever forgotten."""
    hours, found = rule.window / HOUR, []
    for end in sorted({hour for hour, *_ in seen}):
        members = tuple(s for s in seen if end - hours < s[0] <= end)
        pairs = frozenset((int(story), int(source)) for _, story, source in members)
        if len({story for story, _ in pairs}) >= rule.at_least and _matching(pairs) >= rule.sources:
            found.append(Burst(end, members))
    return found


SIGHTINGS = st.lists(
    st.tuples(st.integers(0, 20), st.integers(0, 5).map(str), st.integers(0, 3).map(str)), min_size=1, max_size=16
)


@settings(max_examples=300, deadline=None)
@given(SIGHTINGS, st.integers(1, 4), st.integers(1, 3), st.integers(2, 6), st.randoms(use_true_random=False))
def test_reordering_within_the_lateness_changes_who_completes_a_count_never_whether_a_burst_is_told(
    seen: list[tuple[int, str, str]], at_least: int, sources: int, hours: int, order: object
) -> None:
    rule = count(at_least, sources, hours)
    full = bursts(rule, seen)
    for arrival in (sorted(seen), sorted(seen, reverse=True), _shuffled(seen, order)):
        told = _told(rule, arrival)
        for burst in full:
            assert any(abs(burst.end - end) < hours for end in told), (burst, told)
        assert all(abs(a - b) >= hours for i, a in enumerate(told) for b in told[i + 1 :])
        assert set(told) <= {burst.end for burst in full}


def _shuffled(seen: list[tuple[int, str, str]], order: object) -> list[tuple[int, str, str]]:
    mixed = list(seen)
    order.shuffle(mixed)  # type: ignore[attr-defined]
    return mixed


def _told(rule: Count, seen: Sequence[Seen]) -> list[float]:
    """Ends of the windows that were told, as hours."""
    return [
        (decision.figures.until - NOON) / HOUR  # type: ignore[union-attr]
        for decision in decided(rule, *seen)
        if decision.verdict is ENOUGH
    ]
