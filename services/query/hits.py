"""Why a document satisfies a query: the values that did it, and where they stand. Decides nothing."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple


class Hit(NamedTuple):
    """A value that satisfied a clause. Clauses under `not` report none."""

    clause: str
    """The clause in KQL."""
    position: int
    """Where the clause's value starts in the query, in code points."""
    field: str
    path: str | None = None
    """The nested path around it, if any, and `object`, the number of the object there."""
    object: int | None = None
    entry: int = 0
    """Number of the value in the field's array, 0 for a single value."""
    start: int | None = None
    """Start and end of the words in that value, in code points; None for fields that are no text."""
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """Why a document satisfies a query."""

    hits: tuple[Hit, ...] = ()
    nested: Mapping[str, tuple[int, ...]] = field(default_factory=dict)
    """Nested path -> numbers of the objects that satisfied the whole braces, outside any `not`, in order."""

    def objects(self, path: str) -> tuple[int, ...]:
        """Numbers of the objects at `path` that satisfied their braces, in order."""
        return self.nested.get(path, ())


def match_of(found: Iterable[Hit]) -> Match:
    """Each hit once. One without a clause only says that its object satisfied the braces."""
    hits: dict[Hit, None] = {}
    nested: dict[str, set[int]] = {}
    for hit in found:
        if hit.clause:
            hits[hit] = None
        if hit.path is not None and hit.object is not None:
            nested.setdefault(hit.path, set()).add(hit.object)
    return Match(tuple(hits), {path: tuple(sorted(numbers)) for path, numbers in nested.items()})
