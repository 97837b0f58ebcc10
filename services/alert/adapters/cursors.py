"""Where a page starts: the last row of the page before, opaque to the reader. Refuses what it did not make."""

import base64
import binascii
import json
from datetime import datetime

from services.contracts.message import iso


def encode_cursor(moment: datetime, row_id: str) -> str:
    """URL-safe text of a row's sort key."""
    return base64.urlsafe_b64encode(json.dumps([iso(moment), row_id]).encode()).decode().rstrip("=")


def decode_cursor(cursor: str) -> tuple[datetime, str]:
    """Inverse of `encode_cursor`. Raises `ValueError`."""
    try:
        padded = cursor.encode("ascii") + b"=" * (-len(cursor) % 4)
        moment, row_id = json.loads(base64.b64decode(padded, altchars=b"-_", validate=True))
        when = datetime.fromisoformat(moment)
        if not isinstance(row_id, str) or when.tzinfo is None or "\x00" in row_id:
            raise ValueError("not a sort key")
    except (binascii.Error, UnicodeError, ValueError, TypeError, RecursionError) as error:
        raise ValueError("not a cursor of this list") from error
    return when, row_id
