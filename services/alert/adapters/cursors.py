"""Where a page of a list starts. Refuses what no list of ours made."""

from datetime import UTC, datetime, timedelta

from services.runtime.adapters.cursor import from_cursor

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def row_before(cursor: str) -> tuple[datetime, str]:
    """Moment and id of the last row before the place that a cursor names. Raises `ValueError`."""
    at, row_id = from_cursor(cursor)
    try:
        moment = _EPOCH + timedelta(milliseconds=at)
    except OverflowError as error:
        raise ValueError("not a cursor of this list") from error
    if "\x00" in row_id:  # PostgreSQL takes no such text
        raise ValueError("not a cursor of this list")
    return moment, row_id
