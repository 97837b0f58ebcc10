"""What backtests read of a document, cut into parts beside it: a rule looks at few of them. Decides nothing.

Quotes are left out, and so is what no query can ask for. The whole document stays the truth: a part that is missing is
read from there.
"""

import zlib
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from operator import itemgetter
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import Column, Connection, Integer, LargeBinary, MetaData, Table, delete, select
from sqlalchemy.sql import ColumnElement

from services.contracts.document import NESTED, SCHEMA, SMALL, Document, FieldKind
from services.contracts.message import iso
from services.query.prepared import members

_TEXTS: Final = ("text", "asserted", "denied")
_LEFT_OUT: Final = {path for path, kind in SCHEMA.items() if kind in (FieldKind.STORED, FieldKind.GEO_POINT)}
_HEAD: Final = tuple(sorted(SMALL))
_MEMBERS: Final = {
    path: tuple(
        name
        for name in (leaf.removeprefix(f"{path}.") for leaf in SCHEMA if leaf.startswith(f"{path}."))
        if name != "quote" and f"{path}.{name}" not in _LEFT_OUT
    )
    for path in sorted(NESTED)
}
"""Nested path -> the names in its objects that are kept."""
_PICK: Final = {path: itemgetter(*names) for path, names in _MEMBERS.items()}
_PROJECTED: Final = (
    frozenset(_TEXTS)
    | {f"{path}.{name}" for path, names in _MEMBERS.items() for name in names}
    | {leaf for leaf in SCHEMA if leaf.partition(".")[0] in SMALL}
    | NESTED
)

PACKED: Final = 2_048
"""Bytes from which on a part is compressed: a small one is read more often than it is worth."""
_ZLIB: Final = 0x78
"""The first byte of what is compressed; no JSON begins so."""


def table(metadata: MetaData) -> Table:
    """One row a document, under its number; a column for each part."""
    parts = (Column(name, LargeBinary, nullable=False) for name in ("head", *_TEXTS, *_MEMBERS))
    return Table("projections", metadata, Column("number", Integer, primary_key=True), *parts)


class Parts(NamedTuple):
    """The columns that hold the wanted fields, `head` with id and times always."""

    names: tuple[str, ...]


def parts_of(fields: Collection[str]) -> Parts | None:
    """The parts that hold these fields (dotted paths); None where only the whole document does."""
    if not _PROJECTED.issuperset(fields):
        return None
    heads = {field.partition(".")[0] for field in fields}
    return Parts(("head", *(name for name in (*_TEXTS, *_MEMBERS) if name in heads)))


def row(number: int, document: Document) -> dict[str, Any]:
    """What to store of a document."""
    found = document.values  # off a topic they are plain: to make findings of them would cost more than all else here
    parts = {"head": _json({name: found[name] for name in _HEAD})}
    parts |= {name: _json(found[name]) for name in _TEXTS}
    parts |= {path: _json([names, *map(_PICK[path], map(members, found[path]))]) for path, names in _MEMBERS.items()}
    return {"number": number, **{name: _packed(part) for name, part in parts.items()}}


def read(
    connection: Connection,
    projections: Table,
    numbered: ColumnElement[int],
    ids: ColumnElement[str],
    parts: Parts,
    wanted: Sequence[str],
) -> dict[str, Any]:
    """Id -> row of parts, of the wanted documents that have them."""
    columns = (projections.c[name] for name in parts.names)
    rows = select(ids, *columns).join_from(ids.table, projections, numbered == projections.c.number)
    return {found[0]: found for found in connection.execute(rows.where(ids.in_(wanted)))}


def values(parts: Parts, found: Sequence[Any]) -> Mapping[str, Any]:
    """The JSON form of what the parts hold."""
    document: dict[str, Any] = orjson.loads(_unpacked(found[1]))
    for name, part in zip(parts.names[1:], found[2:], strict=True):
        held = orjson.loads(_unpacked(part))
        document[name] = held if name in _TEXTS else [dict(zip(held[0], row, strict=True)) for row in held[1:]]
    return document


def drop(connection: Connection, projections: Table, number: int) -> None:
    """Forget the parts of a document that goes."""
    connection.execute(delete(projections).where(projections.c.number == number))


def _json(value: Any) -> bytes:
    return orjson.dumps(value, _plain, orjson.OPT_PASSTHROUGH_DATETIME)


def _plain(value: Any) -> Any:
    return iso(value) if isinstance(value, datetime) else vars(value)


def _packed(part: bytes) -> bytes:
    return zlib.compress(part, 1) if len(part) >= PACKED else part


def _unpacked(part: bytes) -> bytes:
    return zlib.decompress(part) if part[0] == _ZLIB else part
