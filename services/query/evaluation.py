"""Does a document satisfy a query, and by which words? Decided in process, the same as the index decides it."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from itertools import chain, islice
from typing import Any, Final

from services.query.connectives import all_of, any_object, any_of, none_of
from services.query.dates import milliseconds
from services.query.fields import Field, nested_path, resolve, within
from services.query.leaves import Holds, Present, Test
from services.query.meaning import meaning
from services.query.prepared import Prepared, Scope, prepare
from services.query.printing import to_kql
from services.query.tree import And, Everything, Exists, Is, Leaf, Nested, Node, Not, Or, Range

MAX_HITS: Final = 50
"""Most hits that one clause reports for one field of a document or nested object."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A value that satisfied a clause. Clauses under `not` report none."""

    clause: str
    """The clause in KQL."""
    position: int
    """Where the clause's value starts in the query, in code points."""
    field: str
    path: str | None = None
    """The nested path around it, if any, and `object`, the number of the object there."""
    object: int | None = None
    entry: int = 0
    """Number of the value in the field's array, 0 for a single value."""
    start: int | None = None
    """Start and end of the words in that value, in code points; None for fields that are no text."""
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Why a document satisfies a query."""

    hits: tuple[Hit, ...] = ()
    nested: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Nested path -> numbers of the objects that satisfied the whole braces, outside any `not`, in order."""

    def objects(self, path: str) -> tuple[int, ...]:
        """Numbers of the objects at `path` that satisfied their braces, in order."""
        return self.nested.get(path, ())


@dataclass(frozen=True, slots=True)
class Compiled:
    """A query ready for many documents: fields and values are resolved once."""

    tree: Node
    holds: Holds

    def matches(self, document: Prepared, *, now: datetime) -> bool:
        """Does the document satisfy it? `now` is what date math counts from."""
        return self.holds(document, milliseconds(now))


def compile_query(tree: Node) -> Compiled:
    """`tree` ready for many documents."""
    return Compiled(tree, _compiled(tree, None))


def evaluate(query: Node | Compiled, document: Mapping[str, Any] | Prepared, *, now: datetime) -> Match | None:
    """Why `document` (JSON form or prepared) satisfies `query`, or None when it does not. Total."""
    scope = document if isinstance(document, Scope) else prepare(document)
    if isinstance(query, Compiled) and not query.matches(scope, now=now):
        return None
    tree = query.tree if isinstance(query, Compiled) else query
    found = _found(tree, None, scope, milliseconds(now))
    if found is None:
        return None
    nested: dict[str, set[int]] = {}
    for hit in found:
        if hit.path is not None and hit.object is not None:
            nested.setdefault(hit.path, set()).add(hit.object)
    hits = tuple(dict.fromkeys(hit for hit in found if hit.clause))
    return Match(hits, {path: tuple(sorted(numbers)) for path, numbers in nested.items()})


def tests(node: Leaf, inside: str | None) -> tuple[tuple[Field, Test], ...]:
    """The fields that a clause looks in within the braces of `inside`, each with what it asks there."""
    fields = resolve(node.field, inside)
    match node:
        case Exists(name):
            return tuple((f, Present(f.kind)) for f in fields or within(name, inside))
        case Is(_, value):
            return tuple((f, meaning(f.kind, value)) for f in fields)
        case Range(_, operator, value):
            return tuple((f, meaning(f.kind, value, operator)) for f in fields)


def _compiled(node: Node, inside: str | None) -> Holds:
    match node:
        case And(queries):
            return all_of(_compiled(q, inside) for q in queries)
        case Or(queries):
            return any_of(_compiled(q, inside) for q in queries)
        case Not(query):
            return none_of(_compiled(query, inside))
        case Nested(name, query):
            path = nested_path(name, inside)
            return any_of(()) if path is None else any_object(path, _compiled(query, path))
        case Everything():
            return all_of(())
        case _:
            return any_of(_bound(f, test) for f, test in tests(node, inside))


def _bound(leaf: Field, test: Test) -> Holds:
    holds = test.bind(leaf.path)
    return holds if leaf.nested is None else any_object(leaf.nested, holds)


def _found(node: Node, inside: str | None, scope: Scope, now: int) -> list[Hit] | None:
    """The hits of a clause that holds, None when it does not."""
    match node:
        case And(queries):
            every: list[Hit] = []
            for query in queries:
                hits = _found(query, inside, scope, now)
                if hits is None:
                    return None
                every += hits
            return every
        case Or(queries):
            some = [h for q in queries if (h := _found(q, inside, scope, now)) is not None]
            return list(chain.from_iterable(some)) if some else None
        case Not(query):
            return [] if _found(query, inside, scope, now) is None else None
        case Nested():
            return _found_in_objects(node, inside, scope, now)
        case Everything():
            return []
        case _:
            return _found_in_fields(node, inside, scope, now)


def _found_in_objects(node: Nested, inside: str | None, scope: Scope, now: int) -> list[Hit] | None:
    path = nested_path(node.path, inside)
    found: list[Hit] = []
    for number, item in enumerate(scope.objects[path] if path else ()):
        hits = _found(node.query, path, item, now)
        if hits is not None:
            found.append(Hit("", node.path.start, str(path), path, number))
            found += (replace(hit, path=path, object=number) for hit in hits)
    return found or None


def _found_in_fields(node: Leaf, inside: str | None, scope: Scope, now: int) -> list[Hit] | None:
    value = node.field if isinstance(node, Exists) else node.value
    clause, held, found = "", False, []
    for leaf, test in tests(node, inside):
        holds = test.bind(leaf.path)
        for number, holder in _holders(scope, leaf):
            if holds(holder, now):
                clause, held = clause or to_kql(node), True
                for place in islice(test.places(holder, leaf.path, now), MAX_HITS):
                    where = (place.entry, place.start, place.end)
                    found.append(Hit(clause, value.start, leaf.path, leaf.nested, number, *where))
    return found if held else None


def _holders(scope: Scope, leaf: Field) -> Iterator[tuple[int | None, Scope]]:
    if leaf.nested is None:
        return iter([(None, scope)])
    return iter(enumerate(scope.objects[leaf.nested]))
