"""What becomes of an alert: one row of the documented order of rulings, one sentence."""

from collections import Counter
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alert.core.noise.deciding import Ruling, decide
from services.alert.core.noise.gravity import Gravity, gravity
from services.alert.core.noise.memory import Acknowledgement, Mark, Memory, Snooze, SubscriptionMemory
from services.alert.core.noise.silences import Silence
from services.alert.core.noise.wall_clock import day_in
from services.alert.core.outbox import Cause, State
from services.alert.core.severity import Severity
from services.contracts.alert import Alert, Kind
from tests.articles import NOON
from tests.unit.alert.noise.builders import alert, at_level, listener, memory

NIGHT = {"from": "11:00", "to": "13:00"}
ONE = datetime(2022, 2, 7, 13, tzinfo=UTC)
MIDNIGHT = datetime(2022, 2, 8, tzinfo=UTC)
EIGHT = datetime(2022, 2, 8, 8, tzinfo=UTC)
HOUR = timedelta(hours=1)

SILENCE = Silence.model_validate(
    {
        "id": "quiet", "matchers": [{"label": "subscription", "value": "s"}], "starts_at": NOON, "ends_at": ONE,
        "author": "Olena", "comment": "exercise", "created_at": NOON,
    }
)  # fmt: skip
SNOOZE = Snooze(until=EIGHT, since=NOON - HOUR, until_level=150_000, until_severity=Severity.CRITICAL)
SEEN = Acknowledgement(by="Olena", at=NOON, severity=Severity.MEDIUM, level=100_000)
SPENT = SubscriptionMemory(spent={NOON.date(): 5})


def silenced() -> Memory:
    return memory(silences={"default": [SILENCE]})


def snoozed() -> Memory:
    return memory(subscriptions={"s": SubscriptionMemory(snooze=SNOOZE)})


def told(minutes_ago: int, level: float | None = None, severity: Severity = Severity.MEDIUM) -> Memory:
    return memory(marks={("s", ""): Mark(NOON - timedelta(minutes=minutes_ago), Gravity(severity, level))})


def seen() -> Memory:
    return memory(acknowledged={"a": SEEN})


def spent() -> Memory:
    return memory(subscriptions={"s": SPENT})


SENT = (State.WAITING, Cause.NONE, NOON)
UPDATE: dict[str, Any] = {"kind": Kind.UPDATE, "edition": 7}
DENIAL: dict[str, Any] = {"kind": Kind.DENIAL, "edition": 7}


@pytest.mark.parametrize(
    ("told_of", "settings", "known", "becomes"),
    [
        (alert(), {}, memory(), SENT),
        # silences come first
        (alert(), {}, silenced(), (State.SUPPRESSED, Cause.SILENCED, NOON)),
        (alert(**DENIAL), {}, silenced(), (State.SUPPRESSED, Cause.SILENCED, NOON)),
        (alert(team="other"), {}, silenced(), SENT),
        # what speaks against an alert passes all but silences and quiet hours
        (alert(**DENIAL), {"daily_budget": 5, "digest": {"every": "daily"}, "cooldown": "1h"}, spent(), SENT),
        (alert(**DENIAL), {}, snoozed(), SENT),
        (alert(**DENIAL), {}, seen(), SENT),
        (alert(**DENIAL), {"quiet_hours": NIGHT}, memory(), (State.WAITING, Cause.QUIET_HOURS, ONE)),
        # acknowledged: quiet unless it is graver
        (alert(**UPDATE), {}, seen(), (State.SUPPRESSED, Cause.ACKNOWLEDGED, NOON)),
        (alert(**UPDATE, severity="high"), {}, seen(), SENT),
        (at_level(100_000, **UPDATE), {}, seen(), (State.SUPPRESSED, Cause.ACKNOWLEDGED, NOON)),
        (at_level(100_001, **UPDATE), {}, seen(), SENT),
        (alert(), {}, seen(), SENT),
        # cooldown: a repeat is spared, an escalation is not
        (alert(), {"cooldown": "1h"}, told(59), (State.SUPPRESSED, Cause.COOLDOWN, NOON)),
        (alert(), {"cooldown": "1h"}, told(60), SENT),
        (alert(group_key="other"), {"cooldown": "1h"}, told(59), SENT),
        (alert(severity="high"), {"cooldown": "1h"}, told(59), SENT),
        (at_level(150_000), {"cooldown": "1h"}, told(59, 100_000), SENT),
        (at_level(100_000), {"cooldown": "1h"}, told(59, 100_000), (State.SUPPRESSED, Cause.COOLDOWN, NOON)),
        (alert(), {}, told(59), SENT),
        # snooze: gathered until it ends, or escalates
        (alert(), {}, snoozed(), (State.GATHERED, Cause.SNOOZED, EIGHT)),
        (alert(severity="high"), {}, snoozed(), (State.GATHERED, Cause.SNOOZED, EIGHT)),
        (alert(severity="critical"), {}, snoozed(), SENT),
        (at_level(149_999), {}, snoozed(), (State.GATHERED, Cause.SNOOZED, EIGHT)),
        (at_level(150_000), {}, snoozed(), SENT),
        # digest before quiet hours and budget
        (alert(), {"digest": {"every": "daily"}}, memory(), (State.GATHERED, Cause.DIGEST, EIGHT)),
        (alert(), {"digest": {"every": "hourly"}, "quiet_hours": NIGHT}, memory(), (State.GATHERED, Cause.DIGEST, ONE)),
        # budget
        (alert(), {"daily_budget": 6}, spent(), SENT),
        (alert(), {"daily_budget": 5}, spent(), (State.GATHERED, Cause.BUDGET, MIDNIGHT)),
        (alert(), {"daily_budget": 5, "time_zone": "Pacific/Auckland"}, spent(), SENT),  # it is the 8th there
        # quiet hours
        (alert(), {"quiet_hours": NIGHT}, memory(), (State.WAITING, Cause.QUIET_HOURS, ONE)),
        (alert(severity="high"), {"quiet_hours": NIGHT | {"except_severity": "high"}}, memory(), SENT),
        (
            alert(),
            {"quiet_hours": NIGHT | {"except_severity": "high"}},
            memory(),
            (State.WAITING, Cause.QUIET_HOURS, ONE),
        ),
    ],
)
def test_the_first_ruling_that_holds_decides(
    told_of: Alert, settings: dict[str, Any], known: Memory, becomes: tuple[State, Cause, datetime]
) -> None:
    assert decide(told_of, listener(**settings), known, NOON) == Ruling(*becomes)


def test_what_a_cooldown_suppresses_does_not_prolong_it() -> None:
    known, rule = memory(), listener(cooldown="1h")
    states = [decide(alert(str(n)), rule, known, NOON + n * timedelta(minutes=20)).state for n in range(7)]
    assert states == [
        State.WAITING, State.SUPPRESSED, State.SUPPRESSED, State.WAITING, State.SUPPRESSED, State.SUPPRESSED,
        State.WAITING,
    ]  # fmt: skip


def test_the_alert_that_ends_a_snooze_ends_it_for_those_after_it_too() -> None:
    known = snoozed()
    assert decide(at_level(150_000), listener(), known, NOON).state is State.WAITING
    assert decide(at_level(10, "b"), listener(), known, NOON).state is State.WAITING
    assert known.subscriptions["s"].snooze is None


def test_a_snooze_whose_time_has_passed_holds_nothing() -> None:
    assert decide(alert(), listener(), snoozed(), EIGHT).state is State.WAITING


def test_what_quiet_hours_hold_is_counted_on_the_day_on_which_it_is_sent() -> None:
    rule = listener(daily_budget=2, quiet_hours={"from": "11:00", "to": "07:00"})
    known = memory()
    rulings = [decide(alert(str(n)), rule, known, NOON) for n in range(3)]
    morning = datetime(2022, 2, 8, 7, tzinfo=UTC)
    assert [(r.cause, r.due_at) for r in rulings] == [
        (Cause.QUIET_HOURS, morning),
        (Cause.QUIET_HOURS, morning),
        (Cause.BUDGET, datetime(2022, 2, 9, tzinfo=UTC)),
    ]
    later = alert("later", raised_at=morning + HOUR)
    assert decide(later, rule, known, morning + HOUR).cause is Cause.BUDGET
    assert known.subscriptions["s"].spent == {morning.date(): 2}


def test_days_that_are_over_are_forgotten() -> None:
    known = memory(subscriptions={"s": SubscriptionMemory(spent={NOON.date() - timedelta(days=1): 3})})
    decide(alert(), listener(daily_budget=1), known, NOON)
    assert known.subscriptions["s"].spent == {NOON.date(): 1}


@given(
    st.lists(st.integers(0, 3 * 24 * 60), max_size=60).map(sorted),
    st.integers(1, 6),
    st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York"]),
    st.booleans(),
)
def test_no_day_ever_gets_more_than_its_budget(minutes: list[int], budget: int, zone: str, night: bool) -> None:
    settings: dict[str, Any] = {"daily_budget": budget, "time_zone": zone}
    rule = listener(**settings, **({"quiet_hours": {"from": "22:00", "to": "07:00"}} if night else {}))
    known, days = memory(), Counter[object]()
    for n, minute in enumerate(minutes):
        now = NOON + timedelta(minutes=minute)
        ruling = decide(alert(str(n), raised_at=now), rule, known, now)
        assert ruling.due_at >= now
        if ruling.state is State.WAITING:
            days[day_in(ruling.due_at, zone)] += 1
    assert max(days.values(), default=0) <= budget
    if not night:
        asked = Counter(day_in(NOON + timedelta(minutes=minute), zone) for minute in minutes)
        assert days == {day: min(count, budget) for day, count in asked.items()}


@given(st.lists(st.tuples(st.integers(0, 600), st.integers(0, 5)), max_size=40), st.integers(1, 120))
def test_two_alerts_of_a_group_within_a_cooldown_mean_that_the_second_is_graver(
    seen_at: list[tuple[int, int]], minutes: int
) -> None:
    rule, known = listener(cooldown=f"{minutes}m"), memory()
    passed: list[tuple[datetime, Alert]] = []
    for minute, level in sorted(seen_at, key=lambda pair: pair[0]):
        now = NOON + timedelta(minutes=minute)
        told_of = at_level(level, raised_at=now)
        if decide(told_of, rule, known, now).state is State.WAITING:
            passed.append((now, told_of))
    for (before, first), (after, second) in pairwise(passed):
        assert after - before >= timedelta(minutes=minutes) or gravity(second).exceeds(gravity(first))
