"""Rules by what a document must hold: values, or values and a number that reaches a limit. Decides no match."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Set
from itertools import product

from services.alert.core.rarity import values_of
from services.alert.core.required_keys import Key, Table
from services.alert.core.rules import Rule
from services.query import Prepared
from services.query.prepared import Scope

Values = str | tuple[str, ...]
"""The value of a table's one field, else the values of all of them."""


class _Thresholds:
    """Rules in order of their limits: those that a number reaches stand at the beginning."""

    __slots__ = ("limits", "rules")

    def __init__(self) -> None:
        self.limits: list[float] = []
        self.rules: list[Rule] = []

    def add(self, limit: float, rule: Rule) -> None:
        at = bisect_right(self.limits, limit)
        self.limits.insert(at, limit)
        self.rules.insert(at, rule)

    def discard(self, limit: float, rule: Rule) -> None:
        at = self.rules.index(rule, bisect_left(self.limits, limit))
        del self.limits[at], self.rules[at]

    def reached(self, number: float) -> list[Rule]:
        return self.rules[: bisect_right(self.limits, number)]


class Filing:
    """All tables."""

    def __init__(self) -> None:
        self._plain: dict[Table, dict[Values, list[Rule]]] = {}
        self._numbered: dict[Table, dict[Values, _Thresholds]] = {}

    def __bool__(self) -> bool:
        """Is any rule filed?"""
        return bool(self._plain or self._numbered)

    def add(self, key: Key, rule: Rule) -> None:
        """File a rule under one of its keys."""
        if key.table.number:
            self._numbered.setdefault(key.table, {}).setdefault(_values(key), _Thresholds()).add(_limit(key), rule)
        elif (filed := self._plain.setdefault(key.table, {}).get(_values(key))) is not None:
            filed.append(rule)
        else:
            self._plain[key.table][_values(key)] = [rule]

    def discard(self, key: Key, rule: Rule) -> None:
        """Undo `add`."""
        table, values = key.table, _values(key)
        if table.number:
            thresholds = self._numbered[table][values]
            thresholds.discard(_limit(key), rule)
            if not thresholds.rules:
                del self._numbered[table][values]
                if not self._numbered[table]:
                    del self._numbered[table]
        else:
            rules = self._plain[table][values]
            rules.remove(rule)
            if not rules:
                del self._plain[table][values]
                if not self._plain[table]:
                    del self._plain[table]

    def held_by(self, document: Prepared) -> Iterator[list[Rule]]:
        """The rules of each key that the document holds. A rule that is filed twice may come twice."""
        for table, plain in self._plain.items():
            for values in plain.keys() & _held(document, table):
                yield plain[values]
        for table, numbered in self._numbered.items():
            for values, number in _numbers(document, table, numbered.keys()).items():
                yield numbered[values].reached(number)


def _values(key: Key) -> Values:
    return key.values[0] if len(key.values) == 1 else key.values


def _limit(key: Key) -> float:
    return key.limit if key.table.rising else -key.limit


def _held(document: Prepared, table: Table) -> Set[Values]:
    if len(table.fields) == 1:
        return values_of(document, table.fields[0])
    return {pair for item in _objects(document, table) for pair in _combined(item, table)}


def _numbers(document: Prepared, table: Table, wanted: Set[Values]) -> dict[Values, float]:
    """The largest number beside each of the values; for a table of upper limits the smallest, negated."""
    found: dict[Values, float] = {}
    for item in _objects(document, table):
        if numbers := item.numbers[table.number]:
            number = max(numbers) if table.rising else -min(numbers)
            for values in wanted & _combined(item, table):
                found[values] = max(number, found.get(values, number))
    return found


def _objects(document: Prepared, table: Table) -> tuple[Scope, ...]:
    return (document,) if table.path is None else document.objects[table.path]


def _combined(item: Scope, table: Table) -> Set[Values]:
    if len(table.fields) == 1:
        return values_of(item, table.fields[0]) if table.path is None else item.exact[table.fields[0]]
    return set(product(*(item.exact[path] for path in table.fields)))
