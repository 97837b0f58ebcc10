"""The index in one SQLite file: full text (FTS5) proposes documents, the query itself decides. One process only."""

import zlib
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final, TypeVar

import orjson
from sqlalchemy import (
    Column,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    select,
    text,
    tuple_,
)
from sqlalchemy.sql import Select

from services.contracts.document import Document
from services.contracts.errors import Rejected, Unavailable
from services.contracts.message import iso
from services.query import compile_query, prepare
from services.query.dates import EPOCH
from services.query.tree import Node
from services.runtime.adapters.cursor import from_cursor, to_cursor
from services.runtime.adapters.embedded_prefilter import TEXTS, columns, expression
from services.runtime.adapters.sql import insert, open_database
from services.runtime.ports import Page

T = TypeVar("T")
DEPENDENCY: Final = "index"
MAX_PAGE: Final = 1000
CHUNK: Final = 200
"""Documents read at a time while a search looks for those that satisfy its query."""

_METADATA: Final = MetaData()
_DOCUMENTS: Final = Table(
    "documents",
    _METADATA,
    # A new number for every stored version: what full text still knows of an older one points nowhere.
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    Column("published", String, nullable=False),
    Column("fetched_at", String, nullable=False),
    Column("body", LargeBinary, nullable=False),
    Index("documents_by_time", "published", "id"),
    sqlite_autoincrement=True,
)
_ALERTS: Final = Table(
    "alerts", _METADATA, Column("id", String, primary_key=True), Column("body", LargeBinary, nullable=False)
)
_COLUMNS: Final = (*TEXTS, "exact")
_TERMS: Final = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS terms
USING fts5({", ".join(_COLUMNS)}, content='', detail=column, columnsize=0, tokenize='ascii')
"""
_PUT_TERMS: Final = text(
    f"INSERT INTO terms(rowid, {', '.join(_COLUMNS)}) VALUES (:rowid, {', '.join(f':{c}' for c in _COLUMNS)})"  # noqa: S608 - fixed names
)
_MATCHING: Final = "number IN (SELECT rowid FROM terms WHERE terms MATCH :expression)"


class EmbeddedIndex:
    """`Index` in a file, or in memory."""

    def __init__(self, path: str = ":memory:", *, clock: Callable[[], datetime] = lambda: datetime.now(UTC)) -> None:
        """Open or create the file. Raises `Unavailable` when it cannot be made."""
        self._clock = clock
        self._database = open_database("sqlite://" if path == ":memory:" else f"sqlite:///{Path(path)}")
        with _as_index():
            self._database.write_now(_create)

    async def put(self, documents: Sequence[Document]) -> Sequence[Rejected | None]:
        """See `Index`. Found by a search at once."""
        await self._write(lambda connection: _put_all(connection, documents))
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
        rows = _candidates(expression(query), since, until)

        def find(connection: Connection) -> tuple[Document, ...]:
            found: list[Document] = []
            for raw in _read(connection, rows, after):
                if compiled.matches(prepare(orjson.loads(raw)), now=now):
                    found.append(Document.model_validate_json(raw))
                    if len(found) == limit:
                        break
            return tuple(found)

        documents = await self._read(find)
        last = documents[-1] if len(documents) == limit else None
        return Page(documents, to_cursor(last.published, last.id) if last else None)

    async def get(self, document_id: str) -> Document | None:
        """See `Index`."""
        wanted = select(_DOCUMENTS.c.body).where(_DOCUMENTS.c.id == document_id)
        body = await self._read(lambda connection: connection.execute(wanted).scalar_one_or_none())
        return None if body is None else Document.model_validate_json(zlib.decompress(body))

    async def put_alerts(self, alerts: Sequence[dict[str, Any]]) -> None:
        """See `Index`. Kept for whoever opens the file: there is no Kibana in embedded mode."""
        rows = [{"id": alert["id"], "body": zlib.compress(orjson.dumps(alert), 1)} for alert in alerts]

        def store(connection: Connection) -> None:
            put = insert(connection, _ALERTS)
            connection.execute(put.on_conflict_do_update(index_elements=["id"], set_={"body": put.excluded.body}), rows)

        if rows:
            await self._write(store)

    async def expire(self, before: datetime) -> int:
        """See `Index`."""
        old = delete(_DOCUMENTS).where(_DOCUMENTS.c.fetched_at < iso(before))
        return await self._write(lambda connection: connection.execute(old).rowcount)

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


def _create(connection: Connection) -> None:
    _METADATA.create_all(connection)
    connection.execute(text(_TERMS))


def _put_all(connection: Connection, documents: Sequence[Document]) -> None:
    for document in documents:
        _put(connection, document)


def _put(connection: Connection, document: Document) -> None:
    """Store a document and its terms, unless a newer revision or the very same bytes are there."""
    raw = document.model_dump_json().encode()
    body = zlib.compress(raw, 1)
    stored = select(_DOCUMENTS.c.revision, _DOCUMENTS.c.body).where(_DOCUMENTS.c.id == document.id)
    there = connection.execute(stored).one_or_none()
    if there is not None and (there.revision > document.revision or there.body == body):
        return
    connection.execute(delete(_DOCUMENTS).where(_DOCUMENTS.c.id == document.id))
    row = {
        "id": document.id,
        "revision": document.revision,
        "published": iso(document.published),
        "fetched_at": iso(document.fetched_at),
        "body": body,
    }
    number = connection.execute(_DOCUMENTS.insert(), row).inserted_primary_key
    connection.execute(_PUT_TERMS, {"rowid": number[0] if number else None, **columns(orjson.loads(raw))})


def _candidates(matching: str | None, since: datetime | None, until: datetime | None) -> Select[Any]:
    """Rows in the order of a page, newest first, that may satisfy the query."""
    time = _DOCUMENTS.c.published
    rows = select(time, _DOCUMENTS.c.id, _DOCUMENTS.c.body).order_by(time.desc(), _DOCUMENTS.c.id.desc()).limit(CHUNK)
    if since is not None:
        rows = rows.where(time >= iso(since))
    if until is not None:
        rows = rows.where(time < iso(until))
    return rows if matching is None else rows.where(text(_MATCHING).bindparams(expression=matching))


def _read(connection: Connection, rows: Select[Any], after: tuple[str, str] | None) -> Iterator[bytes]:
    """The JSON of each row after that place, a chunk at a time."""
    place = tuple_(_DOCUMENTS.c.published, _DOCUMENTS.c.id) < tuple_(bindparam("published"), bindparam("last"))
    while True:
        chunk = (
            connection.execute(rows)
            if after is None
            else connection.execute(rows.where(place), {"published": after[0], "last": after[1]})
        ).all()
        for row in chunk:
            yield zlib.decompress(row.body)
        if len(chunk) < CHUNK:
            return
        after = (chunk[-1].published, chunk[-1].id)


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
