"""When an article was published, from what its sender wrote. Guesses nothing: what cannot be read is missing."""

from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from services.contracts.message import milliseconds

EARLIEST = datetime(1900, 1, 1, tzinfo=UTC)
"""An earlier moment is a machine's default, not the date of a news text."""


class Published(NamedTuple):
    """`clamped`: the time of arrival stands for a missing, unreadable, absurd or future one."""

    moment: datetime
    clamped: bool


def read_moment(written: str | None) -> datetime | None:
    """ISO 8601 (a date alone is its midnight) or RFC 5322; without a zone UTC. None when it cannot be read.

    >>> read_moment("Mon, 07 Feb 2022 14:00:00 +0200").isoformat()
    '2022-02-07T12:00:00+00:00'
    """
    written = (written or "").strip()
    for parse in (datetime.fromisoformat, parsedate_to_datetime):
        try:
            moment = parse(written)
            return milliseconds(moment if moment.tzinfo else moment.replace(tzinfo=UTC))
        except (ValueError, TypeError, IndexError, OverflowError):
            continue
    return None


def published_at(written: str | None, arrived: datetime) -> Published:
    """The moment of publication, never after `arrived`, both cut to milliseconds UTC."""
    arrived = milliseconds(arrived)
    moment = read_moment(written)
    if moment is None or not EARLIEST <= moment <= arrived:
        return Published(arrived, clamped=True)
    return Published(moment, clamped=False)
