"""When it was published."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.core.dates import EARLIEST, published_at
from tests.articles import NOON

ARRIVED = NOON + timedelta(days=30, microseconds=123_456)
CUT = NOON + timedelta(days=30, milliseconds=123)


@pytest.mark.parametrize(
    ("written", "moment"),
    [
        ("2022-02-07T12:00:00Z", NOON),
        ("2022-02-07T14:00:00+02:00", NOON),
        ("2022-02-07T12:00:00", NOON),
        ("2022-02-07 12:00", NOON),
        ("2022-02-07", NOON.replace(hour=0)),
        ("20220207", NOON.replace(hour=0)),
        ("Mon, 07 Feb 2022 07:00:00 -0500", NOON),
        ("Mon, 07 Feb 2022 12:00:00 GMT", NOON),
        ("2022-02-07T12:00:00.123999Z", NOON.replace(microsecond=123_000)),
        ("1900-01-01", EARLIEST),
        ("2022-03-09T12:00:00.123Z", CUT),
    ],
)
def test_a_readable_date_is_taken_in_utc_cut_to_milliseconds(written: str, moment: datetime) -> None:
    assert published_at(written, ARRIVED) == (moment, False)


@pytest.mark.parametrize(
    "written",
    [
        None,
        "",
        "yesterday",
        "0000-00-00",
        "0001-01-01",
        "1899-12-31T23:59:59Z",
        "2022-02-30",
        "Mon, 99 Feb 2022",
        "07/02/22",
        "1644235200",
        "2022-03-09T12:00:00.124Z",
        "2122-01-01",
        "9999-12-31T23:59:59-12:00",
    ],
)
def test_a_missing_absurd_or_future_date_is_the_time_of_arrival_and_flagged(written: str | None) -> None:
    assert published_at(written, ARRIVED) == (CUT, True)


@given(st.text())
def test_no_text_raises(written: str) -> None:
    assert published_at(written, ARRIVED).moment.tzinfo is UTC
