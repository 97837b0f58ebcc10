"""The required keys of a rule as the store keeps them beside it, so that loading a rule need not read its query.

They are only taken over when the same code made them from the same query. Decides nothing about matching.
"""

from collections.abc import Iterable
from typing import Any
from zlib import crc32

import orjson

from services.alert.core.rarity import Rarity
from services.alert.core.required_keys import Key, required_keys, table_of
from services.contracts.document import SCHEMA
from services.query import Compiled, QuerySyntaxError, compile_query, parse

VERSION = 1
"""One more whenever a query gives other keys than before: a test holds a list of queries and their keys."""
_NO_LIMIT = 0.0
_MADE_BY = f"{VERSION}-{crc32(repr(sorted(SCHEMA.items())).encode()):08x}"


class Unfiled(Exception):
    """What is stored beside the rule is missing or damaged, or other code made it, or from another query."""


def filed_keys(query: str, compiled: Compiled | None = None) -> bytes | None:
    """What to store beside a rule, without anything learned about rarity; None for a query that cannot be read."""
    try:
        compiled = compiled or compile_query(parse(query))
    except QuerySyntaxError:
        return None
    keys = required_keys(compiled.condition, Rarity().share)
    return orjson.dumps([_MADE_BY, _mark(query), None if keys is None else sorted(map(_row, keys))])


def from_filed(filed: bytes | None, query: str) -> tuple[Key, ...] | None:
    """The keys of a query, None when there are no keys that it requires. Raises `Unfiled`."""
    if filed is None:
        raise Unfiled
    try:
        made_by, mark, rows = orjson.loads(filed)
        if made_by != _MADE_BY or mark != _mark(query):
            raise Unfiled
        return None if rows is None else _keys(rows)
    except (ValueError, TypeError) as error:  # damaged in the store: one rule must never stop the others
        raise Unfiled from error


def _keys(rows: Iterable[Any]) -> tuple[Key, ...]:
    same: dict[str, str] = {}  # a word is often looked for in two fields
    return tuple(
        Key(
            table_of(path or None, tuple(fields), number, rising),
            tuple(same.setdefault(value, value) for value in values),
            _limit(limit),
        )
        for path, fields, number, rising, values, limit in rows
    )


def _row(key: Key) -> list[Any]:
    path, fields, number, rising = key.table
    return [path or "", fields, number, rising, key.values, str(key.limit)]  # JSON has no infinite numbers


def _limit(text: str) -> float:
    """Most keys have none: they share one zero."""
    return _NO_LIMIT if text == "0.0" else float(text)


def _mark(query: str) -> int:
    return crc32(query.encode("utf-8", "surrogatepass"))
