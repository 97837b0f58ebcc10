"""A lexicon in TOML, ours or a user's, that can say where an entry stands. Knows no lexicon's meaning."""

import re
import tomllib
from collections.abc import Iterable
from enum import StrEnum
from importlib import resources
from typing import Any, NoReturn, TypeVar

_HEADER = re.compile(r"\s*(\[\[?)\s*([^\]]+?)\s*\]")
_KEY = re.compile(r"\s*(\"[^\"]+\"|[\w.-]+)\s*=")
_AT_LINE = re.compile(r" \(at line (\d+), column \d+\)| \(at end of document\)")
E = TypeVar("E", bound=StrEnum)

EntryPath = tuple[str | int, ...]
"""Names of tables, the number (from 0) of a table in a list of tables, and a key."""


class LexiconError(ValueError):
    """A lexicon is wrong; the message is `file, line N: reason`."""


class LexiconFile:
    """The tables of one file."""

    def __init__(self, name: str, text: str) -> None:
        """`name` is what errors call the file. Raises `LexiconError`."""
        self.name = name
        self._text = text
        try:
            self.tables: dict[str, Any] = tomllib.loads(text)
        except tomllib.TOMLDecodeError as error:
            where = _AT_LINE.search(str(error))
            line = int(where[1]) if where and where[1] else text.count("\n") + 1
            raise LexiconError(f"{name}, line {line}: {_AT_LINE.sub('', str(error))}") from error

    def fail(self, reason: str, *path: str | int) -> NoReturn:
        """Raise `LexiconError` for what stands at `path`, or for the nearest that stands there."""
        raise LexiconError(f"{self.name}, line {self.line(*path)}: {reason}")

    def line(self, *path: str | int) -> int:
        """Line of an entry, else of the table that it is missing from, else 1."""
        lines = _lines(self._text)
        return next((lines[path[:k]] for k in range(len(path), 0, -1) if path[:k] in lines), 1)

    def at(self, *path: str | int) -> Any:
        """What stands at `path`. Raises `LexiconError` when nothing does."""
        found: Any = self.tables
        for k, part in enumerate(path):
            entries: Any = dict(enumerate(found)) if isinstance(found, list) else found
            if not isinstance(entries, dict) or part not in entries:
                self.fail(f"{part} is missing", *path[:k])
            found = entries[part]
        return found

    def words(self, *path: str | int) -> list[str]:
        """The words of the text at `path`."""
        return self.text(*path).split()

    def text(self, *path: str | int) -> str:
        """The text at `path`, without the spaces around it. Raises `LexiconError` when it is no text."""
        found = self.at(*path)
        if not isinstance(found, str):
            self.fail(f"{path[-1]} must be a text", *path)
        return found.strip()

    def number(self, low: float, high: float, *path: str | int) -> float:
        """The number at `path`. Raises `LexiconError` when it is none from `low` to `high`."""
        found = self.at(*path)
        if isinstance(found, bool) or not isinstance(found, int | float) or not low <= found <= high:
            self.fail(f"{path[-1]} = {found} is not between {low:g} and {high:g}", *path)
        return float(found)

    def member(self, kind: type[E], value: str, *path: str | int) -> E:
        """The member of `kind` called `value`, which stands at `path`. Raises `LexiconError` when there is none."""
        try:
            return kind(value)
        except ValueError:
            self.fail(f"{value} is no {kind.__name__.lower()}; known: {', '.join(kind)}", *path)

    def refuse_others(self, known: Iterable[str], *path: str | int) -> None:
        """Raise `LexiconError` for the first key of the table at `path` that is not `known`."""
        table = self.at(*path)
        if not isinstance(table, dict):
            self.fail(f"{path[-1]} must be a table", *path)
        if unknown := [key for key in table if key not in known]:
            self.fail(f"unknown key {unknown[0]}; known: {', '.join(sorted(known))}", *path, unknown[0])


def packaged(name: str) -> LexiconFile:
    """The file `name` of our own data. Raises `LexiconError`."""
    file = resources.files("services.enrich.core") / "data" / name
    return LexiconFile(name, file.read_text(encoding="utf-8"))


def _lines(text: str) -> dict[EntryPath, int]:
    """The line of every table and key that is written on a line of its own."""
    found: dict[EntryPath, int] = {}
    here: EntryPath = ()
    count: dict[str, int] = {}
    inside = False
    for number, line in enumerate(text.splitlines(), 1):
        begun_inside, inside = inside, inside ^ (line.count('"""') % 2 == 1)
        if begun_inside:
            continue
        if header := _HEADER.match(line):
            here = tuple(part.strip().strip('"') for part in header[2].split("."))
            if header[1] == "[[":
                found.setdefault(here, number)
                count[header[2]] = count.get(header[2], -1) + 1
                here = (*here, count[header[2]])
            found.setdefault(here, number)
        elif key := _KEY.match(line):
            parts = [key[1].strip('"')] if key[1].startswith('"') else key[1].split(".")
            found.setdefault((*here, *parts), number)
    return found
