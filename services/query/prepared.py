"""A document made ready for many queries: each field is analysed once, when the first query asks for it."""

from bisect import bisect_left
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from typing import Any, Final, Generic, TypeVar

from services.query.analysis import POSITION_GAP, Token, token_count, tokens
from services.query.dates import milliseconds
from services.query.values import ordered

T = TypeVar("T")
MAX_KEYWORD: Final = 8191
"""A longer keyword (in UTF-16 units) is stored and not searchable (`ignore_above`)."""


class TextIndex:
    """The tokens of one text field."""

    def __init__(self, entries: tuple[str, ...]) -> None:
        self.present: Final = bool(entries)
        self.postings: Final[dict[str, list[tuple[int, Token]]]] = {}
        """Term -> (entry of the array, token), in order of position."""
        position = 0
        for number, entry in enumerate(entries):
            for token in tokens(entry, position):
                self.postings.setdefault(token.term, []).append((number, token))
            position += token_count(entry) + POSITION_GAP

    @cached_property
    def vocabulary(self) -> list[str]:
        """All terms, sorted."""
        return sorted(self.postings)

    @cached_property
    def _positions(self) -> dict[str, dict[int, tuple[int, Token]]]:
        return {}

    def positions(self, term: str) -> dict[int, tuple[int, Token]]:
        """Position -> (entry, token) of one term."""
        if term not in self._positions:
            self._positions[term] = {found[1].position: found for found in self.postings.get(term, ())}
        return self._positions[term]

    def starting_with(self, prefix: str) -> Iterator[str]:
        """The terms that begin so, sorted."""
        for term in self.vocabulary[bisect_left(self.vocabulary, prefix) :]:
            if not term.startswith(prefix):
                return
            yield term


class _Values(dict[str, tuple[Any, ...]]):
    """Path -> all its values, arrays and objects walked through, nulls left out."""

    def __init__(self, raw: Mapping[str, Any], below: str) -> None:
        super().__init__()
        self._raw = raw
        self._skip = len(below) + 1 if below else 0

    def __missing__(self, path: str) -> tuple[Any, ...]:
        found: list[Any] = [self._raw]
        for name in path[self._skip :].split("."):
            found = [v for o in found if isinstance(o, Mapping) for v in _each(o.get(name))]
        made = self[path] = tuple(found)
        return made


class _Made(dict[str, T], Generic[T]):
    """Path -> what is made of its values, made at the first look."""

    def __init__(self, values: _Values, make: Callable[[str, tuple[Any, ...]], T]) -> None:
        super().__init__()
        self._source = values
        self._make = make

    def __missing__(self, path: str) -> T:
        made = self[path] = self._make(path, self._source[path])
        return made


class Scope:
    """The fields of a document, or of one nested object; paths are always full ones such as `quantities.low`."""

    __slots__ = ("exact", "numbers", "objects", "text", "times", "truths", "values")

    def __init__(self, raw: Mapping[str, Any], below: str = "") -> None:
        self.values: Final = _Values(raw, below)
        self.text: Final = _Made(self.values, lambda _, found: TextIndex(tuple(map(_string, found))))
        self.exact: Final = _Made(self.values, lambda _, found: frozenset(filter(_searchable, map(_string, found))))
        self.numbers: Final = _Made(self.values, lambda _, found: tuple(ordered(float(v)) for v in found))
        self.times: Final = _Made(self.values, lambda _, found: tuple(map(_time, found)))
        self.truths: Final = _Made(self.values, lambda _, found: tuple(v in (True, "true") for v in found))
        self.objects: Final = _Made(self.values, lambda path, found: tuple(Scope(v, path) for v in found))


Prepared = Scope


def prepare(document: Mapping[str, Any]) -> Prepared:
    """`document` (its JSON form) ready for `evaluate`; it must not change afterwards."""
    return Scope(document)


def _each(value: Any) -> Iterator[Any]:
    if isinstance(value, list | tuple):
        for item in value:
            yield from _each(item)
    elif value is not None:
        yield value


def _string(value: Any) -> str:
    return value if isinstance(value, str) else str(value).lower() if isinstance(value, bool) else str(value)


def _searchable(value: str) -> bool:
    return len(value) <= MAX_KEYWORD // 2 or len(value.encode("utf-16-le", "surrogatepass")) // 2 <= MAX_KEYWORD


def _time(value: Any) -> int:
    return milliseconds(datetime.fromisoformat(value))
