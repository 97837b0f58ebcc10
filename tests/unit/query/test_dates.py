"""Dates of a query name periods; the tables were read off a real index."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.query.dates import bound, milliseconds

NOW = milliseconds(datetime(2024, 3, 31, 10, 20, 30, 400_000, tzinfo=UTC))


def at(*parts: int) -> int:
    return milliseconds(datetime(*parts, tzinfo=UTC))  # type: ignore[arg-type, misc]


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2022", at(2022, 1, 1), at(2022, 1, 2) - 1),
        ("2022-02", at(2022, 2, 1), at(2022, 2, 2) - 1),
        ("2022-02-07", at(2022, 2, 7), at(2022, 2, 8) - 1),
        ("2022-02-07T", at(2022, 2, 7), at(2022, 2, 8) - 1),
        ("2022-02-07T12", at(2022, 2, 7, 12), at(2022, 2, 7, 13) - 1),
        ("2022-02-07T12:30", at(2022, 2, 7, 12, 30), at(2022, 2, 7, 12, 31) - 1),
        ("2022-02-07T12:30:15", at(2022, 2, 7, 12, 30, 15), at(2022, 2, 7, 12, 30, 16) - 1),
        ("2022-02-07T12:30:15.1", at(2022, 2, 7, 12, 30, 15, 100_000), at(2022, 2, 7, 12, 30, 15, 100_000)),
        ("2022-02-07T12:30:15,123456789Z", at(2022, 2, 7, 12, 30, 15, 123_000), at(2022, 2, 7, 12, 30, 15, 123_000)),
        ("2022-02-07T12:30+01:00", at(2022, 2, 7, 11, 30), at(2022, 2, 7, 11, 31) - 1),
        ("2022-02-07T12:30-0130", at(2022, 2, 7, 14), at(2022, 2, 7, 14, 1) - 1),
        ("2022-02-07T12+01", at(2022, 2, 7, 11), at(2022, 2, 7, 12) - 1),
        ("1644237015123", 1644237015123, 1644237015123),
        ("-5", -5, -5),
        ("now", NOW, NOW),
        ("now-7d", NOW - 7 * 86_400_000, NOW - 7 * 86_400_000),
        ("now-7d/d", at(2024, 3, 24), at(2024, 3, 25) - 1),
        ("now/w", at(2024, 3, 25), at(2024, 4, 1) - 1),
        ("now/M", at(2024, 3, 1), at(2024, 4, 1) - 1),
        ("now/y", at(2024, 1, 1), at(2025, 1, 1) - 1),
        ("now/h+30m", at(2024, 3, 31, 10, 30), at(2024, 3, 31, 11, 30) - 1),
        ("now-1M", at(2024, 2, 29, 10, 20, 30, 400_000), at(2024, 2, 29, 10, 20, 30, 400_000)),
        ("now-d", NOW - 86_400_000, NOW - 86_400_000),
        ("2022-02||/M", at(2022, 2, 1), at(2022, 3, 1) - 1),
        ("2022-02-07T12:30||+1h/d", at(2022, 2, 7), at(2022, 2, 8) - 1),
        ("2024-02-29||-1y", at(2023, 2, 28), at(2023, 2, 28)),
        ("2022-02-07||", at(2022, 2, 7), at(2022, 2, 7)),
    ],
)
def test_a_date_names_a_period(text: str, first: int, last: int) -> None:
    period = bound(text)
    assert period is not None
    assert (period(NOW, False), period(NOW, True)) == (first, last)


@pytest.mark.parametrize(
    "text",
    [
        *"2022-2 2022-13 2022-02-30 2022-02-07Z 2022-02-07T24:00 2022-02-07T12:60 2022-02-07T12:30:15. 1e3".split(),
        *"10000-01-01 yesterday now-7D now+ nowx now-1.5d now/2d 2022-02-07t12:30 ２０２２ ||-1d".split(),
        "2022-02-07T12:30+19:00",
        "now -7d",
        "",
    ],
)
def test_what_is_no_date_is_none(text: str) -> None:
    assert bound(text) is None


@given(st.one_of(st.text(), st.from_regex(r"now([+-/]\d{0,4}[yMwdhms]){0,4}", fullmatch=True)))
def test_any_text_is_a_rising_period_or_none(text: str) -> None:
    period = bound(text)
    if period is not None:
        assert period(NOW, False) <= period(NOW, True)
