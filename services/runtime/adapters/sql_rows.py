"""How lists are paged and long lists of keys are asked for, the same in every store. Knows no table."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any, TypeVar

from sqlalchemy import Column, Select, literal, tuple_

from services.runtime.adapters.cursor import row_before
from services.runtime.adapters.sql_types import UtcMoment

K = TypeVar("K", str, tuple[Any, ...])

CHUNK = 400
"""Keys of one statement: every database takes so many parameters."""


def chunks(keys: Iterable[K]) -> Iterator[Sequence[K]]:
    """The keys, each once and in order, in parts that fit into one statement."""
    ordered = sorted(set(keys))
    return (ordered[i : i + CHUNK] for i in range(0, len(ordered), CHUNK))


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
