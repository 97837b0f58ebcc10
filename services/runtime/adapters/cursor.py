"""Where the next page starts, as an opaque text: the same in every index and every list."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from datetime import UTC, datetime, timedelta

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


def to_cursor(published: datetime, document_id: str) -> str:
    """The place right after this document."""
    at = (published - _EPOCH) // timedelta(milliseconds=1)
    return urlsafe_b64encode(json.dumps([at, document_id], separators=(",", ":")).encode()).decode().rstrip("=")


def from_cursor(cursor: str) -> tuple[int, str]:
    """Milliseconds since 1970 and id of the last document before the place. Raises `ValueError` for any other text."""
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
        at, document_id = json.loads(raw)
    except (ValueError, TypeError) as error:
        raise ValueError("not a cursor of this index") from error
    if type(at) is not int or type(document_id) is not str or abs(at) > 2**53:
        raise ValueError("not a cursor of this index")
    return at, document_id


def row_before(cursor: str) -> tuple[datetime, str]:
    """Moment and id of a list's last row before the place. Raises `ValueError` for what no list of ours made."""
    at, row_id = from_cursor(cursor)
    try:
        moment = _EPOCH + timedelta(milliseconds=at)
    except OverflowError as error:
        raise ValueError("not a cursor of this list") from error
    if "\x00" in row_id:  # PostgreSQL takes no such text
        raise ValueError("not a cursor of this list")
    return moment, row_id
