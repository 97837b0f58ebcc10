"""And, or, not and braces over tests that are ready for many documents. Small objects: rules come by the 100,000."""

from collections.abc import Iterable
from dataclasses import dataclass

from services.query.leaves import Holds
from services.query.prepared import Scope


def all_of(tests: Iterable[Holds]) -> Holds:
    """Holds when all of them do; of none, always."""
    return _All(tuple(tests)).holds


def any_of(tests: Iterable[Holds]) -> Holds:
    """Holds when one of them does; of none, never."""
    tests = tuple(tests)
    return tests[0] if len(tests) == 1 else _Any(tests).holds


def none_of(test: Holds) -> Holds:
    """Holds when the test does not."""
    return _Not(test).holds


def any_object(path: str, test: Holds) -> Holds:
    """Holds when it does for one of the nested objects at `path`."""
    return _AnyObject(path, test).holds


@dataclass(frozen=True, slots=True)
class _All:
    tests: tuple[Holds, ...]

    def holds(self, scope: Scope, now: int) -> bool:
        for test in self.tests:  # noqa: SIM110 - twice as fast as a generator
            if not test(scope, now):
                return False
        return True


@dataclass(frozen=True, slots=True)
class _Any:
    tests: tuple[Holds, ...]

    def holds(self, scope: Scope, now: int) -> bool:
        for test in self.tests:  # noqa: SIM110 - twice as fast as a generator
            if test(scope, now):
                return True
        return False


@dataclass(frozen=True, slots=True)
class _Not:
    test: Holds

    def holds(self, scope: Scope, now: int) -> bool:
        return not self.test(scope, now)


@dataclass(frozen=True, slots=True)
class _AnyObject:
    path: str
    test: Holds

    def holds(self, scope: Scope, now: int) -> bool:
        for item in scope.objects[self.path]:  # noqa: SIM110 - twice as fast as a generator
            if self.test(item, now):
                return True
        return False
