"""Why a document satisfies a query: found out when somebody asks, as most matches raise no alert. Decides nothing."""

from services.query.conditions import Condition, hits_of
from services.query.hits import Hit
from services.query.prepared import Scope


class Match:
    """A document satisfied a condition at `now` (in milliseconds). Keeps what was prepared of it."""

    __slots__ = ("_condition", "_hits", "_now", "_objects", "_scope")

    def __init__(self, condition: Condition, scope: Scope, now: int) -> None:
        self._condition = condition
        self._scope = scope
        self._now = now
        self._hits: tuple[Hit, ...] | None = None
        self._objects: dict[str, tuple[int, ...]] | None = None

    @property
    def hits(self) -> tuple[Hit, ...]:
        """Each once."""
        if self._hits is None:
            found = hits_of(self._condition, self._scope, self._now)
            self._hits = found if isinstance(found, tuple) else tuple(dict.fromkeys(found))
        return self._hits

    @property
    def nested(self) -> dict[str, tuple[int, ...]]:
        """Nested path -> numbers of the objects that satisfied the whole braces, outside any `not`, in order."""
        if self._objects is None:
            found: dict[str, set[int]] = {}
            for path, number in self._condition.objects(self._scope, self._now):
                found.setdefault(path, set()).add(number)
            self._objects = {path: tuple(sorted(numbers)) for path, numbers in found.items()}
        return self._objects

    def objects(self, path: str) -> tuple[int, ...]:
        """Numbers of the objects at `path` that satisfied their braces, in order."""
        return self.nested.get(path, ())

    def __eq__(self, other: object) -> bool:
        """The same hits and the same objects."""
        return isinstance(other, Match) and self.hits == other.hits and self.nested == other.nested

    __hash__ = None  # type: ignore[assignment]
