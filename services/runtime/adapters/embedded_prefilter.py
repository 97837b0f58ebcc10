"""A query -> an FTS5 expression that every satisfying document satisfies too. It may select more, never less."""

from collections.abc import Mapping
from functools import lru_cache
from hashlib import blake2b
from typing import Any, Final

from services.contracts.document import FieldKind
from services.query.evaluation import tests
from services.query.fields import LEAVES, nested_path, parent
from services.query.leaves import AnyOf, Either, Exactly, Nothing, Phrase, SomeToken, Test
from services.query.prepared import Scope, each, members, prepare, string
from services.query.tree import And, Everything, Exists, Is, Nested, Node, Not, Or, Range

TEXTS: Final = tuple(path for path, kind in LEAVES.items() if kind is FieldKind.TEXT)
"""Columns of tokens; the column `exact` holds the keywords."""
MAX_TERMS: Final = 200
MAX_LEVELS: Final = 20
_NEVER: Final = 'exact : "never"'
# Quotes of findings are many, long and rarely asked for letter by letter.
_EXACT: Final = frozenset(p for p, k in LEAVES.items() if k is FieldKind.KEYWORD and not p.endswith(".quote"))
_BY_OUTER: Final = {
    outer: {p: p.removeprefix(f"{outer}.") for p in sorted(_EXACT) if parent(p) == outer}
    for outer in {parent(p) for p in _EXACT}
}
"""Nested path, or None at the top -> path and name of each keyword field there."""


def columns(document: Mapping[str, Any]) -> dict[str, str]:
    """What to index of a document (JSON form, or its `values`): its tokens by field, its keywords as one column.

    Repeatable: both forms of a document give the same.
    """
    scope = prepare(document)
    found = {path: " ".join(scope.text[path].vocabulary) for path in TEXTS}
    return {**found, "exact": " ".join(sorted(_exact_terms(scope, document)))}


def expression(tree: Node) -> str | None:
    """The FTS5 expression, or None when nothing is required of a document."""
    found = _required(tree, None, MAX_LEVELS)
    return None if found is None or found.count('"') > 2 * MAX_TERMS else found


def _required(node: Node, inside: str | None, levels: int) -> str | None:
    if levels == 0:
        return None
    match node:
        case And(queries):
            known = [f for q in queries if (f := _required(q, inside, levels - 1)) is not None]
            return f"({' AND '.join(known)})" if known else None
        case Or(queries):
            return _either([_required(q, inside, levels - 1) for q in queries])
        case Nested(name, query):
            path = nested_path(name, inside)
            return _NEVER if path is None else _required(query, path, levels - 1)
        case Is():
            return _either([_of_test(field.path, test) for field, test in tests(node, inside)])
        case Not() | Everything() | Exists() | Range():
            return None


def _either(parts: list[str | None]) -> str | None:
    known = [part for part in parts if part is not None]
    if len(known) < len(parts):
        return None
    return f"({' OR '.join(known)})" if known else _NEVER


def _of_test(path: str, test: Test) -> str | None:
    match test:
        case Nothing():
            return _NEVER
        case AnyOf(terms):
            return f"{path} : ({' OR '.join(map(_quoted, sorted(terms)))})" if terms else _NEVER
        case Phrase(terms):
            return f"({' AND '.join(f'{path} : {_quoted(term)}' for term, _ in terms)})"
        case SomeToken(prefix, _) if prefix:
            return f"{path} : {_quoted(prefix)} *" if _is_token(prefix) else None
        case Exactly(text) if path in _EXACT:
            return f"exact : {_quoted(_exact_term(path, text))}"
        case Either(alternatives):
            return _either([_of_test(path, alternative) for alternative in alternatives])
    return None


def _quoted(term: str) -> str:
    return f'"{term}"'


def _is_token(text: str) -> bool:
    """No ASCII sign in it: the tokenizer of the table parts words there."""
    return all(c.isalnum() or not c.isascii() for c in text)


@lru_cache(maxsize=65_536)  # names, countries and kinds come again in every article
def _exact_term(path: str, value: str) -> str:
    return "x" + blake2b(f"{path}\0{value}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def _exact_terms(scope: Scope, document: Mapping[str, Any]) -> set[str]:
    terms: set[str] = set()
    for outer, paths in _BY_OUTER.items():
        if outer is None:
            terms.update(_exact_term(path, value) for path in paths for value in scope.exact[path])
            continue
        # Field by field and straight from the objects: they are many, and their values few.
        objects = [members(item) for item in each(document.get(outer))]
        for path, name in paths.items():
            values = set(each([item.get(name) for item in objects]))
            terms.update(_exact_term(path, string(value)) for value in values)
    return terms
