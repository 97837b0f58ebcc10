"""Finds every known name in a text in one pass (Aho-Corasick). Finds only; who is meant is decided elsewhere."""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import cache
from itertools import accumulate
from typing import NamedTuple

import ahocorasick

from services.enrich.core.actors.roster import Organisation, Person, Roster, State
from services.enrich.core.actors.roster_files import load_roster, rows
from services.enrich.core.folding import folded, key_of
from services.enrich.core.places.regions import Region, load_regions
from services.enrich.core.text import Text, read


class Kind(IntEnum):
    """What a name is a name of."""

    STATE = 0
    DEMONYM = 1
    CAPITAL = 2
    METONYM = 3
    PERSON = 4
    SHORT = 5
    ORGANISATION = 6
    REGION = 7
    TITLE = 8
    TOWN = 9


class Title(NamedTuple):
    """Words before a name; `roles` are the offices they may mean."""

    words: str
    roles: tuple[str, ...]
    group: str


class Sense(NamedTuple):
    """One meaning of a name. `exact`: only in these letters; `upper`: whether first and last word need a capital."""

    kind: Kind
    of: State | Person | Organisation | Region | Title
    surface: str
    exact: bool
    upper: tuple[bool, bool]


class Hit(NamedTuple):
    """Tokens first..last (exclusive) are a known name."""

    first: int
    last: int
    senses: tuple[Sense, ...]


_PLAIN_ENDINGS = ("ese", "ish", "sh", "ch", "s", "x", "man", "men", "woman", "z")


class NameIndex:
    """All names of a roster and of the regions, ready to be found."""

    def __init__(self, roster: Roster, regions: Iterable[Region], titles: Iterable[Title]) -> None:
        entries: dict[str, list[Sense]] = defaultdict(list)
        for kind, of, name in _names(roster, regions, titles):
            if key := key_of(name):
                sense = _sense(kind, of, name)
                if all((s.kind, s.of) != (kind, of) for s in entries[key]):
                    entries[key].append(sense)
        self._automaton = ahocorasick.Automaton()
        for key, senses in entries.items():
            self._automaton.add_word(" " + key, (len(key) + 1, key.count(" ") + 1, tuple(senses)))
        self._automaton.make_automaton()
        self.keys = entries

    def hits(self, text: Text, *, one_case: bool) -> list[Hit]:
        """Known names, the leftmost and then the longest of those that overlap. `one_case`: capitals tell nothing."""
        line, starts = _line(text)
        found: list[Hit] = []
        taken = 0
        best: list[Hit] = []
        for end, (length, count, senses) in self._automaton.iter(line):
            after = line[end + 1]
            if after != " " and not line.startswith("'s ", end + 1):
                continue
            first = bisect_left(starts, end + 1 - length)
            if senses := _fitting(senses, text, first, first + count, one_case=one_case):
                best.append(Hit(first, first + count, senses))
        best.sort(key=lambda hit: (hit.first, -hit.last))
        for hit in best:
            if hit.first >= taken:
                found.append(hit)
                taken = hit.last
        return found


def _line(text: Text) -> tuple[str, list[int]]:
    """The folded tokens, each behind one space, and where each one's space stands."""
    words = [token.lower for token in text.tokens]
    line = f" {' '.join(words)} "
    starts = list(accumulate((len(word) + 1 for word in words), initial=0))
    return folded(line), starts


def _fitting(senses: tuple[Sense, ...], text: Text, first: int, last: int, *, one_case: bool) -> tuple[Sense, ...]:
    """The senses whose letters fit the tokens."""
    tokens = text.tokens
    head, tail = tokens[first].text, tokens[last - 1].text
    if one_case:
        return tuple(s for s in senses if not (s.exact and s.surface.lower() in _WORDS_AS_ACRONYMS))
    capital, closing = head != head.lower() or head[0].isdigit(), tail != tail.lower() or tail[0].isdigit()
    if capital and closing and not any(s.exact for s in senses):
        return senses
    surface = text.content[tokens[first].start : tokens[last - 1].end].removesuffix("'s").removesuffix("’s")
    return tuple(
        s
        for s in senses
        if (surface == s.surface if s.exact else (capital or not s.upper[0]) and (closing or not s.upper[1]))
    )


_WORDS_AS_ACRONYMS = frozenset(
    "us is it who un au ec uno quad mend eta isi mir epl das arena apra amal rada sana ice".split()
)


def _sense(kind: Kind, of: State | Person | Organisation | Region | Title, name: str) -> Sense:
    tokens = read(name).tokens
    exact = (
        kind != Kind.TITLE
        and len(name) <= 6
        and name.upper() == name
        and name.isascii()
        and any(map(str.isalpha, name))
    )
    upper = (tokens[0].text[0].isupper(), tokens[-1].text[0].isupper()) if kind != Kind.TITLE else (False, False)
    return Sense(kind, of, name, exact, upper)


def _names(
    roster: Roster, regions: Iterable[Region], titles: Iterable[Title]
) -> Iterator[tuple[Kind, State | Person | Organisation | Region | Title, str]]:
    for state in roster.states:
        yield from _state_names(state)
    for person in roster.people:
        for name in (person.name, *person.aliases):
            yield Kind.PERSON, person, name
        for name in person.short:
            yield Kind.SHORT, person, name
    for organisation in roster.organisations:
        for name in (organisation.name, *organisation.aliases):
            yield Kind.ORGANISATION, organisation, name
    for region in regions:
        for name in (region.name, *region.aliases):
            yield Kind.REGION, region, name
            if (
                name in region.aliases
                and (plural := plural_of(name))
                and region.kind in ("area", "continent", "division")
            ):
                yield Kind.REGION, region, plural
    for title in titles:
        yield Kind.TITLE, title, title.words
        yield Kind.TITLE, title, " ".join(f"{w}." if w in _DOTTED else w for w in title.words.split())


_DOTTED = frozenset("gen lt maj brig adm col capt sgt sen rep prof dr mr mrs ms".split())


def _state_names(state: State) -> Iterator[tuple[Kind, State, str]]:
    for name in (state.name, *state.aliases):
        yield Kind.STATE, state, name
    for name in state.demonyms:
        yield Kind.DEMONYM, state, name
        if plural := plural_of(name):
            yield Kind.DEMONYM, state, plural
    for name in state.capitals:
        yield Kind.CAPITAL, state, name
    for name in state.metonyms:
        yield Kind.METONYM, state, name


def plural_of(demonym: str) -> str | None:
    """The people called by a demonym, where adding s makes the word.

    >>> plural_of("Iraqi"), plural_of("Chinese")
    ('Iraqis', None)
    """
    return None if demonym.endswith(_PLAIN_ENDINGS) else demonym + "s"


@cache
def load_titles() -> tuple[Title, ...]:
    """The titles of `titles.csv`."""
    return tuple(
        Title(row["title"], tuple(r for r in row["role"].split("|") if r), row["group"])
        for _, row in rows("titles.csv")
    )


@cache
def own_names() -> NameIndex:
    """The index of our own roster."""
    return NameIndex(load_roster(), load_regions(), load_titles())
