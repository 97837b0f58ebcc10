"""A number crosses a ladder: what is told, what is not, what re-arms. A table, then the laws."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from services.alert.core.triggers.crosses import GroupState, Ladder, decide
from services.alert.core.triggers.grouping import Observed
from services.alert.core.triggers.verdict import Decision, Verdict
from tests.articles import NOON

DAY = timedelta(days=1)
LADDER = Ladder(rungs=(100_000, 150_000, 200_000), window=14 * DAY)

CROSSED, AGAIN, TOLD = Verdict.RUNG_CROSSED, Verdict.WINDOW_PASSED, Verdict.RUNG_TOLD
BELOW, KEPT = Verdict.BELOW_LADDER, Verdict.LEVEL_KEPT


def seen(value: float, firm: bool = True) -> Observed:
    return Observed("", (), value, firm)


def told(*numbers: tuple[float, float] | tuple[float, float, bool], ladder: Ladder = LADDER) -> list[Decision]:
    """The decision on each (day, number, firm)."""
    state, decisions = GroupState(), []
    for day, number, *firm in numbers:
        state, decision = decide(state, ladder, seen(number, *firm), NOON + day * DAY)
        decisions.append(decision)
    return decisions


def verdicts(*numbers: tuple[float, float] | tuple[float, float, bool], ladder: Ladder = LADDER) -> list[object]:
    """For an alert its rung, else the verdict."""
    return [d.rung if d.rung is not None else d.verdict for d in told(*numbers, ladder=ladder)]


CASES: dict[str, tuple[list[tuple[float, float] | tuple[float, float, bool]], list[object]]] = {
    "below the lowest rung is silent": ([(0, 99_999)], [BELOW]),
    "an unknown level counts as below, the rung itself as reached": ([(0, 100_000)], [100_000]),
    "it rises through a rung": ([(0, 99_999), (1, 100_000)], [BELOW, 100_000]),
    "a rung is told once": ([(0, 110_000), (1, 120_000), (2, 110_000)], [100_000, TOLD, TOLD]),
    "the next rung is told": ([(0, 110_000), (1, 160_000)], [100_000, 150_000]),
    "a jump over several is one alert, the highest": ([(0, 90_000), (1, 999_999)], [BELOW, 200_000]),
    "a jump told the rungs below it too": ([(0, 210_000), (1, 160_000)], [200_000, TOLD]),
    "a small fall is no re-arming": ([(0, 110_000), (1, 90_001), (2, 110_000)], [100_000, BELOW, TOLD]),
    "a fall by a tenth re-arms": ([(0, 110_000), (1, 90_000), (2, 110_000)], [100_000, BELOW, 100_000]),
    "each rung re-arms alone": ([(0, 160_000), (1, 120_000), (2, 155_000)], [150_000, TOLD, 150_000]),
    "the lower rung stays told": ([(0, 160_000), (1, 120_000), (2, 110_000)], [150_000, TOLD, TOLD]),
    "the window has not passed": ([(0, 110_000), (13.99, 110_000)], [100_000, TOLD]),
    "the window has passed": ([(0, 110_000), (14, 110_000)], [100_000, 100_000]),
    "each rung its window": ([(0, 110_000), (10, 160_000), (15, 160_000)], [100_000, 150_000, TOLD]),
    "the highest again": ([(0, 110_000), (10, 160_000), (24, 160_000)], [100_000, 150_000, 150_000]),
    "up to and vague lower nothing": ([(0, 110_000), (1, 0, False), (2, 110_000)], [100_000, KEPT, TOLD]),
    "up to and vague may raise": ([(0, 10_000, False), (1, 110_000, False)], [BELOW, 100_000]),
    "an older report lowers nothing": ([(5, 110_000), (1, 20_000), (6, 110_000)], [100_000, KEPT, TOLD]),
    "an older report may raise": ([(5, 110_000), (1, 160_000)], [100_000, 150_000]),
    "a late alert does not set a rung's clock back": (
        [(10, 110_000), (5, 160_000), (20, 120_000)],
        [100_000, 150_000, TOLD],
    ),
    "at one time order decides": ([(0, 110_000), (0, 50_000), (0, 110_000)], [100_000, BELOW, 100_000]),
}


@pytest.mark.parametrize(("numbers", "expected"), CASES.values(), ids=CASES.keys())
def test_the_table(numbers: list[tuple[float, float] | tuple[float, float, bool]], expected: list[object]) -> None:
    assert verdicts(*numbers) == expected


def test_without_a_window_only_a_fall_re_arms() -> None:
    assert verdicts((0, 110_000), (9_999, 110_000), ladder=Ladder(rungs=(100_000,))) == [100_000, TOLD]


def test_without_hysteresis_any_fall_below_the_rung_re_arms() -> None:
    ladder = Ladder(rungs=(100,), hysteresis=0)
    assert verdicts((0, 100), (1, 100), (2, 99.9), (3, 100), ladder=ladder) == [100, TOLD, BELOW, 100]


def test_rungs_below_zero_re_arm_below_themselves() -> None:
    ladder = Ladder(rungs=(-5.0, 0.0, 5.0))
    assert verdicts((0, -5), (1, -5.4), (2, -5), (3, -6), (4, -5), ladder=ladder) == [-5, BELOW, TOLD, BELOW, -5]


def test_an_alert_says_the_level_before_and_after() -> None:
    first, second = told((0, 90_000), (1, 160_000))
    assert (first.before, first.after) == (None, 90_000)
    assert second == Decision(CROSSED, "0:150000", before=90_000, after=160_000, rung=150_000)


def test_what_is_told_again_is_another_episode_and_says_why() -> None:
    first, _, fallen, passed = told((0, 110_000), (1, 80_000), (2, 110_000), (16, 110_000))
    assert [d.episode for d in (first, fallen, passed)] == ["0:100000", "1:100000", "2:100000"]
    assert [d.verdict for d in (first, fallen, passed)] == [CROSSED, CROSSED, AGAIN]


def test_a_rung_that_an_edit_adds_below_the_level_waits_for_a_rise() -> None:
    state, _ = decide(GroupState(), Ladder(rungs=(100,)), seen(130), NOON)
    wider = Ladder(rungs=(100, 120))
    state, decision = decide(state, wider, seen(131), NOON)
    assert decision.verdict is TOLD
    state, _ = decide(state, wider, seen(110), NOON)
    state, decision = decide(state, wider, seen(120), NOON)
    assert decision.rung == 120


def test_the_state_survives_its_journey_through_json() -> None:
    state, _ = decide(GroupState(), LADDER, seen(160_000), NOON)
    assert GroupState.model_validate_json(state.model_dump_json()) == state


@dataclass(frozen=True)
class Raised:
    rung: float
    at: datetime
    step: int


class Crossing(RuleBasedStateMachine):
    """Any sequence of numbers: no rung is told twice without re-arming, and no rise is missed.

    The model remembers the whole history and recomputes from it what the state keeps in a few fields.
    """

    @initialize(
        rungs=st.lists(st.integers(1, 12), min_size=1, max_size=4, unique=True),
        hysteresis=st.sampled_from([0.0, 0.1, 0.5]),
        window=st.sampled_from([None, 3 * DAY]),
    )
    def start(self, rungs: list[int], hysteresis: float, window: timedelta | None) -> None:
        self.ladder = Ladder(rungs=tuple(map(float, sorted(rungs))), hysteresis=hysteresis, window=window)
        self.state = GroupState()
        self.levels: list[float] = []
        self.newest = NOON - 100 * DAY
        self.alerts: list[Raised] = []
        self.episodes: list[str] = []
        self.day = 0

    @rule(number=st.integers(0, 14), firm=st.booleans(), days=st.integers(-2, 3))
    def observe(self, number: int, firm: bool, days: int) -> None:
        self.day += days
        at = NOON + self.day * DAY
        lowers = bool(self.levels) and number < self.levels[-1]
        ignored = lowers and (not firm or at < self.newest)
        self.state, decision = decide(self.state, self.ladder, seen(number, firm), at)
        if ignored:
            assert decision.verdict is KEPT
            return
        armed = [rung for rung in self.ladder.rungs if number >= rung and self.armed(rung, at)]
        assert decision.rung == (armed[-1] if armed else None)
        self.levels.append(float(number))
        self.newest = max(self.newest, at)
        if decision.rung is not None:
            assert decision.verdict.raises_alert
            self.alerts.append(Raised(decision.rung, at, len(self.levels) - 1))
            self.episodes.append(decision.episode)

    def armed(self, rung: float, at: datetime) -> bool:
        limit = rung - self.ladder.hysteresis * rung
        falls = [step for step, level in enumerate(self.levels) if level < rung and level <= limit]
        since = falls[-1] if falls else -1
        covering = [alert.at for alert in self.alerts if alert.rung >= rung and alert.step > since]
        if not covering:
            return True
        return self.ladder.window is not None and at - max(covering) >= self.ladder.window

    @invariant()
    def episodes_are_unique(self) -> None:
        episodes = getattr(self, "episodes", [])
        assert len(episodes) == len(set(episodes))

    @invariant()
    def the_highest_rung_reached_was_told(self) -> None:
        levels = getattr(self, "levels", [])
        reached = [rung for rung in self.ladder.rungs if rung <= max(levels)] if levels else []
        if reached:
            assert max(alert.rung for alert in self.alerts) == reached[-1]


TestCrossing = Crossing.TestCase
TestCrossing.settings = settings(max_examples=150, stateful_step_count=25, deadline=None)
