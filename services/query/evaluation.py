"""Does a document satisfy a query, and by which words? Decided in process, the same as the index decides it."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from services.query.conditions import All, Braces, Clause, Condition, Fields, Inverse, Never, Once, Some
from services.query.dates import milliseconds
from services.query.fields import Field, nested_path, resolve, within
from services.query.leaves import Exactly, Present, Test
from services.query.match import Match
from services.query.meaning import meaning
from services.query.prepared import Prepared, Scope, prepare
from services.query.printing import to_kql
from services.query.tree import And, Everything, Exists, Is, Leaf, Nested, Node, Not, Or, Range
from services.query.vocabulary import VOCABULARIES

SHARED: Final = 16_384
"""Most clauses, and most braces, that queries made later may share; only the latest asked for are kept."""


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query ready for many documents: fields and values are resolved once."""

    condition: Condition

    def matches(self, document: Prepared, *, now: datetime) -> bool:
        """Does the document satisfy it? `now` is what date math counts from."""
        return self.condition.holds(document, milliseconds(now))

    def why(self, document: Prepared, *, now: datetime) -> Match:
        """What made a document satisfy it that does; looked for when somebody asks the match."""
        return self.because(document, milliseconds(now))

    def because(self, document: Prepared, moment: int) -> Match:
        """`why` with the time in milliseconds."""
        return Match(self.condition, document, moment)


def compile_query(tree: Node) -> Compiled:
    """`tree` ready for many documents."""
    return Compiled(_compiled(tree, None))


def evaluate(query: Node | Compiled, document: Mapping[str, Any] | Prepared, *, now: datetime) -> Match | None:
    """Why `document` (JSON form or prepared) satisfies `query`, or None when it does not. Total."""
    scope = document if isinstance(document, Scope) else prepare(document)
    compiled = query if isinstance(query, Compiled) else compile_query(query)
    return compiled.why(scope, now=now) if compiled.matches(scope, now=now) else None


def tests(node: Leaf, inside: str | None) -> tuple[tuple[Field, Test], ...]:
    """The fields that a clause looks in within the braces of `inside`, each with what it asks there."""
    fields = resolve(node.field, inside)
    match node:
        case Exists(name):
            return tuple((f, Present(f.kind, f.path)) for f in fields or within(name, inside))
        case Is(_, value):
            return tuple((f, meaning(f.path, f.kind, value)) for f in fields)
        case Range(_, operator, value):
            return tuple((f, meaning(f.path, f.kind, value, operator)) for f in fields)


def _compiled(node: Node, inside: str | None) -> Condition:
    match node:
        case And(queries):
            parts = tuple(_compiled(q, inside) for q in queries)
            return All(parts, _cheapest_first(parts))
        case Or(queries):
            parts = tuple(_compiled(q, inside) for q in queries)
            return Some(parts, _cheapest_first(parts))
        case Not(query):
            return Inverse(_compiled(query, inside))
        case Everything():
            return All((), ())
        case Nested():
            return _braces(node, inside)
        case _:
            return _clause(node, inside)


def _cheapest_first(parts: tuple[Condition, ...]) -> tuple[Condition, ...]:
    checks = tuple(sorted(parts, key=lambda part: part.cost))
    return parts if checks == parts else checks


@lru_cache(maxsize=SHARED)
def _braces(node: Nested, inside: str | None) -> Condition:
    path = nested_path(node.path, inside)
    if path is None:
        return Never()
    part = _compiled(node.query, path)
    braces = Braces(path, part, _key(part))
    return Once(braces) if inside is None else braces


def _key(part: Condition) -> Exactly | None:
    """A value that an object must hold; of several, one of a field that can hold many."""
    clauses = part.parts if isinstance(part, All) else (part,)
    exact = [c.test for c in clauses if isinstance(c, Clause) and isinstance(c.test, Exactly)]
    return min(exact, key=lambda test: test.path in VOCABULARIES, default=None)


@lru_cache(maxsize=SHARED)
def _clause(node: Leaf, inside: str | None) -> Condition:
    found = tests(node, inside)
    if len(found) == 1 and found[0][0].nested is None:
        clause: Condition = Clause(to_kql(node), found[0][1])
    else:
        clause = Fields(to_kql(node), found)
    return Once(clause) if inside is None and clause.cost else clause
