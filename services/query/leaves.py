"""The tests that a clause makes on one field: does a document satisfy it, and where? `meaning` chooses the test."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import TypeVar

from services.contracts.document import FieldKind
from services.query.dates import Bound
from services.query.prepared import Scope

T = TypeVar("T")
Holds = Callable[[Scope, int], bool]
"""(fields, now in milliseconds) -> does the clause hold?"""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a value stands: its number in the field's array, and start and end in code points for text."""

    entry: int
    start: int | None = None
    end: int | None = None


class Test(ABC):
    """What a clause asks of one field."""

    __slots__ = ()

    def bind(self, path: str) -> Holds:
        """The test on the field at `path`, ready for many documents."""
        return self._bind(path)

    def places(self, scope: Scope, path: str, now: int) -> Iterator[Place]:
        """The values or words that satisfy it."""
        return self._places(scope, path, now)

    @abstractmethod
    def _bind(self, path: str) -> Holds: ...

    @abstractmethod
    def _places(self, scope: Scope, path: str, now: int) -> Iterator[Place]: ...


@dataclass(frozen=True, slots=True)
class Nothing(Test):
    """No value can satisfy it; `why` is for the author of the query."""

    why: str

    def _bind(self, path: str) -> Holds:
        return lambda scope, now: False

    def _places(self, scope: Scope, path: str, now: int) -> Iterator[Place]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Present(Test):
    """The field has a value."""

    kind: FieldKind

    def _bind(self, path: str) -> Holds:
        if self.kind is FieldKind.KEYWORD:
            return lambda scope, now: bool(scope.exact[path])
        return lambda scope, now: bool(scope.values[path])

    def _places(self, scope: Scope, path: str, now: int) -> Iterator[Place]:
        return (Place(entry) for entry in range(len(scope.values[path])))


@dataclass(frozen=True, slots=True)
class AnyOf(Test):
    """Text that holds one of these tokens at least."""

    terms: frozenset[str]

    def _bind(self, path: str) -> Holds:
        terms = self.terms
        if len(terms) == 1:
            (only,) = terms
            return lambda scope, now: only in scope.text[path].terms
        return lambda scope, now: not terms.isdisjoint(scope.text[path].terms)

    def _places(self, scope: Scope, path: str, now: int) -> Iterator[Place]:
        return _tokens_of(scope, path, sorted(self.terms))


@dataclass(frozen=True, slots=True)
class Phrase(Test):
    """Text that holds these tokens at these distances from the first."""

    terms: tuple[tuple[str, int], ...]

    def _bind(self, path: str) -> Holds:
        terms = self.terms
        return lambda scope, now: next(scope.text[path].phrase(terms), None) is not None

    def _places(self, scope: Scope, path: str, now: int) -> Iterator[Place]:
        text, length = scope.text[path], self.terms[-1][1]
        for position in text.phrase(self.terms):
            entry, start, _ = text.place(position)
            yield Place(entry, start, text.place(position + length)[2])


@dataclass(frozen=True, slots=True)
class SomeToken(Test):
    """Text that holds a token which begins so and passes."""

    prefix: str
    passes: Callable[[str], bool]

    def _terms(self, scope: Scope, path: str) -> Iterator[str]:
        return filter(self.passes, scope.text[path].starting_with(self.prefix))

    def _bind(self, path: str) -> Holds:
        return lambda scope, now: next(self._terms(scope, path), None) is not None

    def _places(self, scope: Scope, path: str, now: int) -> Iterator[Place]:
        return _tokens_of(scope, path, self._terms(scope, path))


@dataclass(frozen=True, slots=True)
class Either(Test):
    """One of several tests on the same field."""

    tests: tuple[Test, ...]

    def _bind(self, path: str) -> Holds:
        return any_of([test.bind(path) for test in self.tests])

    def _places(self, scope: Scope, path: str, now: int) -> Iterator[Place]:
        return (place for test in self.tests for place in test.places(scope, path, now))


@dataclass(frozen=True, slots=True)
class Exactly(Test):
    """A keyword, letter by letter."""

    text: str

    def _bind(self, path: str) -> Holds:
        text = self.text
        return lambda scope, now: text in scope.exact[path]

    def _places(self, scope: Scope, path: str, now: int) -> Iterator[Place]:
        return _entries(scope.values[path], lambda value: value == self.text)


@dataclass(frozen=True, slots=True)
class SomeKeyword(Test):
    """A keyword that passes."""

    passes: Callable[[str], bool]

    def _bind(self, path: str) -> Holds:
        passes = self.passes
        return lambda scope, now: any(map(passes, scope.exact[path]))

    def _places(self, scope: Scope, path: str, now: int) -> Iterator[Place]:
        good = set(filter(self.passes, scope.exact[path]))
        return _entries(scope.values[path], good.__contains__)


@dataclass(frozen=True, slots=True)
class SomeNumber(Test):
    """A number that passes."""

    passes: Callable[[float], bool]

    def _bind(self, path: str) -> Holds:
        passes = self.passes
        return lambda scope, now: any(map(passes, scope.numbers[path]))

    def _places(self, scope: Scope, path: str, now: int) -> Iterator[Place]:
        return _entries(scope.numbers[path], self.passes)


@dataclass(frozen=True, slots=True)
class SomeTruth(Test):
    """A truth value that passes."""

    passes: Callable[[bool], bool]

    def _bind(self, path: str) -> Holds:
        passes = self.passes
        return lambda scope, now: any(map(passes, scope.truths[path]))

    def _places(self, scope: Scope, path: str, now: int) -> Iterator[Place]:
        return _entries(scope.truths[path], self.passes)


@dataclass(frozen=True, slots=True)
class SomeTime(Test):
    """A moment within (`is`), before or after the period that a date or date math names."""

    compare: str
    period: Bound

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

    def _bind(self, path: str) -> Holds:
        def holds(scope: Scope, now: int) -> bool:
            first, last = self._inside(now)
            return any(first <= value <= last for value in scope.times[path])

        return holds

    def _places(self, scope: Scope, path: str, now: int) -> Iterator[Place]:
        first, last = self._inside(now)
        return _entries(scope.times[path], lambda value: first <= value <= last)


def any_of(tests: list[Holds]) -> Holds:
    """Holds when one of them does."""
    if len(tests) == 1:
        return tests[0]
    if len(tests) == 2:
        one, two = tests
        return lambda scope, now: one(scope, now) or two(scope, now)
    return lambda scope, now: any(test(scope, now) for test in tests)


def all_of(tests: list[Holds]) -> Holds:
    """Holds when all of them do."""
    if len(tests) == 2:
        one, two = tests
        return lambda scope, now: one(scope, now) and two(scope, now)
    return lambda scope, now: all(test(scope, now) for test in tests)


def _tokens_of(scope: Scope, path: str, terms: Iterable[str]) -> Iterator[Place]:
    text = scope.text[path]
    return (Place(*text.place(position)) for term in terms for position in text.postings.get(term, ()))


def _entries(values: tuple[T, ...], passes: Callable[[T], bool]) -> Iterator[Place]:
    return (Place(entry) for entry, value in enumerate(values) if passes(value))
