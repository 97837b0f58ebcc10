"""Why, or why not: each clause of a query with true or false for one document."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from services.query.dates import milliseconds
from services.query.evaluation import tests
from services.query.fields import Field, nested_path
from services.query.leaves import Nothing, Test
from services.query.prepared import Prepared, Scope, prepare
from services.query.printing import to_kql
from services.query.tree import And, Everything, Is, Leaf, Nested, Node, Not, Or


@dataclass(frozen=True, slots=True)
class Explained:
    """A clause, whether it holds, and the clauses it is made of."""

    kind: str
    """all, any, not, nested, everything or clause."""
    clause: str
    holds: bool
    position: int = 0
    """Where it starts in the query, in code points."""
    parts: tuple["Explained", ...] = ()
    objects: tuple[int, ...] = ()
    """For braces: the numbers of the objects that satisfy them."""
    nearest: int | None = None
    """For braces: the object that `parts` speak of, the one that satisfies most clauses; None when there is none."""
    note: str = ""
    """Why the clause can never hold, when that is so."""


def explain_tree(tree: Node, document: Mapping[str, Any] | Prepared, *, now: datetime) -> Explained:
    """The clause tree of `tree` on `document` (JSON form or prepared). Total."""
    scope = document if isinstance(document, Scope) else prepare(document)
    return _explained(tree, None, scope, milliseconds(now))


def _explained(node: Node, inside: str | None, scope: Scope, now: int) -> Explained:
    clause = to_kql(node)
    match node:
        case And(queries):
            parts = tuple(_explained(q, inside, scope, now) for q in queries)
            return Explained("all", clause, all(p.holds for p in parts), parts[0].position, parts)
        case Or(queries):
            parts = tuple(_explained(q, inside, scope, now) for q in queries)
            return Explained("any", clause, any(p.holds for p in parts), parts[0].position, parts)
        case Not(query):
            part = _explained(query, inside, scope, now)
            return Explained("not", clause, not part.holds, part.position, (part,))
        case Nested():
            return _braces(node, clause, inside, scope, now)
        case Everything():
            return Explained("everything", clause, True)
        case _:
            return _clause(node, clause, inside, scope, now)


def _braces(node: Nested, clause: str, inside: str | None, scope: Scope, now: int) -> Explained:
    path = nested_path(node.path, inside)
    if path is None:
        return Explained("nested", clause, False, node.path.start, note=f"{node.path.text} holds no objects")
    tried = [_explained(node.query, path, item, now) for item in scope.objects[path]]
    held = tuple(number for number, part in enumerate(tried) if part.holds)
    if not tried:
        return Explained("nested", clause, False, node.path.start, note=f"the document has no {path}")
    nearest = held[0] if held else max(range(len(tried)), key=lambda number: _score(tried[number]))
    return Explained("nested", clause, bool(held), node.path.start, (tried[nearest],), held, nearest)


def _score(part: Explained) -> float:
    """Share of the clauses that hold, 0 to 1."""
    if part.holds or not part.parts:
        return float(part.holds)
    return sum(map(_score, part.parts)) / len(part.parts) if part.kind == "all" else 0.0


def _clause(node: Leaf, clause: str, inside: str | None, scope: Scope, now: int) -> Explained:
    found = tests(node, inside)
    held = any(
        test.holds(holder, now)
        for field, test in found
        for holder in ((scope,) if field.nested is None else scope.objects[field.nested])
    )
    first = node.value if isinstance(node, Is) and node.field is None else node.field
    return Explained("clause", clause, held, first.start if first else 0, note=_note(found))


def _note(found: tuple[tuple[Field, Test], ...]) -> str:
    reasons = [test.why for _, test in found if isinstance(test, Nothing)]
    if not found:
        return "no such field here"
    return reasons[0] if len(reasons) == len(found) else ""
