"""Newline-delimited JSON, line by line: each line is an article or says why it is none. Reads no stream itself."""

from collections.abc import Iterator
from typing import NamedTuple

from pydantic import ValidationError

from services.contracts.errors import Reason, Rejected
from services.contracts.topics import MAX_MESSAGE_BYTES
from services.ingest.core.raw_item import RawItem, explain

MAX_ITEM_BYTES = MAX_MESSAGE_BYTES
"""Most bytes of one article as it is sent, its JSON and HTML included."""


class Line(NamedTuple):
    """A line that is not blank. `number` counts from 1; `raw` is None when it was too long to keep."""

    number: int
    raw: bytes | None


class LineSplitter:
    """Cuts chunks into lines, never keeping more than `limit` bytes of a line."""

    def __init__(self, limit: int = MAX_ITEM_BYTES) -> None:
        self._limit = limit
        self._parts: list[bytes] = []
        self._size = 0
        self._number = 0

    def feed(self, chunk: bytes) -> Iterator[Line]:
        """The lines that end in `chunk`."""
        start = 0
        while (end := chunk.find(b"\n", start)) >= 0:
            self._keep(chunk[start:end])
            yield from self._line()
            start = end + 1
        self._keep(chunk[start:])

    def close(self) -> Iterator[Line]:
        """The last line, when no newline ended it."""
        yield from self._line()

    def _keep(self, part: bytes) -> None:
        self._size += len(part)
        if self._size <= self._limit:
            self._parts.append(part)
        else:
            self._parts.clear()

    def _line(self) -> Iterator[Line]:
        self._number += 1
        raw = b"".join(self._parts).strip() if self._size <= self._limit else None
        self._parts.clear()
        self._size = 0
        if raw is None or raw.removeprefix(b"\xef\xbb\xbf"):
            yield Line(self._number, raw)


def read_line(line: Line) -> RawItem | Rejected:
    """The article on one line."""
    if line.raw is None:
        return Rejected(Reason.TOO_LARGE, f"more than {MAX_ITEM_BYTES} bytes on one line")
    return read_item(line.raw)


def read_item(raw: bytes) -> RawItem | Rejected:
    """The article in one JSON object, UTF-8. Not a value of another type, not an array."""
    try:
        return RawItem.model_validate_json(raw.removeprefix(b"\xef\xbb\xbf"))
    except ValidationError as error:
        return Rejected(Reason.INVALID, explain(error))
