"""What a document must hold one of, to satisfy a query: the key that the matcher files a rule under.

A necessary condition, never a sufficient one: the query itself still decides.
"""

from collections.abc import Iterable
from enum import StrEnum
from typing import get_args

from services.contracts.document import FIELDS, FieldKind
from services.query.evaluation import tests
from services.query.fields import nested_path
from services.query.leaves import AnyOf, Either, Exactly, Nothing, Phrase, Test
from services.query.tree import And, Everything, Exists, Is, Nested, Node, Not, Or, Range

Terms = frozenset[tuple[str, str]]
"""(full path of a field, a token of a text field or the value of a keyword). Empty: nothing can satisfy the query."""

_FLAGS = frozenset({"language", "enricher"})
_UNIQUE = frozenset({"id", "url", "story.id"})
_COUNTRIES = frozenset({"who", "near", "country", "countries"})


def required_terms(node: Node, inside: str | None = None) -> Terms | None:
    """Terms of which every satisfying document holds at least one; None when no such set is known.

    `inside` is the nested path of the braces around the clause. Of several sets that would do, the rarest is taken.
    """
    match node:
        case And(queries):
            known = [terms for query in queries if (terms := required_terms(query, inside)) is not None]
            return min(known, key=_cost, default=None)
        case Or(queries):
            return _union([required_terms(query, inside) for query in queries])
        case Nested(path, query):
            entered = nested_path(path, inside)
            return required_terms(query, entered) if entered is not None else frozenset()
        case Is():
            return _union([_of_test(field.path, test) for field, test in tests(node, inside)])
        case Not() | Everything() | Exists() | Range():
            return None


def _of_test(path: str, test: Test) -> Terms | None:
    match test:
        case Nothing():
            return frozenset()
        case AnyOf(terms):
            return frozenset((path, term) for term in terms)
        case Phrase(terms):
            return min((frozenset({(path, term)}) for term, _ in terms), key=_cost)
        case Exactly(text):
            return frozenset({(path, text)})
        case Either(alternatives):
            return _union([_of_test(path, alternative) for alternative in alternatives])
    return None


def _union(sets: Iterable[Terms | None]) -> Terms | None:
    union: set[tuple[str, str]] = set()
    for terms in sets:
        if terms is None:
            return None
        union |= terms
    return frozenset(union)


def _cost(terms: Terms) -> float:
    """A rough guess of how many documents hold one of them: what the matcher wants small."""
    return sum(_WEIGHT[path] + (5.0 / len(term) if path in _TEXTS else 0.0) for path, term in terms)


def _weight(path: str) -> float:
    kind, info = FIELDS[path]
    if kind is FieldKind.TEXT:
        return 1.0
    if path in _UNIQUE:
        return 0.1
    types = (info.annotation, *get_args(info.annotation))
    if path in _FLAGS or any(isinstance(t, type) and issubclass(t, StrEnum) for t in types):
        return 40.0  # a few values, shared by most documents
    # Countries and the actors of the day are in more articles than most words are.
    return 16.0 if path.rpartition(".")[2] in _COUNTRIES else 8.0


_TEXTS = frozenset(path for path, (kind, _) in FIELDS.items() if kind is FieldKind.TEXT)
_WEIGHT = {path: _weight(path) for path in FIELDS}
