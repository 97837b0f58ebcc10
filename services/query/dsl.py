"""Tree -> the Elasticsearch query that Kibana 9.4 makes of the same text (its data view on our fields, zone UTC).

Where Kibana's query would make the whole search fail (text in a number, an unknown nested path), the clause finds
nothing instead, as in `evaluate`.
"""

import re
from typing import Any, Final

from services.contracts.document import FieldKind
from services.query.evaluation import tests
from services.query.fields import Field, full_name, nested_path, resolve
from services.query.leaves import Nothing, Test
from services.query.tree import And, Everything, Exists, Is, Leaf, Nested, Node, Not, Or, Range, Value

Query = dict[str, Any]
_NONE: Final[Query] = {"match_none": {}}
_RESERVED: Final = re.compile(r'[+\-=&|><!(){}\[\]^"~*?:\\/]')
_OPERATORS: Final = re.compile(r"(?<!\S)(?=(?:AND|OR|NOT|TO)(?!\S))")
_DIGITS: Final = re.compile("[0-9]+")


def to_elasticsearch(tree: Node) -> Query:
    """The body of `query` in a search."""
    return _query(tree, None)


def _query(node: Node, inside: str | None) -> Query:
    match node:
        case And(queries):
            return {"bool": {"filter": [_query(q, inside) for q in queries]}}
        case Or(queries):
            return _any([_query(q, inside) for q in queries])
        case Not(query):
            return {"bool": {"must_not": _query(query, inside)}}
        case Nested(name, query):
            path = nested_path(name, inside)
            unmapped = {"ignore_unmapped": True} if path is None else {}
            full = full_name(name, inside)
            return {"nested": {"path": full, "query": _query(query, full), "score_mode": "none", **unmapped}}
        case Everything():
            return {"match_all": {}}
        case _:
            return _leaf(node, inside)


def _leaf(node: Leaf, inside: str | None) -> Query:
    found = tests(node, inside)
    if isinstance(node, Is) and node.field is None and not inside:
        return _in_default_fields(node.value, found)
    if not resolve(node.field, inside):
        return _any([_unknown(node, inside)])
    return _any([_wrapped(field, test, _on_field(node, field)) for field, test in found])


def _any(queries: list[Query]) -> Query:
    return {"bool": {"should": queries, "minimum_should_match": 1}}


def _wrapped(field: Field, test: Test, query: Query) -> Query:
    if isinstance(test, Nothing):
        return dict(_NONE)
    if field.nested is None:
        return query
    return {"nested": {"path": field.nested, "query": query, "score_mode": "none"}}


def _in_default_fields(value: Value, found: tuple[tuple[Field, Test], ...]) -> Query:
    if all(isinstance(test, Nothing) for _, test in found):
        return dict(_NONE)
    if value.wildcard:
        return {"query_string": {"query": _query_string(value)}}
    kind = "phrase" if value.quoted else "best_fields"
    return {"multi_match": {"type": kind, "query": value.json, "lenient": True}}


def _unknown(node: Leaf, inside: str | None) -> Query:
    """A name that is no field is passed on: it finds nothing, an object such as `source` exists by its fields."""
    if node.field is None or node.field.wildcard:
        return dict(_NONE)
    name = full_name(node.field, inside)
    match node:
        case Exists():
            return {"exists": {"field": name}}
        case Range(_, operator, value):
            return {"range": {name: {operator: value.json}}}
        case Is(_, value):
            return dict(_NONE) if value.is_null else {"match": {name: value.json}}


def _on_field(node: Leaf, field: Field) -> Query:
    match node:
        case Exists():
            return {"exists": {"field": field.path}}
        case Range(_, operator, value):
            return {"range": {field.path: {operator: value.json, **_zone(field, value)}}}
        case Is(_, value):
            return _equal(value, field)


def _equal(value: Value, field: Field) -> Query:
    if value.wildcard:
        if field.kind is FieldKind.KEYWORD:
            return {"wildcard": {field.path: {"value": _pattern(value)}}}
        return {"query_string": {"fields": [field.path], "query": _query_string(value)}}
    if field.kind is FieldKind.DATE:
        return {"range": {field.path: {"gte": value.json, "lte": value.json, **_zone(field, value)}}}
    if field.kind is FieldKind.KEYWORD:
        return {"term": {field.path: {"value": value.json}}}
    return {"match_phrase" if value.quoted else "match": {field.path: value.json}}


def _zone(field: Field, value: Value) -> dict[str, str]:
    """Digits alone are milliseconds, which have no zone."""
    if field.kind is not FieldKind.DATE or _DIGITS.fullmatch(value.text):
        return {}
    return {"time_zone": "UTC"}


def _pattern(value: Value) -> str:
    return "*".join(_RESERVED.sub(r"\\\g<0>", part) for part in value.parts)


def _query_string(value: Value) -> str:
    """Words that are operators in a `query_string` stay words."""
    return _OPERATORS.sub(r"\\", _pattern(value))
