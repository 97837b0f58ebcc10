"""The tests that a clause makes on one field: does a document satisfy it, and where? `meaning` chooses the test."""

import math
import operator
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial
from typing import Any, ClassVar, Final, NamedTuple, TypeVar

from services.contracts.document import FieldKind
from services.query.dates import Bound
from services.query.prepared import Scope

T = TypeVar("T")
_REVERSED: Final[dict[str, Callable[[Any, Any], bool]]] = {
    "is": operator.eq,
    "gt": operator.lt,
    "gte": operator.le,
    "lt": operator.gt,
    "lte": operator.ge,
}
"""(limit, value) -> does the value compare so?"""


class Place(NamedTuple):
    """Where a value stands: its number in the field's array, and start and end in code points for text."""

    entry: int
    start: int | None = None
    end: int | None = None


class Test:
    """What a clause asks of the field at `path`. Rules by the hundred thousand are made of these, so they are small.

    Of no abstract class: `isinstance` would take several times as long for each of them.
    """

    __slots__ = ()
    path: str
    cost: ClassVar[int] = 1
    """How long it takes to find out: 0 a look-up, 1 a search."""

    def holds(self, scope: Scope, now: int) -> bool:
        """Does the field satisfy it? `now` in milliseconds."""
        raise NotImplementedError

    def places(self, scope: Scope, now: int) -> Iterator[Place]:
        """The values or words that satisfy it."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True)
class Nothing(Test):
    """No value can satisfy it; `why` is for the author of the query."""

    why: str
    path: str
    cost: ClassVar[int] = 0

    def holds(self, scope: Scope, now: int) -> bool:
        return False

    def places(self, scope: Scope, now: int) -> Iterator[Place]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Present(Test):
    """The field has a value."""

    kind: FieldKind
    path: str
    cost: ClassVar[int] = 0

    def holds(self, scope: Scope, now: int) -> bool:
        values = scope.exact if self.kind is FieldKind.KEYWORD else scope.values
        return bool(values[self.path])

    def places(self, scope: Scope, now: int) -> Iterator[Place]:
        return (Place(entry) for entry in range(len(scope.values[self.path])))


@dataclass(frozen=True, slots=True)
class AnyOf(Test):
    """Text that holds one of these tokens at least."""

    terms: tuple[str, ...]
    path: str
    cost: ClassVar[int] = 0

    def holds(self, scope: Scope, now: int) -> bool:
        terms = self.terms
        if len(terms) == 1:
            return terms[0] in scope.text[self.path].terms
        return not scope.text[self.path].terms.isdisjoint(terms)

    def places(self, scope: Scope, now: int) -> Iterator[Place]:
        return _tokens_of(scope, self.path, self.terms)


@dataclass(frozen=True, slots=True)
class Phrase(Test):
    """Text that holds these tokens at these distances from the first."""

    terms: tuple[tuple[str, int], ...]
    path: str

    def holds(self, scope: Scope, now: int) -> bool:
        return next(scope.text[self.path].phrase(self.terms), None) is not None

    def places(self, scope: Scope, now: int) -> Iterator[Place]:
        text, length = scope.text[self.path], self.terms[-1][1]
        for number in text.phrase(self.terms):
            entry, start, _ = text.place(number)
            yield Place(entry, start, text.place(number + length)[2])


@dataclass(frozen=True, slots=True)
class SomeToken(Test):
    """Text that holds a token which begins so and passes."""

    prefix: str
    passes: Callable[[str], bool]
    path: str

    def _terms(self, scope: Scope) -> Iterator[str]:
        return filter(self.passes, scope.text[self.path].starting_with(self.prefix))

    def holds(self, scope: Scope, now: int) -> bool:
        return next(self._terms(scope), None) is not None

    def places(self, scope: Scope, now: int) -> Iterator[Place]:
        return _tokens_of(scope, self.path, self._terms(scope))


@dataclass(frozen=True, slots=True)
class Either(Test):
    """One of several tests on the same field."""

    tests: tuple[Test, ...]
    path: str

    def holds(self, scope: Scope, now: int) -> bool:
        return any(test.holds(scope, now) for test in self.tests)

    def places(self, scope: Scope, now: int) -> Iterator[Place]:
        return (place for test in self.tests for place in test.places(scope, now))


@dataclass(frozen=True, slots=True)
class Exactly(Test):
    """A keyword, letter by letter."""

    text: str
    path: str
    cost: ClassVar[int] = 0

    def holds(self, scope: Scope, now: int) -> bool:
        return self.text in scope.exact[self.path]

    def places(self, scope: Scope, now: int) -> Iterator[Place]:
        return _entries(scope.values[self.path], lambda value: value == self.text)


@dataclass(frozen=True, slots=True)
class SomeKeyword(Test):
    """A keyword that passes."""

    passes: Callable[[str], bool]
    path: str

    def holds(self, scope: Scope, now: int) -> bool:
        return any(map(self.passes, scope.exact[self.path]))

    def places(self, scope: Scope, now: int) -> Iterator[Place]:
        good = set(filter(self.passes, scope.exact[self.path]))
        return _entries(scope.values[self.path], good.__contains__)


@dataclass(frozen=True, slots=True)
class SomeNumber(Test):
    """A number that compares so (`is`, gt, gte, lt, lte) with a limit."""

    compare: str
    limit: float
    path: str

    def holds(self, scope: Scope, now: int) -> bool:
        return any(map(beside(self.compare, self.limit), scope.numbers[self.path]))

    def places(self, scope: Scope, now: int) -> Iterator[Place]:
        return _entries(scope.numbers[self.path], beside(self.compare, self.limit))


@dataclass(frozen=True, slots=True)
class SomeTruth(Test):
    """A truth value that passes."""

    passes: Callable[[bool], bool]
    path: str

    def holds(self, scope: Scope, now: int) -> bool:
        return any(map(self.passes, scope.truths[self.path]))

    def places(self, scope: Scope, now: int) -> Iterator[Place]:
        return _entries(scope.truths[self.path], self.passes)


@dataclass(frozen=True, slots=True)
class SomeTime(Test):
    """A moment within (`is`), before or after the period that a date or date math names."""

    compare: str
    period: Bound
    path: str

    def _inside(self, now: int) -> tuple[float, float]:
        """First and last millisecond that satisfy it."""
        match self.compare:
            case "gt":
                return self.period(now, True) + 1, math.inf
            case "gte":
                return self.period(now, False), math.inf
            case "lt":
                return -math.inf, self.period(now, False) - 1
            case "lte":
                return -math.inf, self.period(now, True)
        return self.period(now, False), self.period(now, True)

    def holds(self, scope: Scope, now: int) -> bool:
        first, last = self._inside(now)
        return any(first <= value <= last for value in scope.times[self.path])

    def places(self, scope: Scope, now: int) -> Iterator[Place]:
        first, last = self._inside(now)
        return _entries(scope.times[self.path], lambda value: first <= value <= last)


def beside(compare: str, limit: Any) -> Callable[[Any], bool]:
    """Does a value compare so with `limit`? `compare` is is, gt, gte, lt or lte."""
    return partial(_REVERSED[compare], limit)


def _tokens_of(scope: Scope, path: str, terms: Iterable[str]) -> Iterator[Place]:
    text = scope.text[path]
    return (Place(*place) for term in terms for place in text.places(term))


def _entries(values: tuple[T, ...], passes: Callable[[T], bool]) -> Iterator[Place]:
    return (Place(entry) for entry, value in enumerate(values) if passes(value))
