"""How rare a key is: a guess from the kind of its fields, and what the articles seen so far say. Bounded, forgets."""

from collections import Counter
from collections.abc import Iterable
from enum import StrEnum
from typing import get_args

from services.alert.core.required_keys import Key
from services.contracts.document import FIELDS, FieldKind
from services.query import Prepared

MAX_LEARNED = 4_096
"""Articles that count in full; then all counts are halved, so that the words of last year weigh no more."""
MAX_VALUES = 50_000
"""Most values that are counted for one field."""
_GUESS_WEIGHS = 100.0
"""The guess counts like so many articles."""
_TOGETHER = 4.0
"""Two values of one object come together more often than by chance."""
_REACHED = 0.5
"""About the share of numbers that reach a limit."""
_FLAGS = frozenset({"language", "enricher"})
_UNIQUE = frozenset({"id", "url", "story.id"})
_COUNTRIES = frozenset({"who", "near", "country", "countries"})


class Rarity:
    """Shares of documents, by field and value."""

    def __init__(self) -> None:
        self.learned = 0
        """Articles that the counts stand for."""
        self.seen = 0
        """Articles counted ever."""
        self._counts: dict[str, Counter[str]] = {path: Counter() for path in _TEXTS}

    def share(self, key: Key) -> float:
        """About which share of all documents holds the key, 0 to 1."""
        fields, values = key.table.fields, key.values
        if not fields:
            return _REACHED
        share = self._share(fields[0], values[0])
        if len(fields) > 1:
            other = self._share(fields[1], values[1])
            share = min(share, other, share * other * _TOGETHER)
        return share * _REACHED if key.table.number else share

    def cost(self, keys: Iterable[Key]) -> float:
        """About how often a rule that is filed under these keys is looked at, for one document."""
        return sum(map(self.share, keys))

    def ask(self, fields: Iterable[str]) -> None:
        """Count the values of these fields from now on."""
        for path in fields:
            if path not in self._counts:
                self._counts[path] = Counter()

    def learn(self, document: Prepared) -> None:
        """Count the words, and the values of the fields that were asked for so far."""
        for path, counts in list(self._counts.items()):  # `share` may add a field meanwhile, in another thread
            counts.update(values_of(document, path))
            if len(counts) > MAX_VALUES:
                _forget(counts)
        self.seen += 1
        self.learned += 1
        if self.learned >= MAX_LEARNED:
            self.learned //= 2
            for counts in self._counts.values():
                _forget(counts)

    def _share(self, path: str, value: str) -> float:
        self.ask((path,))
        return (self._counts[path][value] + _guess(path, value) * _GUESS_WEIGHS) / (self.learned + _GUESS_WEIGHS)


def values_of(document: Prepared, path: str) -> frozenset[str]:
    """The tokens or keywords of a field, over all nested objects where it is theirs."""
    return document.text[path].terms if path in _TEXTS else document.exact[path]


def _forget(counts: "Counter[str]") -> None:
    for value, count in list(counts.items()):
        if count > 1:
            counts[value] = count // 2
        else:
            del counts[value]


def _guess(path: str, value: str) -> float:
    return _WEIGHT[path] + (0.05 / max(len(value), 1) if path in _TEXTS else 0.0)


def _weight(path: str) -> float:
    kind, info = FIELDS[path]
    if kind is FieldKind.TEXT:
        return 0.01
    if path in _UNIQUE:
        return 0.001
    types = (info.annotation, *get_args(info.annotation))
    if path in _FLAGS or any(isinstance(t, type) and issubclass(t, StrEnum) for t in types):
        return 0.4  # a few values, shared by most documents
    # Countries and the actors of the day are in more articles than most words are.
    return 0.16 if path.rpartition(".")[2] in _COUNTRIES else 0.08


_TEXTS = frozenset(path for path, (kind, _) in FIELDS.items() if kind is FieldKind.TEXT)
_WEIGHT = {path: _weight(path) for path in FIELDS}
