"""A query made ready for many documents: clauses, and/or/not and braces that answer at once. Chooses no test.

Rules come by the hundred thousand, so these are small, and equal clauses of different rules are one object: what a
document says to it is found out once.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import ClassVar, Final

from services.query.fields import Field
from services.query.hits import Hit
from services.query.leaves import Exactly, Test
from services.query.prepared import Scope

Place = tuple[str | None, int | None]
"""The nested path and the number of the object in hand; twice None for the document itself."""
DOCUMENT: Final[Place] = (None, None)
MAX_HITS: Final = 50
"""Most hits that one clause reports for one field of a document or nested object."""
MAX_KEPT: Final = 8_192
"""Most conditions whose hits on one document are kept for the other rules that share them."""


class Condition:
    """Something that fields can satisfy. Compared by identity: what is equal is one object.

    Of no abstract class: `isinstance` would take several times as long for each of them.
    """

    __slots__ = ()
    shared: ClassVar[bool] = True
    """Whether queries that ask for the same have the same object."""

    @property
    def cost(self) -> int:
        """How long it takes to find out, roughly: 0 a look-up, 1 a search, 2 a walk through objects."""
        raise NotImplementedError

    def holds(self, scope: Scope, now: int) -> bool:
        """Do these fields satisfy it? `now` in milliseconds."""
        raise NotImplementedError

    def hits(self, scope: Scope, place: Place, now: int) -> Iterable[Hit]:
        """Of a condition that holds: what satisfied it."""
        raise NotImplementedError

    def objects(self, scope: Scope, now: int) -> Iterable[tuple[str, int]]:
        """Of a condition on the document that holds: path and number of the nested objects that satisfied it."""
        return ()


def hits_of(condition: Condition, scope: Scope, now: int) -> Iterable[Hit]:
    """What satisfied a condition on the document: found once for all rules that share it, then as a tuple."""
    if not condition.shared:
        return condition.hits(scope, DOCUMENT, now)
    kept = scope.findings(now)
    found = kept.get(condition)
    if found is None:
        found = tuple(dict.fromkeys(condition.hits(scope, DOCUMENT, now)))
        if len(kept) < MAX_KEPT:
            kept[condition] = found
    return found


@dataclass(frozen=True, slots=True, eq=False)
class Clause(Condition):
    """A test on one field of the document or of the object in hand, with the clause that asks for it."""

    text: str
    """In KQL."""
    test: Test

    @property
    def cost(self) -> int:
        return self.test.cost

    def holds(self, scope: Scope, now: int) -> bool:
        return self.test.holds(scope, now)

    def hits(self, scope: Scope, place: Place, now: int) -> Iterable[Hit]:
        return _hits(self.text, self.test, scope, place, now)


@dataclass(frozen=True, slots=True, eq=False)
class Fields(Condition):
    """A clause on several fields, or on one that stands in nested objects: one of them has to hold."""

    text: str
    tests: tuple[tuple[Field, Test], ...]

    @property
    def cost(self) -> int:
        return max((2 if leaf.nested else test.cost for leaf, test in self.tests), default=0)

    def holds(self, scope: Scope, now: int) -> bool:
        for leaf, test in self.tests:
            if leaf.nested is None:
                if test.holds(scope, now):
                    return True
            elif any(test.holds(item, now) for item in scope.objects[leaf.nested]):
                return True
        return False

    def hits(self, scope: Scope, place: Place, now: int) -> Iterable[Hit]:
        for leaf, test in self.tests:
            for there, holder in _holders(leaf, scope, place):
                if test.holds(holder, now):
                    yield from _hits(self.text, test, holder, there, now)

    def objects(self, scope: Scope, now: int) -> Iterable[tuple[str, int]]:
        for leaf, test in self.tests:
            if leaf.nested is not None:
                for number, item in enumerate(scope.objects[leaf.nested]):
                    if test.holds(item, now):
                        yield leaf.nested, number


@dataclass(frozen=True, slots=True, eq=False)
class Never(Condition):
    """Braces after a name that holds no objects."""

    @property
    def cost(self) -> int:
        return 0

    def holds(self, scope: Scope, now: int) -> bool:
        return False

    def hits(self, scope: Scope, place: Place, now: int) -> Iterable[Hit]:
        return ()


@dataclass(frozen=True, slots=True, eq=False)
class _Joined(Condition):
    """Several conditions. `checks` are the same parts, the cheapest first."""

    shared: ClassVar[bool] = False
    parts: tuple[Condition, ...]
    checks: tuple[Condition, ...]

    @property
    def cost(self) -> int:
        return max((part.cost for part in self.parts), default=0)

    def held(self, scope: Scope, now: int) -> Iterable[Condition]:
        """The parts that hold."""
        raise NotImplementedError

    def hits(self, scope: Scope, place: Place, now: int) -> Iterable[Hit]:
        found: list[Hit] = []
        for part in self.held(scope, now):
            found += hits_of(part, scope, now) if place is DOCUMENT else part.hits(scope, place, now)
        return found

    def objects(self, scope: Scope, now: int) -> Iterable[tuple[str, int]]:
        for part in self.held(scope, now):
            yield from part.objects(scope, now)


class All(_Joined):
    """Holds when all of them do; of none, always."""

    __slots__ = ()

    def holds(self, scope: Scope, now: int) -> bool:
        for part in self.checks:  # noqa: SIM110 - twice as fast as a generator
            if not part.holds(scope, now):
                return False
        return True

    def held(self, scope: Scope, now: int) -> Iterable[Condition]:
        return self.parts


class Some(_Joined):
    """Holds when one of them does; of none, never."""

    __slots__ = ()

    def holds(self, scope: Scope, now: int) -> bool:
        for part in self.checks:  # noqa: SIM110 - twice as fast as a generator
            if part.holds(scope, now):
                return True
        return False

    def held(self, scope: Scope, now: int) -> Iterable[Condition]:
        return [part for part in self.parts if part.holds(scope, now)]


@dataclass(frozen=True, slots=True, eq=False)
class Inverse(Condition):
    """Holds when the part does not. What is absent has no place."""

    shared: ClassVar[bool] = False
    part: Condition

    @property
    def cost(self) -> int:
        return self.part.cost

    def holds(self, scope: Scope, now: int) -> bool:
        return not self.part.holds(scope, now)

    def hits(self, scope: Scope, place: Place, now: int) -> Iterable[Hit]:
        return ()


@dataclass(frozen=True, slots=True, eq=False)
class Braces(Condition):
    """Holds when one of the nested objects at `path` satisfies the part. With `key`, only objects that hold it can."""

    path: str
    part: Condition
    key: Exactly | None = None

    @property
    def cost(self) -> int:
        return 2

    def holds(self, scope: Scope, now: int) -> bool:
        for _, item in self._objects(scope):  # noqa: SIM110 - twice as fast as a generator
            if self.part.holds(item, now):
                return True
        return False

    def hits(self, scope: Scope, place: Place, now: int) -> Iterable[Hit]:
        for number, item in self._objects(scope):
            if self.part.holds(item, now):
                yield from self.part.hits(item, (self.path, number), now)

    def objects(self, scope: Scope, now: int) -> Iterable[tuple[str, int]]:
        return [(self.path, number) for number, item in self._objects(scope) if self.part.holds(item, now)]

    def _objects(self, scope: Scope) -> Iterable[tuple[int, Scope]]:
        if self.key is None:
            return enumerate(scope.objects[self.path])
        numbers = scope.holders(self.path, self.key.path).get(self.key.text)
        if numbers is None:
            return ()
        objects = scope.objects[self.path]
        return [(number, objects[number]) for number in numbers]


@dataclass(frozen=True, slots=True, eq=False)
class Once(Condition):
    """A costly condition on the document that many rules share: found out once a document."""

    part: Condition

    @property
    def cost(self) -> int:
        return self.part.cost

    def holds(self, scope: Scope, now: int) -> bool:
        answers = scope.answers(now)
        answer = answers.get(self)
        if answer is None:
            answer = answers[self] = self.part.holds(scope, now)
        return answer

    def hits(self, scope: Scope, place: Place, now: int) -> Iterable[Hit]:
        return self.part.hits(scope, place, now)

    def objects(self, scope: Scope, now: int) -> Iterable[tuple[str, int]]:
        return self.part.objects(scope, now)


def _holders(leaf: Field, scope: Scope, place: Place) -> Iterator[tuple[Place, Scope]]:
    if leaf.nested is None:
        yield place, scope
    else:
        for number, item in enumerate(scope.objects[leaf.nested]):
            yield (leaf.nested, number), item


def _hits(text: str, test: Test, scope: Scope, place: Place, now: int) -> list[Hit]:
    path, (nested, number) = test.path, place
    return [Hit(text, path, nested, number, *found) for found in islice(test.places(scope, now), MAX_HITS)]
