"""A document made ready for many queries: each field is analysed once, when the first query asks for it."""

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from itertools import accumulate, chain, islice
from typing import Any, Final, Generic, TypeVar

from services.contracts.message import Message
from services.query.analysis import POSITION_GAP, spans, words
from services.query.dates import milliseconds
from services.query.values import ordered

T = TypeVar("T")
MAX_KEYWORD: Final = 8191
"""A longer keyword (in UTF-16 units) is stored and not searchable (`ignore_above`)."""


class TextIndex:
    """The tokens of one text field. Positions and places are made when a phrase or a hit needs them."""

    def __init__(self, entries: tuple[str, ...]) -> None:
        self._entries = entries
        self._words = list(map(words, entries))
        self.terms: Final = frozenset(filter(None, chain.from_iterable(self._words)))

    @cached_property
    def postings(self) -> dict[str, list[int]]:
        """Term -> its positions, rising. Entries of an array are `POSITION_GAP` positions apart."""
        found: dict[str, list[int]] = {term: [] for term in self.terms}
        for first, entry in zip(self._first, self._words, strict=True):
            for position, term in enumerate(entry, first):
                if term:
                    found[term].append(position)
        return found

    @cached_property
    def _first(self) -> list[int]:
        """The position at which each entry starts."""
        return list(accumulate((len(entry) + POSITION_GAP for entry in self._words[:-1]), initial=0))

    @cached_property
    def _spans(self) -> list[list[tuple[int, int]]]:
        return list(map(spans, self._entries))

    @cached_property
    def vocabulary(self) -> list[str]:
        """All terms, sorted."""
        return sorted(self.terms)

    def place(self, position: int) -> tuple[int, int, int]:
        """Number of the entry, start and end in it, of the token at a position."""
        entry = bisect_right(self._first, position) - 1
        return entry, *self._spans[entry][position - self._first[entry]]

    def phrase(self, terms: tuple[tuple[str, int], ...]) -> Iterator[int]:
        """Positions where these terms stand at these distances."""
        if all(term in self.terms for term, _ in terms):
            others = [(frozenset(self.postings[term]), distance) for term, distance in terms[1:]]
            for position in self.postings[terms[0][0]]:
                if all(position + distance in positions for positions, distance in others):
                    yield position

    def starting_with(self, prefix: str) -> Iterator[str]:
        """The terms that begin so, sorted."""
        for term in islice(self.vocabulary, bisect_left(self.vocabulary, prefix), None):
            if not term.startswith(prefix):
                return
            yield term


class _Values(dict[str, tuple[Any, ...]]):
    """Path -> all its values, arrays and objects walked through, nulls left out."""

    __slots__ = ("_raw", "_skip")

    def __init__(self, raw: Mapping[str, Any], below: str) -> None:
        self._raw = raw
        self._skip = len(below) + 1 if below else 0

    def __missing__(self, path: str) -> tuple[Any, ...]:
        head, *rest = path[self._skip :].split(".")
        found = each(self._raw.get(head))
        for name in rest:
            found = tuple(v for o in found for v in each(members(o).get(name)))
        self[path] = found
        return found


class _Made(dict[str, T], Generic[T]):
    """Path -> what is made of its values, made at the first look."""

    __slots__ = ("_make", "_source")

    def __init__(self, values: _Values, make: Callable[[str, tuple[Any, ...]], T]) -> None:
        self._source = values
        self._make = make

    def __missing__(self, path: str) -> T:
        made = self[path] = self._make(path, self._source[path])
        return made


class Scope:
    """The fields of a document, or of one nested object; paths are always full ones such as `quantities.low`.

    A view of a kind (`exact["actors.id"]`) is made when it is first asked for: most objects are asked for little.
    """

    __slots__ = ("_answers", "_answers_at", "exact", "numbers", "objects", "text", "times", "truths", "values")

    exact: Mapping[str, frozenset[str]]
    numbers: Mapping[str, tuple[float, ...]]
    objects: "Mapping[str, tuple[Scope, ...]]"
    text: Mapping[str, TextIndex]
    times: Mapping[str, tuple[int, ...]]
    truths: Mapping[str, tuple[bool, ...]]

    def __init__(self, raw: Mapping[str, Any], below: str = "") -> None:
        self.values: Final = _Values(raw, below)
        self._answers_at: int | None = None
        self._answers: dict[object, bool]

    def answers(self, now: int) -> dict[object, bool]:
        """What was found out about it at `now`, by what was asked; whoever asks adds to it."""
        if self._answers_at != now:
            self._answers, self._answers_at = {}, now
        return self._answers

    def __getattr__(self, name: str) -> Any:
        """Make a view at its first use."""
        if name not in _VIEWS:
            raise AttributeError(name)
        view = _Made(self.values, _VIEWS[name])
        setattr(self, name, view)
        return view


_VIEWS: Final[dict[str, Callable[[str, tuple[Any, ...]], Any]]] = {
    "exact": lambda _, found: frozenset(v for v in map(string, found) if len(v) <= MAX_KEYWORD // 2 or _searchable(v)),
    "numbers": lambda _, found: tuple(ordered(float(v)) for v in found),
    "objects": lambda path, found: tuple(Scope(members(v), path) for v in found),
    "text": lambda _, found: TextIndex(tuple(map(string, found))),
    "times": lambda _, found: tuple(map(_time, found)),
    "truths": lambda _, found: tuple(v in (True, "true") for v in found),
}


Prepared = Scope


def prepare(document: Mapping[str, Any]) -> Prepared:
    """`document` (its JSON form, or its `values`) ready for `evaluate`; it must not change afterwards."""
    return Scope(document)


def each(value: Any) -> tuple[Any, ...]:
    """All values, arrays walked through, nulls left out."""
    if value is None:
        return ()
    if isinstance(value, str):
        return (value,)
    if isinstance(value, list | tuple):
        return tuple(chain.from_iterable(map(each, value)))
    return (value,)


def members(value: Any) -> Mapping[str, Any]:
    """The named values of an object; anything else has none."""
    if isinstance(value, Message):
        return vars(value)
    return value if isinstance(value, Mapping) else {}


def string(value: Any) -> str:
    """A value as the index spells it."""
    if isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _searchable(value: str) -> bool:
    return len(value.encode("utf-16-le", "surrogatepass")) // 2 <= MAX_KEYWORD


def _time(value: Any) -> int:
    return milliseconds(value if isinstance(value, datetime) else datetime.fromisoformat(value))
