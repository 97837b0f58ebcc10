"""What a silence matches, and which silences and snoozes can be."""

from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from services.alert.core.noise.memory import LONGEST_SNOOZE, InvalidSnooze, SnoozeDraft, begin_snooze
from services.alert.core.noise.silences import InvalidSilence, Matcher, SilenceDraft, begin_silence, labels_of
from tests.articles import NOON
from tests.unit.alert.noise.builders import alert, at_level

HOUR = timedelta(hours=1)
GROUP = '{"quantities.near":"UKR","quantities.who":"RUS"}'


def draft(*matchers: dict[str, Any], **changes: Any) -> SilenceDraft:
    values: dict[str, Any] = {
        "matchers": matchers or [{"label": "tag", "value": "desk"}],
        "ends_at": NOON + HOUR,
        "author": "Olena",
        "comment": "exercise",
    }
    return SilenceDraft.model_validate(values | changes)


@pytest.mark.parametrize(
    ("label", "value", "equal", "holds"),
    [
        ("subscription", "s", True, True),
        ("subscription", "t", True, False),
        ("rule", "invasion", True, True),
        ("severity", "medium", False, False),
        ("trigger", "crosses", True, True),
        ("story", "story-a", True, True),
        ("tag", "desk", True, True),
        ("tag", "east", True, True),
        ("tag", "east", False, False),
        ("tag", "west", False, True),
        ("group.who", "RUS", True, True),
        ("group.near", "RUS", True, False),
        ("group.other", "RUS", True, False),
    ],
)
def test_a_matcher_compares_one_label(label: str, value: str, equal: bool, holds: bool) -> None:
    labels = labels_of(at_level(1, group_key=GROUP), ["desk", "east"])
    assert Matcher(label=label, value=value, equal=equal).holds(labels) is holds


@pytest.mark.parametrize(
    ("key", "labels"), [("RUS-UKR", {"group.key": {"RUS-UKR"}}), ("", {}), ("7", {"group.key": {"7"}})]
)
def test_a_group_without_fields_is_one_label(key: str, labels: dict[str, Any]) -> None:
    found = labels_of(alert(group_key=key), [])
    assert {name: value for name, value in found.items() if name.startswith("group")} == labels


def test_all_matchers_must_hold_while_the_silence_lasts() -> None:
    both: list[dict[str, Any]] = [
        {"label": "tag", "value": "desk"},
        {"label": "severity", "value": "critical", "equal": False},
    ]
    silence = begin_silence(draft(*both), "id", NOON)
    desk = labels_of(alert(), ["desk"])
    assert [silence.silences(desk, NOON + n * HOUR / 2) for n in (-1, 0, 1, 2)] == [False, True, True, False]
    assert not silence.silences(labels_of(alert(severity="critical"), ["desk"]), NOON)
    assert not silence.silences(labels_of(alert(), []), NOON)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"ends_at": NOON}, "later than now"),
        ({"ends_at": NOON + HOUR, "starts_at": NOON + HOUR}, "than starts_at"),
        ({"ends_at": NOON + timedelta(days=366)}, "a year at most"),
        ({"ends_at": NOON - HOUR, "starts_at": NOON - 2 * HOUR}, "later than now"),
    ],
)
def test_times_that_cannot_be_are_refused(changes: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidSilence, match=says):
        begin_silence(draft(**changes), "id", NOON)


@pytest.mark.parametrize(
    ("matchers", "changes", "says"),
    [
        ([{"label": "tag", "value": "x", "equal": False}], {}, "at least one matcher with equal: true"),
        ([{"label": "tags", "value": "x"}], {}, "write one of subscription, rule, tag"),
        ([{"label": "group.", "value": "x"}], {}, "group. and a field"),
        ([{"label": "tag", "value": ""}], {}, "at least 1 character"),
        ([], {"comment": " "}, "at least 1 character"),
        ([], {"ends_at": None}, "ends_at"),
        ([], {"forever": True}, "forever"),
    ],
)
def test_silences_that_cannot_be_say_what_works(matchers: list[Any], changes: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError, match=says):
        draft(*matchers, **changes)


@pytest.mark.parametrize("ahead", [timedelta(0), -HOUR, LONGEST_SNOOZE + HOUR])
def test_a_snooze_ends_later_than_now_and_within_90_days(ahead: timedelta) -> None:
    with pytest.raises(InvalidSnooze, match="at most 90 days ahead"):
        begin_snooze(SnoozeDraft(until=NOON + ahead), NOON)


def test_a_snooze_until_something_escalates_ends_after_90_days_all_the_same() -> None:
    assert begin_snooze(SnoozeDraft(until_level=5), NOON).until == NOON + LONGEST_SNOOZE


def test_a_snooze_without_an_end_is_refused() -> None:
    with pytest.raises(ValidationError, match="write until, until_severity or until_level"):
        SnoozeDraft()
