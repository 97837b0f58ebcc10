"""The tests that a clause makes on one field: does a document satisfy it, and where? `meaning` chooses the test."""

import math
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Self, TypeVar

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
    """What a clause asks of the field at `path`. Rules by the hundred thousand are made of these, so they are small."""

    __slots__ = ()
    path: str

    def bind(self, path: str) -> Holds:
        """The test on the field at `path`, ready for many documents."""
        return self.on(path)._holds

    def on(self, path: str) -> Self:
        """The same test on another field."""
        return replace(self, path=path)  # type: ignore[type-var] # every subclass is a dataclass

    def places(self, scope: Scope, path: str, now: int) -> Iterator[Place]:
        """The values or words that satisfy it."""
        return self.on(path)._places(scope, now)

    @abstractmethod
    def _holds(self, scope: Scope, now: int) -> bool: ...

    @abstractmethod
    def _places(self, scope: Scope, now: int) -> Iterator[Place]: ...


@dataclass(frozen=True, slots=True)
class Nothing(Test):
    """No value can satisfy it; `why` is for the author of the query."""

    why: str
    path: str = ""

    def _holds(self, scope: Scope, now: int) -> bool:
        return False

    def _places(self, scope: Scope, now: int) -> Iterator[Place]:
        return iter(())


@dataclass(frozen=True, slots=True)
class Present(Test):
    """The field has a value."""

    kind: FieldKind
    path: str = ""

    def _holds(self, scope: Scope, now: int) -> bool:
        values = scope.exact if self.kind is FieldKind.KEYWORD else scope.values
        return bool(values[self.path])

    def _places(self, scope: Scope, now: int) -> Iterator[Place]:
        return (Place(entry) for entry in range(len(scope.values[self.path])))


@dataclass(frozen=True, slots=True)
class AnyOf(Test):
    """Text that holds one of these tokens at least."""

    terms: tuple[str, ...]
    path: str = ""

    def _holds(self, scope: Scope, now: int) -> bool:
        terms = self.terms
        if len(terms) == 1:
            return terms[0] in scope.text[self.path].terms
        return not scope.text[self.path].terms.isdisjoint(terms)

    def _places(self, scope: Scope, now: int) -> Iterator[Place]:
        return _tokens_of(scope, self.path, self.terms)


@dataclass(frozen=True, slots=True)
class Phrase(Test):
    """Text that holds these tokens at these distances from the first."""

    terms: tuple[tuple[str, int], ...]
    path: str = ""

    def _holds(self, scope: Scope, now: int) -> bool:
        return next(scope.text[self.path].phrase(self.terms), None) is not None

    def _places(self, scope: Scope, now: int) -> Iterator[Place]:
        text, length = scope.text[self.path], self.terms[-1][1]
        for position in text.phrase(self.terms):
            entry, start, _ = text.place(position)
            yield Place(entry, start, text.place(position + length)[2])


@dataclass(frozen=True, slots=True)
class SomeToken(Test):
    """Text that holds a token which begins so and passes."""

    prefix: str
    passes: Callable[[str], bool]
    path: str = ""

    def _terms(self, scope: Scope) -> Iterator[str]:
        return filter(self.passes, scope.text[self.path].starting_with(self.prefix))

    def _holds(self, scope: Scope, now: int) -> bool:
        return next(self._terms(scope), None) is not None

    def _places(self, scope: Scope, now: int) -> Iterator[Place]:
        return _tokens_of(scope, self.path, self._terms(scope))


@dataclass(frozen=True, slots=True)
class Either(Test):
    """One of several tests on the same field."""

    tests: tuple[Test, ...]
    path: str = ""

    def on(self, path: str) -> Self:
        """The same tests on another field."""
        return replace(self, tests=tuple(test.on(path) for test in self.tests), path=path)

    def _holds(self, scope: Scope, now: int) -> bool:
        return any(test._holds(scope, now) for test in self.tests)

    def _places(self, scope: Scope, now: int) -> Iterator[Place]:
        return (place for test in self.tests for place in test._places(scope, now))


@dataclass(frozen=True, slots=True)
class Exactly(Test):
    """A keyword, letter by letter."""

    text: str
    path: str = ""

    def _holds(self, scope: Scope, now: int) -> bool:
        return self.text in scope.exact[self.path]

    def _places(self, scope: Scope, now: int) -> Iterator[Place]:
        return _entries(scope.values[self.path], lambda value: value == self.text)


@dataclass(frozen=True, slots=True)
class SomeKeyword(Test):
    """A keyword that passes."""

    passes: Callable[[str], bool]
    path: str = ""

    def _holds(self, scope: Scope, now: int) -> bool:
        return any(map(self.passes, scope.exact[self.path]))

    def _places(self, scope: Scope, now: int) -> Iterator[Place]:
        good = set(filter(self.passes, scope.exact[self.path]))
        return _entries(scope.values[self.path], good.__contains__)


@dataclass(frozen=True, slots=True)
class SomeNumber(Test):
    """A number that passes."""

    passes: Callable[[float], bool]
    path: str = ""

    def _holds(self, scope: Scope, now: int) -> bool:
        return any(map(self.passes, scope.numbers[self.path]))

    def _places(self, scope: Scope, now: int) -> Iterator[Place]:
        return _entries(scope.numbers[self.path], self.passes)


@dataclass(frozen=True, slots=True)
class SomeTruth(Test):
    """A truth value that passes."""

    passes: Callable[[bool], bool]
    path: str = ""

    def _holds(self, scope: Scope, now: int) -> bool:
        return any(map(self.passes, scope.truths[self.path]))

    def _places(self, scope: Scope, now: int) -> Iterator[Place]:
        return _entries(scope.truths[self.path], self.passes)


@dataclass(frozen=True, slots=True)
class SomeTime(Test):
    """A moment within (`is`), before or after the period that a date or date math names."""

    compare: str
    period: Bound
    path: str = ""

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

    def _holds(self, scope: Scope, now: int) -> bool:
        first, last = self._inside(now)
        return any(first <= value <= last for value in scope.times[self.path])

    def _places(self, scope: Scope, now: int) -> Iterator[Place]:
        first, last = self._inside(now)
        return _entries(scope.times[self.path], lambda value: first <= value <= last)


def _tokens_of(scope: Scope, path: str, terms: Iterable[str]) -> Iterator[Place]:
    text = scope.text[path]
    return (Place(*text.place(position)) for term in terms for position in text.postings.get(term, ()))


def _entries(values: tuple[T, ...], passes: Callable[[T], bool]) -> Iterator[Place]:
    return (Place(entry) for entry, value in enumerate(values) if passes(value))
