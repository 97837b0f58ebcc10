"""Nothing matched for a window: decided at ticks, told once a silence."""

from dataclasses import dataclass
from datetime import datetime, timedelta

import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, rule

from services.alert.core.triggers.settings import Silence
from services.alert.core.triggers.silence import SilenceState, decide, hear
from services.alert.core.triggers.verdict import Decision, Verdict
from services.contracts.alert import Quiet
from tests.articles import NOON

HOUR = timedelta(hours=1)
RULE = Silence(window=6 * HOUR)
SILENT, HEARD, TOLD = Verdict.SILENT, Verdict.HEARD, Verdict.SILENCE_TOLD


@dataclass(frozen=True)
class Match:
    hour: float


@dataclass(frozen=True)
class Tick:
    hour: float


def decided(*steps: Match | Tick, since: datetime = NOON) -> list[Decision]:
    """The decisions at the ticks."""
    state, decisions = SilenceState(), []
    for step in steps:
        at = NOON + step.hour * HOUR
        if isinstance(step, Match):
            state, _ = hear(state, at)
        else:
            state, decision = decide(state, RULE, since, at)
            decisions.append(decision)
    return decisions


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        ([Tick(5.99), Tick(6)], [HEARD, SILENT]),
        ([Match(1), Tick(6), Tick(6.99), Tick(7)], [HEARD, HEARD, SILENT]),
        ([Tick(6), Tick(7), Tick(100)], [SILENT, TOLD, TOLD]),
        ([Tick(6), Match(8), Tick(13.99), Tick(14)], [SILENT, HEARD, SILENT]),
        ([Match(3), Match(1), Tick(8), Tick(9)], [HEARD, SILENT]),
        ([Match(-9), Tick(5.99), Tick(6)], [HEARD, SILENT]),
        ([Tick(6), Match(5), Tick(11), Tick(12)], [SILENT, HEARD, SILENT]),
    ],
    ids=[
        "counted from the rule's creation",
        "from the newest match, whose moment is outside the window that opens there",
        "told once",
        "a match ends it, the next silence is told",
        "an older match does not set the clock back",
        "nor one from before the rule",
        "after an alert a whole window has to pass",
    ],
)
def test_the_table(steps: list[Match | Tick], expected: list[Verdict]) -> None:
    assert [decision.verdict for decision in decided(*steps)] == expected


def test_an_alert_says_how_long_and_since_when_and_each_silence_is_an_episode() -> None:
    first, second = (d for d in decided(Tick(6), Match(8), Tick(14)) if d.verdict is SILENT)
    assert (first.episode, second.episode) == ("0", "1")
    assert first.figures == Quiet(since=NOON, until=NOON + 6 * HOUR, last_match=None)
    assert second.figures == Quiet(since=NOON + 8 * HOUR, until=NOON + 14 * HOUR, last_match=NOON + 8 * HOUR)


def test_a_changed_rule_is_counted_anew_though_a_silence_was_told() -> None:
    state, told = decide(SilenceState(), RULE, NOON, NOON + 6 * HOUR)
    changed = NOON + 50 * HOUR
    state, early = decide(state, RULE, changed, changed + 5.99 * HOUR)
    state, again = decide(state, RULE, changed, changed + 6 * HOUR)
    _, lasts = decide(state, RULE, changed, changed + 20 * HOUR)
    assert [d.verdict for d in (told, early, again, lasts)] == [SILENT, HEARD, SILENT, TOLD]
    assert (told.episode, again.episode) == ("0", "1")
    assert again.figures == Quiet(since=changed, until=changed + 6 * HOUR, last_match=None)


class Listening(RuleBasedStateMachine):
    """Matches in order of time and ticks between them: an alert for each gap of a window, at its first tick."""

    @initialize()
    def start(self) -> None:
        self.state, self.now, self.heard, self.told = SilenceState(), 0, [0], list[int]()
        self.told_at = -1

    @rule(hours=st.integers(0, 9))
    def match(self, hours: int) -> None:
        self.now += hours
        self.heard.append(self.now)
        self.state, decision = hear(self.state, NOON + self.now * HOUR)
        assert not decision.verdict.raises_alert

    @rule(hours=st.integers(0, 9))
    def tick(self, hours: int) -> None:
        self.now += hours
        lasts = bool(self.told) and self.told_at == len(self.heard) - 1
        began = max([self.heard[-1], *self.told[-1:]])
        self.state, decision = decide(self.state, RULE, NOON, NOON + self.now * HOUR)
        assert decision.verdict.raises_alert == (not lasts and self.now - began >= 6)
        if decision.verdict.raises_alert:
            self.told.append(self.now)
            self.told_at = len(self.heard) - 1


TestListening = Listening.TestCase
TestListening.settings = settings(max_examples=100, stateful_step_count=20, deadline=None)
