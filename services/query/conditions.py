"""A query made ready for many documents: clauses, and/or/not and braces that answer at once. Chooses no test.

Rules come by the hundred thousand, so these are small, and equal clauses of different rules are one object. They know
no position: those of a query stand beside it, in the order of its clauses and braces (`width` is how many).
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

from services.query.fields import Field
from services.query.hits import Hit
from services.query.leaves import Exactly, Test
from services.query.prepared import Scope

Place = tuple[str | None, int | None]
"""The nested path and the number of the object in hand; twice None for the document itself."""
MAX_HITS: Final = 50
"""Most hits that one clause reports for one field of a document or nested object."""


@dataclass(slots=True)
class Gathering:
    """The hits of one query on one document, while they are gathered."""

    positions: tuple[int, ...]
    now: int
    hits: list[Hit] = field(default_factory=list)


class Condition:
    """Something that fields can satisfy. Compared by identity: what is equal is one object.

    Of no abstract class: `isinstance` would take several times as long for each of them.
    """

    __slots__ = ()

    @property
    def width(self) -> int:
        """How many clauses and braces it is made of, itself included."""
        raise NotImplementedError

    @property
    def cost(self) -> int:
        """How long it takes to find out, roughly: 0 a look-up, 1 a search, 2 a walk through objects."""
        raise NotImplementedError

    def holds(self, scope: Scope, now: int) -> bool:
        """Do these fields satisfy it? `now` in milliseconds."""
        raise NotImplementedError

    def gather(self, scope: Scope, place: Place, at: int, into: Gathering) -> None:
        """Add the hits of a condition that holds; its own positions begin with number `at`."""
        raise NotImplementedError


@dataclass(frozen=True, slots=True, eq=False)
class Clause(Condition):
    """A test on one field of the document or of the object in hand, with the clause that asks for it."""

    text: str
    """In KQL."""
    test: Test

    @property
    def width(self) -> int:
        return 1

    @property
    def cost(self) -> int:
        return self.test.cost

    def holds(self, scope: Scope, now: int) -> bool:
        return self.test.holds(scope, now)

    def gather(self, scope: Scope, place: Place, at: int, into: Gathering) -> None:
        _add(self.text, self.test, scope, place, into.positions[at], into)


@dataclass(frozen=True, slots=True, eq=False)
class Fields(Condition):
    """A clause on several fields, or on one that stands in nested objects: one of them has to hold."""

    text: str
    tests: tuple[tuple[Field, Test], ...]

    @property
    def width(self) -> int:
        return 1

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

    def gather(self, scope: Scope, place: Place, at: int, into: Gathering) -> None:
        for leaf, test in self.tests:
            for there, holder in _holders(leaf, scope, place):
                if test.holds(holder, into.now):
                    _add(self.text, test, holder, there, into.positions[at], into)


@dataclass(frozen=True, slots=True, eq=False)
class Never(Condition):
    """Braces after a name that holds no objects."""

    _width: int

    @property
    def width(self) -> int:
        return self._width

    @property
    def cost(self) -> int:
        return 0

    def holds(self, scope: Scope, now: int) -> bool:
        return False

    def gather(self, scope: Scope, place: Place, at: int, into: Gathering) -> None:
        """It never holds."""


@dataclass(frozen=True, slots=True, eq=False)
class _Joined(Condition):
    """Several conditions. `checks` are the same parts, the cheapest first."""

    parts: tuple[Condition, ...]
    checks: tuple[Condition, ...]
    _width: int

    @property
    def width(self) -> int:
        return self._width

    @property
    def cost(self) -> int:
        return max((part.cost for part in self.parts), default=0)


class All(_Joined):
    """Holds when all of them do; of none, always."""

    __slots__ = ()

    def holds(self, scope: Scope, now: int) -> bool:
        for part in self.checks:  # noqa: SIM110 - twice as fast as a generator
            if not part.holds(scope, now):
                return False
        return True

    def gather(self, scope: Scope, place: Place, at: int, into: Gathering) -> None:
        for part in self.parts:
            part.gather(scope, place, at, into)
            at += part.width


class Some(_Joined):
    """Holds when one of them does; of none, never."""

    __slots__ = ()

    def holds(self, scope: Scope, now: int) -> bool:
        for part in self.checks:  # noqa: SIM110 - twice as fast as a generator
            if part.holds(scope, now):
                return True
        return False

    def gather(self, scope: Scope, place: Place, at: int, into: Gathering) -> None:
        for part in self.parts:
            if part.holds(scope, into.now):
                part.gather(scope, place, at, into)
            at += part.width


@dataclass(frozen=True, slots=True, eq=False)
class Inverse(Condition):
    """Holds when the part does not."""

    part: Condition

    @property
    def width(self) -> int:
        return self.part.width

    @property
    def cost(self) -> int:
        return self.part.cost

    def holds(self, scope: Scope, now: int) -> bool:
        return not self.part.holds(scope, now)

    def gather(self, scope: Scope, place: Place, at: int, into: Gathering) -> None:
        """What is absent has no place."""


@dataclass(frozen=True, slots=True, eq=False)
class Braces(Condition):
    """Holds when one of the nested objects at `path` satisfies the part. With `key`, only objects that hold it can."""

    path: str
    part: Condition
    key: Exactly | None = None

    @property
    def width(self) -> int:
        return 1 + self.part.width

    @property
    def cost(self) -> int:
        return 2

    def holds(self, scope: Scope, now: int) -> bool:
        for _, item in self._objects(scope):  # noqa: SIM110 - twice as fast as a generator
            if self.part.holds(item, now):
                return True
        return False

    def gather(self, scope: Scope, place: Place, at: int, into: Gathering) -> None:
        for number, item in self._objects(scope):
            if self.part.holds(item, into.now):
                into.hits.append(Hit("", into.positions[at], self.path, self.path, number))
                self.part.gather(item, (self.path, number), at + 1, into)

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
    def width(self) -> int:
        return self.part.width

    @property
    def cost(self) -> int:
        return self.part.cost

    def holds(self, scope: Scope, now: int) -> bool:
        answers = scope.answers(now)
        answer = answers.get(self)
        if answer is None:
            answer = answers[self] = self.part.holds(scope, now)
        return answer

    def gather(self, scope: Scope, place: Place, at: int, into: Gathering) -> None:
        self.part.gather(scope, place, at, into)


def _holders(leaf: Field, scope: Scope, place: Place) -> Iterator[tuple[Place, Scope]]:
    if leaf.nested is None:
        yield place, scope
    else:
        for number, item in enumerate(scope.objects[leaf.nested]):
            yield (leaf.nested, number), item


def _add(text: str, test: Test, scope: Scope, place: Place, position: int, into: Gathering) -> None:
    for found in islice(test.places(scope, into.now), MAX_HITS):
        into.hits.append(Hit(text, position, test.path, *place, found.entry, found.start, found.end))
