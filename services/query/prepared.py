"""A document made ready for many queries: each field is analysed once, when the first query asks for it."""

from collections.abc import Callable, Mapping
from datetime import datetime
from itertools import chain
from typing import Any, Final, Generic, TypeVar

from services.contracts.message import Message
from services.query.dates import milliseconds
from services.query.text_index import TextIndex
from services.query.values import ordered

T = TypeVar("T")
MAX_KEYWORD: Final = 8191
"""A longer keyword (in UTF-16 units) is stored and not searchable (`ignore_above`)."""


class _Values(dict[str, tuple[Any, ...]]):
    """Path -> all its values, arrays and objects walked through, nulls left out."""

    __slots__ = ("_raw", "_skip")

    def __init__(self, raw: Mapping[str, Any], below: str) -> None:
        self._raw = raw
        self._skip = len(below) + 1 if below else 0

    def __missing__(self, path: str) -> tuple[Any, ...]:
        name = path[self._skip :]
        head, *rest = name.split(".") if "." in name else (name,)
        value = self._raw.get(head)
        found = (value,) if isinstance(value, str) else each(value)
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

    __slots__ = (
        "_answers",
        "_answers_at",
        "_findings",
        "_holders",
        "exact",
        "numbers",
        "objects",
        "text",
        "times",
        "truths",
        "values",
    )

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
        self._findings: dict[object, tuple[Any, ...]]
        self._holders: dict[str, dict[str, list[int]]] | None = None

    def answers(self, now: int) -> dict[object, bool]:
        """What was found out about it at `now`, by what was asked; whoever asks adds to it."""
        if self._answers_at != now:
            self._begin(now)
        return self._answers

    def findings(self, now: int) -> dict[object, tuple[Any, ...]]:
        """Which values satisfied what was asked at `now`; whoever asks adds to it, and bounds it."""
        if self._answers_at != now:
            self._begin(now)
        return self._findings

    def _begin(self, now: int) -> None:
        self._answers, self._findings, self._answers_at = {}, {}, now

    def holders(self, path: str, leaf: str) -> dict[str, list[int]]:
        """The numbers of the objects at a nested path by what they hold in a keyword field of theirs."""
        if self._holders is None:
            self._holders = {}
        found = self._holders.get(leaf)
        if found is None:
            found, name = self._holders.setdefault(leaf, {}), leaf.removeprefix(f"{path}.")
            for number, item in enumerate(self.values[path]):
                held = members(item).get(name)
                for value in (held,) if type(held) is str and len(held) <= MAX_KEYWORD // 2 else _exact(each(held)):
                    found.setdefault(value, []).append(number)
        return found

    def __getattr__(self, name: str) -> Any:
        """Make a view at its first use."""
        if name not in _VIEWS:
            raise AttributeError(name)
        view = _Made(self.values, _VIEWS[name])
        setattr(self, name, view)
        return view


_VIEWS: Final[dict[str, Callable[[str, tuple[Any, ...]], Any]]] = {
    "exact": lambda _, found: _exact(found),
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


_ARRAYS: Final = frozenset({list, tuple})


def each(value: Any) -> tuple[Any, ...]:
    """All values, arrays walked through, nulls left out."""
    if value is None:
        return ()
    if not isinstance(value, (list, tuple)):
        return (value,)
    kinds = set(map(type, value))
    if not _ARRAYS.isdisjoint(kinds):
        return tuple(chain.from_iterable(map(each, value)))
    return tuple([v for v in value if v is not None] if type(None) in kinds else value)


def members(value: Any) -> Mapping[str, Any]:
    """The named values of an object; anything else has none."""
    if type(value) is dict:  # to ask for a kind of message, or of mapping, takes ten times as long
        return value
    if isinstance(value, Message):
        return vars(value)
    return value if isinstance(value, Mapping) else {}


def string(value: Any) -> str:
    """A value as the index spells it."""
    if isinstance(value, str):
        return value
    return str(value).lower() if isinstance(value, bool) else str(value)


def _exact(found: tuple[Any, ...]) -> frozenset[str]:
    if len(found) == 1 and isinstance(found[0], str) and len(found[0]) <= MAX_KEYWORD // 2:
        return frozenset(found)  # most are single words
    return frozenset(v for v in map(string, found) if len(v) <= MAX_KEYWORD // 2 or _searchable(v))


def _searchable(value: str) -> bool:
    return len(value.encode("utf-16-le", "surrogatepass")) // 2 <= MAX_KEYWORD


def _time(value: Any) -> int:
    return milliseconds(value if isinstance(value, datetime) else datetime.fromisoformat(value))
