"""What a document must hold one of, to satisfy a query: the keys that the matcher files a rule under.

A necessary condition, never a sufficient one: the query itself still decides.
"""

from collections.abc import Callable, Iterable
from functools import lru_cache
from itertools import product
from typing import NamedTuple

from services.query.conditions import All, Braces, Clause, Condition, Fields, Never, Once, Some
from services.query.fields import parent
from services.query.leaves import AnyOf, Either, Exactly, Nothing, Phrase, SomeNumber, Test

MAX_PRODUCT = 16
"""Most keys that two conditions on one object are joined into."""
_PAIR = 2


class Table(NamedTuple):
    """Which values of one object of the document, or of the document itself, make a key."""

    path: str | None
    """The nested path of the object, None for the document."""
    fields: tuple[str, ...]
    """Full paths of at most two fields, sorted."""
    number: str = ""
    """Full path of a number that the same object must hold, if any."""
    rising: bool = True
    """The number must be at least the key's limit; else at most."""


class Key(NamedTuple):
    """An object holds it that has these values, and a number not beyond the limit."""

    table: Table
    values: tuple[str, ...]
    limit: float = 0.0


Keys = frozenset[Key]
"""A document must hold one of them. Empty: nothing can satisfy the query."""
Cost = Callable[[Key], float]
"""About the share of documents that hold a key: what the matcher wants small."""


@lru_cache(maxsize=1_024)
def table_of(path: str | None, fields: tuple[str, ...], number: str = "", rising: bool = True) -> Table:
    """One object for all its keys: rules come by the hundred thousand."""
    return Table(path, fields, number, rising)


def required_keys(condition: Condition, cost: Cost, inside: str | None = None) -> Keys | None:
    """Keys of which every satisfying document holds at least one; None when no such set is known.

    `inside` is the nested path of the braces around the condition. Of several sets that would do, the rarest is taken.
    """
    match condition:
        case Clause(_, test):
            return _of_test(test, cost)
        case Once(part):
            return required_keys(part, cost, inside)
        case All(parts):
            known = [keys for part in parts if (keys := required_keys(part, cost, inside)) is not None]
            return _rarest(known, cost, inside)
        case Some(parts):
            return _union(required_keys(part, cost, inside) for part in parts)
        case Braces(path, part):
            return required_keys(part, cost, path)
        case Fields(_, tests):
            return _union(_of_test(test, cost) for _, test in tests)
        case Never():
            return frozenset()
    return None


def _of_test(test: Test, cost: Cost) -> Keys | None:
    match test:
        case Nothing():
            return frozenset()
        case AnyOf(terms):
            return frozenset(_equal(test.path, term) for term in terms)
        case Phrase(terms):
            return frozenset({min((_equal(test.path, term) for term, _ in terms), key=cost)})  # all are required
        case Exactly(text):
            return frozenset({_equal(test.path, text)})
        case SomeNumber(compare, limit):
            rising = compare not in ("lt", "lte")
            return frozenset({Key(table_of(parent(test.path), (), test.path, rising), (), limit)})
        case Either(alternatives):
            return _union(_of_test(alternative, cost) for alternative in alternatives)
    return None


def _equal(path: str, value: str) -> Key:
    return Key(table_of(parent(path), (path,)), (value,))


def _union(sets: Iterable[Keys | None]) -> Keys | None:
    union: set[Key] = set()
    for keys in sets:
        if keys is None:
            return None
        union |= keys
    return frozenset(union)


def _rarest(known: list[Keys], cost: Cost, inside: str | None) -> Keys | None:
    """The rarest of several sets that are all required, joined with others that the same object must satisfy."""
    if len(known) < _PAIR:
        return known[0] if known else None
    rising = sorted(known, key=lambda keys: sum(map(cost, keys)))
    best = rising[0]
    for other in rising[1:]:
        if len(best) * len(other) <= MAX_PRODUCT and (joined := _joined(best, other, inside)) is not None:
            best = joined
    return best


def _joined(first: Keys, second: Keys, inside: str | None) -> Keys | None:
    """Every pair of keys as one; None when a pair does not speak of one object, or of too much of it."""
    joined = [_both(a, b, inside) for a, b in product(first, second)]
    return None if None in joined else frozenset(key for key in joined if key is not None)


def _both(a: Key, b: Key, inside: str | None) -> Key | None:
    if a.table.path != inside or b.table.path != inside or (a.table.number and b.table.number):
        return None
    held = {**dict(zip(a.table.fields, a.values, strict=True)), **dict(zip(b.table.fields, b.values, strict=True))}
    # A document has many words, so many pairs of them: only the objects in it are asked for pairs.
    if len(held) < len(a.values) + len(b.values) or len(held) > (_PAIR if inside else 1):
        return None
    numbered = a if a.table.number else b
    fields = tuple(sorted(held))
    table = table_of(inside, fields, numbered.table.number, numbered.table.rising)
    return Key(table, tuple(held[name] for name in fields), numbered.limit)
