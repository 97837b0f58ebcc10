"""The tables of the embedded index: documents, and what full text knows of them. Decides nothing about queries."""

import unicodedata
import zlib
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from functools import partial
from typing import Any, Final

import orjson
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    bindparam,
    delete,
    func,
    inspect,
    literal,
    select,
    text,
    tuple_,
    update,
)
from sqlalchemy.sql import Select

from services.contracts.document import Document
from services.contracts.message import iso
from services.runtime.adapters import embedded_projection
from services.runtime.adapters.embedded_prefilter import TEXTS, columns
from services.runtime.adapters.embedded_projection import Parts
from services.runtime.adapters.sql import insert

CHUNK: Final = 200
"""Documents read at a time."""
KEYS: Final = 5000
"""Places in the order of arrival looked up at a time: full text is asked once for all of them."""

_METADATA: Final = MetaData()
_DOCUMENTS: Final = Table(
    "documents",
    _METADATA,
    Column("number", Integer, primary_key=True, autoincrement=True),
    Column("id", String, nullable=False, unique=True),
    Column("revision", Integer, nullable=False),
    Column("published", String, nullable=False),
    Column("fetched_at", String, nullable=False, index=True),
    Column("arrived", String, nullable=False, server_default=""),
    Column("body", LargeBinary, nullable=False),
    Index("documents_by_time", "published", "id"),
    Index("documents_by_arrival", "arrived", "id"),
    sqlite_autoincrement=True,
)
_ALERTS: Final = Table(
    "alerts", _METADATA, Column("id", String, primary_key=True), Column("body", LargeBinary, nullable=False)
)
_PROJECTIONS: Final = embedded_projection.table(_METADATA)
_MADE_WITH: Final = Table("made_with", _METADATA, Column("analysis", String, primary_key=True))
_ANALYSIS: Final = f"1 {unicodedata.unidata_version}"
"""Changes when tokens may differ: then full text is made anew from the documents."""

_COLUMNS: Final = (*TEXTS, "exact")
_NAMES: Final = ", ".join(_COLUMNS)
_VALUES: Final = ", ".join(f":{name}" for name in _COLUMNS)
TERMS_TABLE: Final = f"""
CREATE VIRTUAL TABLE IF NOT EXISTS terms
USING fts5({_NAMES}, content='', detail=column, columnsize=0, tokenize='ascii')
"""
_ADD_TERMS: Final = text(f"INSERT INTO terms(rowid, {_NAMES}) VALUES (:rowid, {_VALUES})")  # noqa: S608 - fixed names
# The table keeps no copy of the terms: to take a document out it must be told what was put in.
_DROP_TERMS: Final = text(
    f"INSERT INTO terms(terms, rowid, {_NAMES}) VALUES ('delete', :rowid, {_VALUES})"  # noqa: S608 - fixed names
)
_ADD: Final = _DOCUMENTS.insert().returning(_DOCUMENTS.c.number, _DOCUMENTS.c.id)
_STORED: Final = select(_DOCUMENTS.c.number, _DOCUMENTS.c.id, _DOCUMENTS.c.revision, _DOCUMENTS.c.body).where(
    _DOCUMENTS.c.id.in_(bindparam("ids", expanding=True))
)
_MATCHING: Final = "number IN (SELECT rowid FROM terms WHERE terms MATCH :expression)"


def create(connection: Connection) -> None:
    """Make the tables where they are missing, and full text anew when the analysis has changed."""
    _add_arrival(connection)
    _METADATA.create_all(connection)
    connection.execute(text(TERMS_TABLE))
    if connection.execute(select(_MADE_WITH.c.analysis)).scalars().all() == [_ANALYSIS]:
        return
    connection.execute(text("INSERT INTO terms(terms) VALUES ('delete-all')"))
    for row in connection.execute(select(_DOCUMENTS.c.number, _DOCUMENTS.c.body)):
        connection.execute(_ADD_TERMS, _terms(row.number, row.body))
    connection.execute(delete(_MADE_WITH))
    connection.execute(_MADE_WITH.insert(), {"analysis": _ANALYSIS})


def put(connection: Connection, documents: Sequence[Document]) -> None:
    """Store each document, unless a newer revision or the very same bytes are there."""
    newest: dict[str, Document] = {}
    for document in documents:
        if document.id not in newest or document.revision >= newest[document.id].revision:
            newest[document.id] = document
    there = {row.id: row for row in connection.execute(_STORED, {"ids": list(newest)})}
    rows: list[dict[str, Any]] = []
    for document in newest.values():
        body = zlib.compress(document.encoded, 1)
        if (old := there.get(document.id)) is not None:
            if old.revision > document.revision or old.body == body:
                continue
            _drop(connection, old.number, old.body)
        rows.append(
            {
                "id": document.id,
                "revision": document.revision,
                "published": iso(document.published),
                "fetched_at": iso(document.fetched_at),
                "arrived": iso(document.arrived),
                "body": body,
            }
        )
    if rows:
        numbers = connection.execute(_ADD, rows).all()
        connection.execute(_ADD_TERMS, [{"rowid": n, **columns(newest[i].values)} for n, i in numbers])
        connection.execute(_PROJECTIONS.insert(), [embedded_projection.row(n, newest[i]) for n, i in numbers])


def put_alerts(connection: Connection, alerts: Mapping[str, dict[str, Any]]) -> None:
    """Store each alert under its key, over what is there."""
    statement = insert(connection, _ALERTS)
    rows = [{"id": key, "body": zlib.compress(orjson.dumps(alert), 1)} for key, alert in alerts.items()]
    if rows:
        connection.execute(
            statement.on_conflict_do_update(index_elements=["id"], set_={"body": statement.excluded.body}), rows
        )


def get(connection: Connection, document_id: str) -> bytes | None:
    """The JSON of a document."""
    body = connection.execute(select(_DOCUMENTS.c.body).where(_DOCUMENTS.c.id == document_id)).scalar_one_or_none()
    return None if body is None else zlib.decompress(body)


def expire(connection: Connection, before: datetime) -> int:
    """Take out one chunk of the documents that were fetched before; 0 when none is left."""
    old = select(_DOCUMENTS.c.number, _DOCUMENTS.c.body).where(_DOCUMENTS.c.fetched_at < iso(before)).limit(CHUNK)
    rows = connection.execute(old).all()
    for row in rows:
        _drop(connection, row.number, row.body)
    return len(rows)


def arrivals(connection: Connection, since: datetime, until: datetime) -> tuple[int, int]:
    """Documents that arrived in the span, and those among them that were revised."""
    counts = select(func.count(), func.count().filter(_DOCUMENTS.c.revision > 1))
    articles, revised = connection.execute(counts.where(*_span(since, until))).one()
    return articles, revised


def arrived(
    connection: Connection, expression: str | None, since: datetime, until: datetime, after: tuple[str, str] | None
) -> list[tuple[str, str]]:
    """(arrived, id) of the next candidates behind a place, in order of arrival: at most `KEYS`."""
    key = _DOCUMENTS.c.arrived, _DOCUMENTS.c.id
    rows = select(*key).where(*_span(since, until)).order_by(*key).limit(KEYS)
    if after is not None:
        rows = rows.where(tuple_(*key) > tuple_(literal(after[0]), literal(after[1])))
    if expression is not None:
        rows = rows.where(text(_MATCHING).bindparams(expression=expression))
    return [(at, name) for at, name in connection.execute(rows)]


def readers(connection: Connection, ids: Sequence[str], parts: Parts | None) -> list[Callable[[], Mapping[str, Any]]]:
    """For each of these documents that is there, in the order given, what gives its JSON values, or `parts` of them."""
    found: dict[str, Callable[[], Mapping[str, Any]]] = {}
    if parts is not None:
        document = _DOCUMENTS.c.number, _DOCUMENTS.c.id
        held = embedded_projection.read(connection, _PROJECTIONS, *document, parts, ids)
        found = {name: partial(embedded_projection.values, parts, row) for name, row in held.items()}
    rest = [name for name in ids if name not in found]
    rows = select(_DOCUMENTS.c.id, _DOCUMENTS.c.body).where(_DOCUMENTS.c.id.in_(rest))
    found |= {row.id: partial(_values, row.body) for row in connection.execute(rows)} if rest else {}
    return [found[name] for name in ids if name in found]


def candidates(expression: str | None, since: datetime | None, until: datetime | None) -> Select[Any]:
    """Rows newest first that may satisfy a query, by its full-text expression and the time of publication."""
    time = _DOCUMENTS.c.published
    rows = select(time, _DOCUMENTS.c.id, _DOCUMENTS.c.body).order_by(time.desc(), _DOCUMENTS.c.id.desc()).limit(CHUNK)
    if since is not None:
        rows = rows.where(time >= iso(since))
    if until is not None:
        rows = rows.where(time < iso(until))
    return rows if expression is None else rows.where(text(_MATCHING).bindparams(expression=expression))


def read(connection: Connection, rows: Select[Any], after: tuple[str, str] | None) -> Iterator[bytes]:
    """The JSON of each candidate after that place (time and id), a chunk at a time."""
    place = tuple_(_DOCUMENTS.c.published, _DOCUMENTS.c.id) < tuple_(bindparam("time"), bindparam("last"))
    while True:
        wanted = rows if after is None else rows.where(place)
        chunk = connection.execute(wanted, {} if after is None else {"time": after[0], "last": after[1]}).all()
        for row in chunk:
            yield zlib.decompress(row.body)
        if len(chunk) < CHUNK:
            return
        after = (chunk[-1].published, chunk[-1].id)


def _span(since: datetime, until: datetime) -> tuple[ColumnElement[bool], ColumnElement[bool]]:
    return _DOCUMENTS.c.arrived >= iso(since), _DOCUMENTS.c.arrived < iso(until)


def _add_arrival(connection: Connection) -> None:
    """A file made before the order of arrival was kept gets it from its documents."""
    if "documents" not in inspect(connection).get_table_names():
        return
    if "arrived" in {column["name"] for column in inspect(connection).get_columns("documents")}:
        return
    connection.execute(text("ALTER TABLE documents ADD COLUMN arrived VARCHAR NOT NULL DEFAULT ''"))
    for row in connection.execute(select(_DOCUMENTS.c.number, _DOCUMENTS.c.body)):
        when = Document.model_validate_json(zlib.decompress(row.body)).arrived
        of_row = update(_DOCUMENTS).where(_DOCUMENTS.c.number == row.number)
        connection.execute(of_row.values(arrived=iso(when)))
    connection.execute(text("CREATE INDEX documents_by_arrival ON documents (arrived, id)"))


def _drop(connection: Connection, number: int, body: bytes) -> None:
    connection.execute(_DROP_TERMS, _terms(number, body))
    embedded_projection.drop(connection, _PROJECTIONS, number)
    connection.execute(delete(_DOCUMENTS).where(_DOCUMENTS.c.number == number))


def _terms(number: int, body: bytes) -> dict[str, Any]:
    return {"rowid": number, **columns(_values(body))}


def _values(body: bytes) -> Mapping[str, Any]:
    values: Mapping[str, Any] = orjson.loads(zlib.decompress(body))
    return values
