"""Reads roster files: our CSV files and a user's TOML. An error names file, line and reason; nothing is skipped."""

import csv
import re
import tomllib
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Any, NoReturn, TypeVar

from services.contracts.vocabulary import ActorType
from services.enrich.core.folding import fold
from services.enrich.core.roster.entries import Organisation, Person, Role, Roster, State

_FOLDER = "services.enrich.core.data.roster"
_PEOPLE = ("people_leaders.csv", "people_americas_asia.csv", "people_officials.csv")
T = TypeVar("T")
_ISO3 = re.compile(r"[A-Z]{3}\Z")
_DAY = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?\Z")
_TABLES = {
    "state": {"code", "name", "aliases", "demonyms", "capitals", "metonyms"},
    "person": {"name", "country", "short", "aliases", "roles"},
    "organisation": {"id", "name", "type", "country", "aliases"},
}


class RosterError(ValueError):
    """A roster file cannot be read; the message is `file:line: reason`."""


def fail(file: str, line: int, reason: str) -> NoReturn:
    """Raise RosterError for a line of a file."""
    raise RosterError(f"{file}:{line}: {reason}")


def slug(name: str) -> str:
    """A lower-case ASCII id of a name.

    >>> slug("François Hollande")
    'francois-hollande'
    """
    return "-".join(re.findall(r"[a-z0-9]+", fold(name))) or "unnamed"


def rows(file: str) -> Iterator[tuple[int, dict[str, str]]]:
    """Line number and columns of each row of a packaged CSV file; lines that begin with # are comments."""
    lines = files(_FOLDER).joinpath(file).read_text("utf-8").splitlines()
    yield from read_rows(file, lines)


def read_rows(file: str, lines: Iterable[str]) -> Iterator[tuple[int, dict[str, str]]]:
    """As `rows`, from lines."""
    header: list[str] | None = None
    for number, line in enumerate(lines, 1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = next(csv.reader([line]))
        if header is None:
            header = fields
        elif len(fields) != len(header):
            fail(file, number, f"{len(fields)} columns where the header has {len(header)}: {line}")
        else:
            yield number, dict(zip(header, fields, strict=True))


def word_list(file: str) -> frozenset[str]:
    """The words of a packaged word list, in lower case."""
    text = files(_FOLDER).joinpath(file).read_text("utf-8")
    return frozenset(w.lower() for line in text.splitlines() if not line.startswith("#") for w in line.split())


def load_roster(extra_toml: str | None = None, file: str = "roster.toml") -> Roster:
    """Our roster, extended by a user's TOML text; `file` names it in errors. Raises RosterError.

    A user's `[[state]]`, `[[person]]` or `[[organisation]]` with the code, name or id of one of ours replaces it.
    """
    own = _own_roster()
    return _extend(own, extra_toml, file) if extra_toml else own


@cache
def _own_roster() -> Roster:
    states = tuple(_state("states.csv", n, row) for n, row in rows("states.csv"))
    people = tuple(_person(f, n, row) for f in _PEOPLE for n, row in rows(f))
    organisations = tuple(_organisation("organisations.csv", n, row) for n, row in rows("organisations.csv"))
    return Roster(states, people, organisations)


def _extend(own: Roster, toml: str, file: str) -> Roster:
    try:
        document = tomllib.loads(toml)
    except tomllib.TOMLDecodeError as error:
        where = re.search(r"at line (\d+)", str(error))
        fail(file, int(where[1]) if where else toml.count("\n") + 1, str(error))
    for table in document:
        if table not in _TABLES:
            fail(file, _line_of(toml, table, 0), f"unknown table {table!r}; known: {', '.join(_TABLES)}")
    states = {s.code: s for s in own.states}
    people = {p.id: p for p in own.people}
    organisations = {o.id: o for o in own.organisations}
    states.update((s.code, s) for s in _tables(document, toml, file, "state", _state))
    people.update((p.id, p) for p in _tables(document, toml, file, "person", _person))
    organisations.update((o.id, o) for o in _tables(document, toml, file, "organisation", _organisation))
    return Roster(tuple(states.values()), tuple(people.values()), tuple(organisations.values()))


def _tables(
    document: dict[str, Any], toml: str, file: str, table: str, build: Callable[[str, int, dict[str, str]], T]
) -> Iterator[T]:
    entries = document.get(table, [])
    if not isinstance(entries, list) or not all(isinstance(e, dict) for e in entries):
        fail(file, _line_of(toml, table, 0), f"write [[{table}]], one table for each {table}")
    for index, entry in enumerate(entries):
        line = _line_of(toml, table, index)
        row = dict.fromkeys(_TABLES[table], "")
        for key, value in entry.items():
            if key not in row:
                fail(file, line, f"unknown key {key!r} of a {table}; known: {', '.join(sorted(row))}")
            if isinstance(value, list) and all(isinstance(v, str) for v in value):
                value = "|".join(value)
            if not isinstance(value, str):
                fail(file, line, f"{key} must be text or a list of texts, not {value!r}")
            row[key] = value
        yield build(file, line, row)


def _line_of(toml: str, table: str, index: int) -> int:
    """Line of the table's header number `index`, counted from 0; the first line when it is not to be found."""
    found = [m.start() for m in re.finditer(rf"^[ \t]*\[+\s*{re.escape(table)}\b", toml, re.MULTILINE)]
    return toml.count("\n", 0, found[index]) + 1 if index < len(found) else 1


def _names(field: str) -> tuple[str, ...]:
    return tuple(n for part in field.split("|") if (n := part.strip()))


def _required(file: str, line: int, row: dict[str, str], key: str) -> str:
    return row[key].strip() or fail(file, line, f"{key} is missing")


def _country(file: str, line: int, code: str) -> str | None:
    if code and not _ISO3.match(code):
        fail(file, line, f"country {code!r} is no ISO 3166 alpha-3 code")
    return code or None


def _state(file: str, line: int, row: dict[str, str]) -> State:
    code = _required(file, line, row, "code")
    _country(file, line, code)
    capitals = row.get("capital") or row.get("capitals") or ""
    return State(
        code,
        _required(file, line, row, "name"),
        _names(row["aliases"]),
        _names(row["demonyms"]),
        _names(capitals),
        _names(row["metonyms"]),
    )


def _organisation(file: str, line: int, row: dict[str, str]) -> Organisation:
    try:
        kind = ActorType(row["type"])
    except ValueError:
        fail(file, line, f"type {row['type']!r} is none of {', '.join(t.value for t in ActorType)}")
    name, aliases = _required(file, line, row, "name"), _names(row["aliases"])
    return Organisation(
        row["id"].strip() or slug(name),
        name,
        kind,
        _country(file, line, row["country"]),
        tuple(a.lstrip("!") for a in aliases),
        (name, *(a[1:] for a in aliases if a.startswith("!"))),
    )


def _person(file: str, line: int, row: dict[str, str]) -> Person:
    name = _required(file, line, row, "name")
    forms = _names(row["short"]) or (name.split()[-1],)
    return Person(
        slug(name),
        name,
        _country(file, line, row["country"]),
        _names(row["aliases"]),
        tuple(f.lstrip("!") for f in forms),
        tuple(f[1:] for f in forms if f.startswith("!")),
        tuple(_role(file, line, part) for part in _names(row["roles"])),
    )


def _role(file: str, line: int, part: str) -> Role:
    title, _, span = part.rpartition(" ")
    since, slash, until = span.partition("/")
    if not title or not slash:
        fail(file, line, f"role {part!r} is not of the form: Title from/to")
    return Role(title, _day(file, line, since, first=True), _day(file, line, until, first=False))


def _day(file: str, line: int, text: str, *, first: bool) -> date | None:
    """First or last day of a year, a month or a day."""
    if not text:
        return None
    parts = _DAY.match(text)
    if not parts:
        fail(file, line, f"{text!r} is no date (year, year-month or year-month-day)")
    year, month, day = (int(p) if p else 0 for p in parts.groups())
    try:
        return date(year, month or (1 if first else 12), day or (1 if first else 28))
    except ValueError as error:
        fail(file, line, f"{text!r} is no date: {error}")
