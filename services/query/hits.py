"""Why a document satisfies a query: the values that did it, and where they stand. Decides nothing."""

from collections.abc import Callable, Iterable
from typing import NamedTuple


class Hit(NamedTuple):
    """A value that satisfied a clause. Clauses under `not` report none."""

    clause: str
    """The clause in KQL."""
    field: str
    path: str | None = None
    """The nested path around it, if any, and `object`, the number of the object there."""
    object: int | None = None
    entry: int = 0
    """Number of the value in the field's array, 0 for a single value."""
    start: int | None = None
    """Start and end of the words in that value, in code points; None for fields that are no text."""
    end: int | None = None


class Match:
    """Why a document satisfies a query: found out when it is asked for, as most matches raise no alert."""

    __slots__ = ("_find", "_find_objects", "_hits", "_nested")

    def __init__(
        self, find: Callable[[], Iterable[Hit]], find_objects: Callable[[], Iterable[tuple[str, int]]]
    ) -> None:
        """`find` gives the hits, `find_objects` path and number of the objects of braces outside any `not`."""
        self._find = find
        self._find_objects = find_objects
        self._hits: tuple[Hit, ...] | None = None
        self._nested: dict[str, tuple[int, ...]] | None = None

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Each once. One without a clause, which only says that its object satisfied the braces, is none."""
        if self._hits is None:
            self._hits = tuple(dict.fromkeys(hit for hit in self._find() if hit.clause))
        return self._hits

    def objects(self, path: str) -> tuple[int, ...]:
        """Numbers of the objects at `path` that satisfied their braces, in order."""
        return self._objects.get(path, ())

    @property
    def _objects(self) -> dict[str, tuple[int, ...]]:
        if self._nested is None:
            found: dict[str, set[int]] = {}
            for name, number in self._find_objects():
                found.setdefault(name, set()).add(number)
            self._nested = {name: tuple(sorted(numbers)) for name, numbers in found.items()}
        return self._nested

    def __eq__(self, other: object) -> bool:
        """The same hits and the same objects."""
        return isinstance(other, Match) and self.hits == other.hits and self._objects == other._objects
