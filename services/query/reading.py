"""Which fields of a document a query looks at, so that nothing else of it needs to be read."""

from services.query.evaluation import tests
from services.query.fields import nested_path
from services.query.tree import And, Everything, Nested, Node, Not, Or


def fields_read(tree: Node) -> frozenset[str]:
    """Dotted paths. Objects that are walked through are named by the fields that are asked of them."""
    return frozenset(_read(tree, None))


def _read(node: Node, inside: str | None) -> set[str]:
    match node:
        case And(queries) | Or(queries):
            return {path for query in queries for path in _read(query, inside)}
        case Not(query):
            return _read(query, inside)
        case Everything():
            return set()
        case Nested(name, query):
            path = nested_path(name, inside)
            return set() if path is None else {path} | _read(query, path)
        case _:
            return {field.path for field, _ in tests(node, inside)}
