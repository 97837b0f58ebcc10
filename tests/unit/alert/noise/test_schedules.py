"""Quiet hours and digest periods on real clocks: over midnight, over weekends, when clocks change."""

from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from services.alert.core.noise.schedules import DigestSchedule, QuietHours
from services.alert.core.noise.wall_clock import at, day_end

BERLIN = "Europe/Berlin"
"""Clocks skip 02:00 to 03:00 on 27 March 2022 and show it twice on 30 October 2022."""


def quiet(start: str, end: str, **more: Any) -> QuietHours:
    return QuietHours.model_validate({"from": start, "to": end, **more})


def local(text: str, fold: int = 0) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=ZoneInfo(BERLIN), fold=fold).astimezone(UTC)


NIGHT = quiet("22:00", "07:00")
WORKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday"]


@pytest.mark.parametrize(
    ("hours", "now", "until"),
    [
        (NIGHT, "2022-02-07 21:59:59", None),
        (NIGHT, "2022-02-07 22:00", "2022-02-08 07:00"),
        (NIGHT, "2022-02-08 00:00", "2022-02-08 07:00"),
        (NIGHT, "2022-02-08 06:59:59", "2022-02-08 07:00"),
        (NIGHT, "2022-02-08 07:00", None),
        (quiet("12:00", "13:00"), "2022-02-07 12:30", "2022-02-07 13:00"),
        (quiet("22:00", "07:00", days=["friday"]), "2022-02-05 03:00", "2022-02-05 07:00"),  # Saturday morning
        (quiet("22:00", "07:00", days=["friday"]), "2022-02-04 03:00", None),  # Friday morning is Thursday's night
        (quiet("00:00", "24:00", days=["saturday", "sunday"]), "2022-02-05 10:00", "2022-02-07 00:00"),
        (quiet("00:00", "24:00", days=["saturday", "sunday"]), "2022-02-07 00:00", None),
        (quiet("18:00", "24:00", days=WORKDAYS), "2022-02-07 18:00", "2022-02-08 00:00"),
        (NIGHT, "2022-03-27 01:30", "2022-03-27 07:00"),  # the night is an hour shorter
        (NIGHT, "2022-10-30 01:30", "2022-10-30 07:00"),  # and an hour longer
        (quiet("22:00", "02:30"), "2022-03-27 01:30", "2022-03-27 03:30"),  # an end that the clocks skip
    ],
)
def test_quiet_hours_end_when_the_clock_on_the_wall_says_so(hours: QuietHours, now: str, until: str | None) -> None:
    assert hours.ends_after(local(now), BERLIN) == (local(until) if until else None)


def test_an_end_that_the_clocks_show_twice_is_the_first() -> None:
    hours = quiet("22:00", "02:30")
    assert hours.ends_after(local("2022-10-30 02:15"), BERLIN) == local("2022-10-30 02:30", fold=0)
    assert hours.ends_after(local("2022-10-30 02:15", fold=1), BERLIN) is None


def test_hours_that_the_clocks_skip_whole_are_none() -> None:
    hours = quiet("02:10", "02:50")
    assert [hours.ends_after(local("2022-03-27 01:59") + timedelta(minutes=n), BERLIN) for n in (0, 1)] == [None, None]


def test_quiet_hours_in_a_zone_of_their_own_ignore_the_subscriptions() -> None:
    now = datetime(2022, 2, 7, 20, 30, tzinfo=UTC)
    assert quiet("22:00", "07:00", time_zone="Europe/Kyiv").ends_after(now, "UTC") == datetime(
        2022, 2, 8, 5, tzinfo=UTC
    )
    assert quiet("22:00", "07:00").ends_after(now, "UTC") is None


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"from": "25:00", "to": "07:00"}, "write a time of day from 00:00 to 24:00, as in 07:30"),
        ({"from": "7:00", "to": "08:00"}, "write a time of day"),
        ({"from": "07:00", "to": "07:00"}, "write from 00:00 to 24:00 for whole days"),
        ({"from": "00:00", "to": "24:00"}, "name the days, or pause the subscription"),
        ({"from": "24:00", "to": "07:00"}, "write from 00:00"),
        ({"from": "22:00", "to": "07:00", "time_zone": "Europe/Kyjiv"}, "did you mean Europe/Kyiv?"),
        ({"from": "22:00", "to": "07:00", "time_zone": "../../etc/passwd"}, "write an IANA name such as Europe/Kyiv"),
        ({"from": "22:00", "to": "07:00", "time_zone": "Europe"}, "no such time zone"),
        ({"from": "22:00", "to": "07:00", "days": []}, "at least 1 item"),
        ({"from": "22:00", "to": "07:00", "days": ["mon"]}, "'monday'"),
    ],
)
def test_hours_that_cannot_be_are_refused_with_what_works(values: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        QuietHours.model_validate(values)
    assert says in str(refused.value)


def test_a_time_that_yaml_read_as_a_number_is_the_time_that_was_written() -> None:
    assert QuietHours.model_validate({"from": 22 * 60, "to": "07:00"}) == NIGHT


def test_times_of_day_are_shown_as_they_are_written() -> None:
    assert NIGHT.model_dump(mode="json", exclude={"days"}) == {
        "from": "22:00", "to": "07:00", "time_zone": None, "except_severity": None,
    }  # fmt: skip


HOURLY = DigestSchedule.model_validate({"every": "hourly"})
DAILY = DigestSchedule.model_validate({"every": "daily", "at": "08:30"})
WEEKLY = DigestSchedule.model_validate({"every": "weekly", "at": "09:00", "weekday": "friday"})


@pytest.mark.parametrize(
    ("schedule", "now", "close"),
    [
        (HOURLY, "2022-02-07 12:00", "2022-02-07 13:00"),
        (HOURLY, "2022-02-07 12:59:59", "2022-02-07 13:00"),
        (DAILY, "2022-02-07 08:29", "2022-02-07 08:30"),
        (DAILY, "2022-02-07 08:30", "2022-02-08 08:30"),  # what comes at the close is of the next period
        (DAILY, "2022-03-26 09:00", "2022-03-27 08:30"),
        (WEEKLY, "2022-02-07 12:00", "2022-02-11 09:00"),
        (WEEKLY, "2022-02-11 08:59", "2022-02-11 09:00"),
        (WEEKLY, "2022-02-11 09:00", "2022-02-18 09:00"),
        (DigestSchedule.model_validate({"every": "daily"}), "2022-02-07 12:00", "2022-02-08 08:00"),
        (DigestSchedule.model_validate({"every": "daily", "at": "24:00"}), "2022-02-07 12:00", "2022-02-08 00:00"),
        (DigestSchedule.model_validate({"every": "daily", "at": "02:30"}), "2022-03-27 00:00", "2022-03-27 03:30"),
        (DigestSchedule.model_validate({"every": "weekly"}), "2022-02-07 08:00", "2022-02-14 08:00"),
    ],
)
def test_a_period_closes_when_its_schedule_says(schedule: DigestSchedule, now: str, close: str) -> None:
    assert schedule.closes_after(local(now), BERLIN) == local(close)


def test_an_hour_starts_with_the_clock_of_the_zone() -> None:
    """Kolkata is five hours and a half ahead."""
    now = datetime(2022, 2, 7, 12, 10, tzinfo=UTC)
    assert HOURLY.closes_after(now, "Asia/Kolkata") == datetime(2022, 2, 7, 12, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"every": "hourly", "at": "08:00"}, "leave `at` out"),
        ({"every": "daily", "weekday": "monday"}, "only a weekly digest has a weekday"),
        ({"every": "yearly"}, "'hourly', 'daily' or 'weekly'"),
    ],
)
def test_schedules_that_cannot_be_are_refused_with_what_works(values: dict[str, Any], says: str) -> None:
    with pytest.raises(ValidationError) as refused:
        DigestSchedule.model_validate(values)
    assert says in str(refused.value)


MOMENTS = st.datetimes(datetime(2021, 1, 1), datetime(2025, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001
ZONES = st.sampled_from(["UTC", BERLIN, "America/St_Johns", "Australia/Lord_Howe", "Asia/Kathmandu", "Africa/Cairo"])


@given(MOMENTS, ZONES, st.sampled_from([HOURLY, DAILY, WEEKLY]))
def test_periods_follow_each_other_without_gap_or_overlap(now: datetime, zone: str, schedule: DigestSchedule) -> None:
    close = schedule.closes_after(now, zone)
    opened = schedule.opened_before(close, zone)
    assert opened <= now < close
    assert schedule.closes_after(opened, zone) == close
    assert close - opened <= timedelta(days=8)


@given(MOMENTS, ZONES, st.integers(0, 1439), st.integers(0, 1440))
def test_quiet_hours_end_and_are_over_at_their_end(now: datetime, zone: str, start: int, end: int) -> None:
    if start == end:
        return
    hours = quiet(f"{start // 60:02d}:{start % 60:02d}", f"{end // 60:02d}:{end % 60:02d}", days=WORKDAYS)
    until = hours.ends_after(now, zone)
    assert until is None or (now < until and hours.ends_after(until, zone) is None)


@given(MOMENTS, ZONES)
def test_a_day_ends_after_now_and_within_26_hours(now: datetime, zone: str) -> None:
    assert now < day_end(now, zone) <= now + timedelta(hours=26)


def test_a_day_in_spring_has_23_hours_and_one_in_autumn_25() -> None:
    for date, hours in (("2022-03-27", 23), ("2022-10-30", 25)):
        day = datetime.fromisoformat(date).date()
        assert at(day, 24 * 60, BERLIN) - at(day, 0, BERLIN) == timedelta(hours=hours)
