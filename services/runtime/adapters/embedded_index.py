"""The index in one SQLite file: full text (FTS5) proposes documents, the query itself decides. One process only."""

from collections.abc import AsyncGenerator, Callable, Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import Connection, text

from services.contracts.document import Document
from services.contracts.errors import Rejected, Unavailable
from services.contracts.message import iso
from services.query import compile_query, prepare
from services.query.dates import EPOCH
from services.query.tree import Node
from services.runtime.adapters import embedded_archive
from services.runtime.adapters.cursor import from_cursor, to_cursor
from services.runtime.adapters.embedded_prefilter import expression
from services.runtime.adapters.embedded_projection import parts_of
from services.runtime.adapters.sql import open_database
from services.runtime.ports import Arrivals, Page

T = TypeVar("T")
DEPENDENCY: Final = "index"
MAX_PAGE: Final = 1000
"""Most documents of one page."""
SCAN_PAGE: Final = 50
"""Documents of one page of a scan."""
SCAN_PAGE_OF_PARTS: Final = 500
"""The same, where only parts of them are read."""


class EmbeddedIndex:
    """`Index` in a file, or in memory."""

    def __init__(self, path: str = ":memory:", *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Open or create the file. Raises `Unavailable` when it cannot be made."""
        self._clock = clock
        with _as_index():
            self._database = open_database("sqlite://" if path == ":memory:" else f"sqlite:///{Path(path)}")
            self._database.write_now(embedded_archive.create)

    async def set_up(self) -> None:
        """See `Index`. The first use does it by itself."""
        await self.ping()

    async def put(self, documents: Sequence[Document]) -> Sequence[Rejected | None]:
        """See `Index`. Found by a search at once."""
        await self._write(partial(embedded_archive.put, documents=documents))
        return [None] * len(documents)

    async def search(
        self,
        query: Node,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> Page:
        """See `Index`. `limit` is 1 to `MAX_PAGE`."""
        after = _place(cursor) if cursor is not None else None
        limit = min(max(limit, 1), MAX_PAGE)
        compiled, now = compile_query(query), self._clock()
        rows = embedded_archive.candidates(expression(query), since, until)

        def find(connection: Connection) -> tuple[Document, ...]:
            found: list[Document] = []
            for raw in embedded_archive.read(connection, rows, after):
                if compiled.matches(prepare(orjson.loads(raw)), now=now):
                    found.append(Document.model_validate_json(raw))
                    if len(found) == limit:
                        break
            return tuple(found)

        documents = await self._read(find)
        last = documents[-1] if len(documents) == limit else None
        return Page(documents, to_cursor(last.published, last.id) if last else None)

    async def scan(
        self, query: Node, *, since: datetime, until: datetime, fields: Collection[str] | None = None
    ) -> AsyncGenerator[Iterable[Mapping[str, Any]], None]:
        """See `Index`. What full text proposes, undecided."""
        proposed, after = expression(query), None
        parts = None if fields is None else parts_of(fields)
        size = SCAN_PAGE if parts is None else SCAN_PAGE_OF_PARTS
        while True:
            find = partial(embedded_archive.arrived, expression=proposed, since=since, until=until, after=after)
            keys = await self._read(find)
            for start in range(0, len(keys), size):
                ids = [name for _, name in keys[start : start + size]]
                # One document in memory as values at a time: the collector of cycles walks through all that stay.
                yield (read() for read in await self._read(partial(embedded_archive.readers, ids=ids, parts=parts)))
            if len(keys) < embedded_archive.KEYS:
                return
            after = keys[-1]

    async def arrivals(self, since: datetime, until: datetime) -> Arrivals:
        """See `Index`."""
        return Arrivals(*await self._read(partial(embedded_archive.arrivals, since=since, until=until)))

    async def get(self, document_id: str) -> Document | None:
        """See `Index`."""
        raw = await self._read(partial(embedded_archive.get, document_id=document_id))
        return None if raw is None else Document.model_validate_json(raw)

    async def put_alerts(self, alerts: Mapping[str, dict[str, Any]]) -> None:
        """See `Index`. Kept for whoever opens the file: there is no Kibana in embedded mode."""
        await self._write(partial(embedded_archive.put_alerts, alerts=alerts))

    async def expire(self, before: datetime) -> int:
        """See `Index`. In chunks, so that articles are stored in between."""
        count = 0
        while gone := await self._write(partial(embedded_archive.expire, before=before)):
            count += gone
        return count

    async def ping(self) -> None:
        """Raises `Unavailable` unless the file can be read."""
        await self._read(lambda connection: connection.execute(text("SELECT 1")).scalar_one())

    async def aclose(self) -> None:
        """Finish what runs, and release the file."""
        await self._database.aclose()

    async def _write(self, work: Callable[[Connection], T]) -> T:
        with _as_index():
            return await self._database.write(work)

    async def _read(self, work: Callable[[Connection], T]) -> T:
        with _as_index():
            return await self._database.read(work)


def _place(cursor: str) -> tuple[str, str]:
    at, document_id = from_cursor(cursor)
    try:
        return iso(EPOCH + timedelta(milliseconds=at)), document_id
    except OverflowError as error:
        raise ValueError("not a cursor of this index") from error


@contextmanager
def _as_index() -> Iterator[None]:
    """The engine speaks of the store; here it is the index that does not answer."""
    try:
        yield
    except Unavailable as error:
        raise Unavailable(DEPENDENCY, error.detail) from error
