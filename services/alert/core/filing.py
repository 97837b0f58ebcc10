"""Rules by what a document must hold: values, or values and a number that reaches a limit. Decides no match."""

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Set
from itertools import product, repeat, starmap
from typing import Any

from services.alert.core.rarity import values_of
from services.alert.core.required_keys import Key, Table
from services.alert.core.rules import Rule
from services.query import Prepared
from services.query.fields import parent
from services.query.prepared import each, members, string
from services.query.values import ordered

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
        columns = _Columns(document)
        for table, plain in self._plain.items():
            for values in plain.keys() & columns.held(table):
                yield plain[values]
        for table, numbered in self._numbered.items():
            for values, number in columns.numbers(table, numbered).items():
                yield numbered[values].reached(number)


class _Columns:
    """The values of a document's objects by field, each field looked through once for all tables."""

    def __init__(self, document: Prepared) -> None:
        self._document = document
        self._words: dict[str, list[tuple[str, ...]]] = {}
        self._numbers: dict[str, list[tuple[float, ...]]] = {}

    def held(self, table: Table) -> Set[Values]:
        """The values of the document that may be keys of a table."""
        if len(table.fields) == 1:
            return values_of(self._document, table.fields[0])
        one, other = map(self._column, table.fields)
        return {pair for values in zip(one, other, strict=True) for pair in product(*values)}

    def numbers(self, table: Table, wanted: Mapping[Values, object]) -> dict[Values, float]:
        """The largest number beside each of the wanted values; for a table of upper limits the smallest, negated."""
        found: dict[Values, float] = {}
        for values, numbers in zip(self._combined(table, wanted), self._column_of_numbers(table), strict=True):
            if numbers:
                number = max(numbers) if table.rising else -min(numbers)
                for value in values:
                    if value in wanted:
                        found[value] = max(number, found.get(value, number))
        return found

    def _combined(self, table: Table, wanted: Mapping[Values, object]) -> Iterable[Iterable[Values]]:
        """What each object holds of the table's fields."""
        if table.path is None:
            return [values_of(self._document, table.fields[0]) & wanted.keys() if table.fields else [()]]
        columns = [self._column(path) for path in table.fields]
        if len(columns) == 1:
            return columns[0]
        if columns:
            return starmap(product, zip(*columns, strict=True))
        return repeat([()], len(self._document.values[table.path]))

    def _column(self, path: str) -> list[tuple[str, ...]]:
        column = self._words.get(path)
        if column is None:
            column = self._words[path] = [tuple(map(string, found)) for found in self._of_objects(path)]
        return column

    def _column_of_numbers(self, table: Table) -> list[tuple[float, ...]]:
        if table.path is None:
            return [self._document.numbers[table.number]]
        column = self._numbers.get(table.number)
        if column is None:
            found = self._of_objects(table.number)
            column = self._numbers[table.number] = [tuple(ordered(float(v)) for v in values) for values in found]
        return column

    def _of_objects(self, path: str) -> Iterator[tuple[Any, ...]]:
        nested = parent(path)
        if nested is not None:
            name = path.removeprefix(f"{nested}.")
            for item in self._document.values[nested]:
                yield each(members(item).get(name))


def _values(key: Key) -> Values:
    return key.values[0] if len(key.values) == 1 else key.values


def _limit(key: Key) -> float:
    return key.limit if key.table.rising else -key.limit
