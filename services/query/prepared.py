"""A document made ready for many queries: each field is analysed once, when the first query asks for it."""

from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime
from functools import cached_property
from itertools import accumulate, chain, islice
from typing import Any, Final, Generic, TypeVar

from services.contracts.message import Message
from services.query.analysis import lower, occurrences, words
from services.query.dates import milliseconds
from services.query.values import ordered

T = TypeVar("T")
MAX_KEYWORD: Final = 8191
"""A longer keyword (in UTF-16 units) is stored and not searchable (`ignore_above`)."""


FEW: Final = 8
"""So many words are looked for one by one; then all are looked up."""


class TextIndex:
    """The tokens of one text field. Places are made when a hit needs them."""

    def __init__(self, entries: tuple[str, ...]) -> None:
        self._entries = entries
        # A line feed parts words, so all entries are read in one go.
        self._text = "\n".join(entries)
        self._tokens = words(self._text)
        self.terms: Final = frozenset(filter(None, self._tokens))
        self._occurrences: dict[str, list[int]] = {}
        self._spans: dict[str, list[tuple[int, int]]] = {}
        self._places: dict[str, list[tuple[int, int, int]]] = {}

    def occurrences(self, term: str) -> list[int]:
        """The numbers of the tokens that are this term, rising."""
        found = self._occurrences.get(term)
        if found is None:
            if term not in self.terms:
                found = []
            elif len(self._occurrences) < FEW:
                found = list(self._look_for(term))
            else:
                found = self._numbers[term]
            self._occurrences[term] = found
        return found

    def phrase(self, terms: tuple[tuple[str, int], ...]) -> Iterator[int]:
        """Numbers of the tokens from which on these terms stand at these distances, within one entry.

        The index keeps entries `POSITION_GAP` positions apart; no query is long enough to span that.
        """
        if all(term in self.terms for term, _ in terms):
            longest, ahead = max(terms, key=_length)  # mostly the rarest
            last, tokens = terms[-1][1], self._tokens
            for number in self.occurrences(longest):
                first = number - ahead
                if first < 0 or first + last >= len(tokens):
                    continue
                same = all(tokens[first + distance] == term for term, distance in terms)
                if same and (len(self._entries) == 1 or self.place(first)[0] == self.place(first + last)[0]):
                    yield first

    def place(self, number: int) -> tuple[int, int, int]:
        """Number of the entry, start and end in it, of a token."""
        term = self._tokens[number]
        return self._within(self._found(term)[bisect_left(self.occurrences(term), number)])

    def places(self, term: str) -> list[tuple[int, int, int]]:
        """`place` of each token that is this term, in order."""
        found = self._places.get(term)
        if found is None:
            found = [self._within(span) for span in self._found(term)] if term in self.terms else []
            self._places[term] = found
        return found

    def _found(self, term: str) -> list[tuple[int, int]]:
        """Start and end in the text of each occurrence: what is asked for is a few words of many."""
        found = self._spans.get(term)
        if found is None:
            found = self._spans[term] = occurrences(self._lowered, term)
        return found

    def _within(self, span: tuple[int, int]) -> tuple[int, int, int]:
        entry = bisect_right(self._starts, span[0]) - 1
        first = self._starts[entry]
        return entry, span[0] - first, span[1] - first

    def _look_for(self, term: str) -> Iterator[int]:
        number = -1
        try:
            while True:
                number = self._tokens.index(term, number + 1)
                yield number
        except ValueError:
            return

    @cached_property
    def _numbers(self) -> dict[str, list[int]]:
        """All terms at once, where many are asked for."""
        numbers: defaultdict[str, list[int]] = defaultdict(list)
        for number, term in enumerate(self._tokens):
            numbers[term].append(number)
        return numbers

    @cached_property
    def _lowered(self) -> str:
        return lower(self._text)

    @cached_property
    def _starts(self) -> list[int]:
        """Where each entry starts."""
        return list(accumulate((len(entry) + 1 for entry in self._entries[:-1]), initial=0))

    @cached_property
    def vocabulary(self) -> list[str]:
        """All terms, sorted."""
        return sorted(self.terms)

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


def _length(pair: tuple[str, int]) -> int:
    return len(pair[0])


def _searchable(value: str) -> bool:
    return len(value.encode("utf-16-le", "surrogatepass")) // 2 <= MAX_KEYWORD


def _time(value: Any) -> int:
    return milliseconds(value if isinstance(value, datetime) else datetime.fromisoformat(value))
