"""How lists are paged, long lists of keys asked for and many rows written, the same in every store. Knows no table."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar

import orjson
from sqlalchemy import (
    ARRAY,
    Column,
    ColumnElement,
    Connection,
    CursorResult,
    Dialect,
    Select,
    Text,
    any_,
    bindparam,
    cast,
    column,
    func,
    literal,
    select,
    tuple_,
)
from sqlalchemy.dialects import postgresql, sqlite

from services.runtime.adapters.cursor import row_before
from services.runtime.adapters.sql_types import UtcMoment

K = TypeVar("K", str, tuple[Any, ...])

CHUNK = 400
"""Keys of one statement: every database takes so many parameters."""


def chunks(keys: Iterable[K]) -> Iterator[Sequence[K]]:
    """The keys, each once and in order, in parts that fit into one statement."""
    ordered = sorted(set(keys))
    return (ordered[i : i + CHUNK] for i in range(0, len(ordered), CHUNK))


def among(connection: Connection, chosen: ColumnElement[str], keys: Iterable[str]) -> Iterator[ColumnElement[bool]]:
    """Conditions which together say that a column is one of `keys`, each key in one of them.

    PostgreSQL takes them as one list: a statement with a place for each would be planned anew for each number of keys.
    """
    if connection.dialect.name == "sqlite":
        yield from (chosen.in_(some) for some in chunks(keys))
    elif ordered := sorted(set(keys)):
        yield chosen == any_(literal(ordered, ARRAY(Text)))


def insert_all(
    connection: Connection, statement: sqlite.Insert | postgresql.Insert, rows: Sequence[dict[str, Any]]
) -> CursorResult[Any]:
    """Write `rows`, all of the same columns, by `statement`, in order; no two of them in each other's way.

    PostgreSQL takes them as one JSON text, in one statement whatever their number: it is planned once and costs one
    round trip, and JSON is faster to write than the driver's arrays. SQLite, which nothing is sent to, takes rows.
    """
    if connection.dialect.name == "sqlite":
        return connection.execute(statement, rows)
    columns = {name: statement.table.c[name] for name in rows[0]}
    given = (
        func.json_to_recordset(cast(bindparam("rows", type_=Text), postgresql.JSON))
        .table_valued(*(column(name, c.type) for name, c in columns.items()))
        .render_derived(name="given", with_types=True)
    )
    chosen = statement.from_select(list(columns), select(*(given.c[name] for name in columns)), include_defaults=False)
    return connection.execute(chosen, {"rows": _as_json(columns, rows, connection.dialect)})


def _as_json(columns: Mapping[str, ColumnElement[Any]], rows: Sequence[dict[str, Any]], dialect: Dialect) -> str:
    processors = {name: c.type.dialect_impl(dialect).bind_processor(dialect) for name, c in columns.items()}
    chosen = {name: process for name, process in processors.items() if process is not None}
    return orjson.dumps([row | {name: process(row[name]) for name, process in chosen.items()} for row in rows]).decode()


def page_of(
    query: Select[Any], at: Column[datetime], row_id: Column[str], cursor: str | None, limit: int, *, newest_first: bool
) -> Select[Any]:
    """The page of `query` from `cursor` on, and one row more where there is a next one (keyset paging).

    Raises `ValueError` for a cursor that is none of ours.
    """
    order = (at, row_id)
    if cursor is not None:
        here, place = tuple_(*order), tuple_(*_place(cursor))
        query = query.where(here < place if newest_first else here > place)
    return query.order_by(*(column.desc() if newest_first else column for column in order)).limit(limit + 1)


def _place(cursor: str) -> tuple[Any, Any]:
    moment, last = row_before(cursor)
    return literal(moment, UtcMoment), literal(last)
