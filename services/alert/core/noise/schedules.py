"""Quiet hours and digest periods: when one ends, and when the next one closes. Pure."""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from pydantic import BaseModel, ConfigDict, Field, model_validator

from services.alert.core.noise.wall_clock import DAY, MINUTES, WEEKDAYS, TimeOfDay, TimeZone, Weekday, at, day_in
from services.alert.core.severity import Severity

_WEEK = 7


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", serialize_by_alias=True)


class QuietHours(_Strict):
    """Daily hours in which nothing is sent: alerts wait for their end."""

    start: TimeOfDay = Field(alias="from", description="when they begin")
    end: TimeOfDay = Field(alias="to", description="when they end; before `from` means the next morning")
    time_zone: TimeZone | None = Field(None, description="IANA name; the subscription's when left out")
    days: tuple[Weekday, ...] = Field(
        WEEKDAYS, min_length=1, description="on which they begin; every day when left out"
    )
    except_severity: Severity | None = Field(None, description="alerts of this severity and above do not wait")

    @model_validator(mode="after")
    def _ends(self) -> "QuietHours":
        if self.start == self.end:
            raise ValueError("quiet hours that begin and end at one time: write from 00:00 to 24:00 for whole days")
        if (self.start, self.end) == (0, MINUTES) and set(self.days) == set(Weekday):
            raise ValueError("quiet hours that never end: name the days, or pause the subscription")
        if self.start == MINUTES:
            raise ValueError("quiet hours begin before 24:00: write from 00:00")
        return self

    def ends_after(self, now: datetime, zone: str) -> datetime | None:
        """When the quiet that holds at `now` ends, adjoining hours included; None when it is not quiet."""
        zone, quiet_until, moment = self.time_zone or zone, None, now
        for _ in range(_WEEK + 1):
            end = self._end_of_window(moment, zone)
            if end is None:
                break
            quiet_until = moment = end
        return quiet_until

    def _end_of_window(self, moment: datetime, zone: str) -> datetime | None:
        today = day_in(moment, zone)
        ends = []
        for day in (today - DAY, today):
            if WEEKDAYS[day.weekday()] in self.days:
                start = at(day, self.start, zone)
                end = at(day, self.end if self.end > self.start else self.end + MINUTES, zone)
                if start <= moment < end:
                    ends.append(end)
        return max(ends, default=None)


class Every(StrEnum):
    """How often a digest is sent."""

    HOURLY = "hourly"
    DAILY = "daily"
    WEEKLY = "weekly"


class DigestSchedule(_Strict):
    """Alerts are gathered and sent together when a period closes."""

    every: Every
    at: TimeOfDay | None = Field(None, description="when a daily or weekly period closes; 08:00 when left out")
    weekday: Weekday | None = Field(None, description="on which a weekly period closes; monday when left out")
    time_zone: TimeZone | None = Field(None, description="IANA name; the subscription's when left out")

    @model_validator(mode="after")
    def _fits(self) -> "DigestSchedule":
        if self.every is Every.HOURLY and self.at is not None:
            raise ValueError("an hourly digest closes with each full hour: leave `at` out")
        if self.every is not Every.WEEKLY and self.weekday is not None:
            raise ValueError("only a weekly digest has a weekday: leave it out, or write every: weekly")
        return self

    def closes_after(self, now: datetime, zone: str) -> datetime:
        """The end of the period that holds `now`: the first close later than it."""
        zone = self.time_zone or zone
        if self.every is Every.HOURLY:
            return _full_hour(now, zone) + timedelta(hours=1)
        today = day_in(now, zone)
        days = (today + DAY * ahead for ahead in range(-1, _WEEK + 2))
        return next(close for close in self._closes(days, zone) if close > now)

    def opened_before(self, close: datetime, zone: str) -> datetime:
        """The start of the period that ends at `close`: the last close before it."""
        zone = self.time_zone or zone
        if self.every is Every.HOURLY:
            return _full_hour(close - timedelta(microseconds=1), zone)
        today = day_in(close, zone)
        days = (today - DAY * back for back in range(-1, _WEEK + 2))
        return next(before for before in self._closes(days, zone) if before < close)

    def _closes(self, days: Iterable[date], zone: str) -> Iterator[datetime]:
        minutes = self.at if self.at is not None else _EIGHT
        weekday = WEEKDAYS.index(self.weekday or Weekday.MONDAY)
        return (at(day, minutes, zone) for day in days if self.every is Every.DAILY or day.weekday() == weekday)


_EIGHT = 8 * 60


def _full_hour(moment: datetime, zone: str) -> datetime:
    """The last full hour on the clocks there, `moment` itself included."""
    local = moment.astimezone(ZoneInfo(zone))
    return moment - timedelta(minutes=local.minute, seconds=local.second, microseconds=local.microsecond)
