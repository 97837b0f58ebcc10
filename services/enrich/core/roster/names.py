"""Every name that is known, and what each may mean. Looks nothing up in texts; `lookup` does."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from enum import IntEnum
from functools import cache
from typing import Final, NamedTuple

from services.enrich.core.folding import key_of
from services.enrich.core.roster.entries import Organisation, Person, Roster, State
from services.enrich.core.roster.files import rows
from services.enrich.core.roster.regions import Region
from services.enrich.core.text import read


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


STATE: Final = Kind.STATE
DEMONYM: Final = Kind.DEMONYM
CAPITAL: Final = Kind.CAPITAL
METONYM: Final = Kind.METONYM
PERSON: Final = Kind.PERSON
SHORT: Final = Kind.SHORT
ORGANISATION: Final = Kind.ORGANISATION
REGION: Final = Kind.REGION
TITLE: Final = Kind.TITLE
TOWN: Final = Kind.TOWN
"""The members as plain names, for the reason that `members.py` gives."""

STATELY = frozenset({Kind.STATE, Kind.DEMONYM, Kind.METONYM, Kind.CAPITAL})
PLACES = STATELY | {Kind.REGION}


_FACILITIES = frozenset(
    "road street avenue boulevard airport university college school hospital stadium bridge square park hall house "
    "building tower plaza highway mosque church cathedral museum library prize award foundation institute centre "
    "center memorial city town camp port station international".split()
)


def is_facility(word: str) -> bool:
    """Whether a word behind a person's name makes it the name of a building, a street or a town."""
    return word[0].isupper() and word.lower() in _FACILITIES


class Title(NamedTuple):
    """Words before a name; `roles` are the offices they may mean."""

    words: str
    roles: tuple[str, ...]
    group: str


Meaning = State | Person | Organisation | Region | Title


class Sense(NamedTuple):
    """One meaning of a name. `exact`: only in these letters; `upper`: do first and last word need a capital."""

    kind: Kind
    of: Meaning
    surface: str
    exact: bool
    upper: tuple[bool, bool]


class Name:
    """A folded name with its senses and what they have in common, so that finding it costs little."""

    __slots__ = (
        "count",
        "country",
        "is_only_place",
        "is_place",
        "is_surname",
        "key",
        "kinds",
        "needs_country",
        "plain",
        "senses",
        "state",
        "title",
    )

    def __init__(self, key: str, senses: tuple[Sense, ...]) -> None:
        self.key = key
        self.senses = senses
        self.count = key.count(" ") + 1
        self.kinds = frozenset(s.kind for s in senses)
        self.is_place = bool(self.kinds & PLACES)
        self.is_only_place = bool(self.kinds) and self.kinds <= PLACES
        self.is_surname = self.kinds == {Kind.SHORT}
        self.plain = self.count == 1 and not any(s.exact for s in senses)
        """Whether a capital is all that its letters need."""
        self.title = next((s.of for s in senses if isinstance(s.of, Title)), None)
        self.state = next((s.of.code for s in senses if s.kind in STATELY and isinstance(s.of, State)), None)
        self.needs_country = _needs_country(key, senses)
        """Whether only an article about its country makes the name mean what it does."""
        self.country = None if self.needs_country else _country(senses)
        """The country that the name speaks of beyond doubt."""


_MANYS = frozenset(
    "national liberation front army popular people's peoples revolutionary democratic party movement patriotic union "
    "armed islamic group new forces force united republican guard guards solidarity democrats republicans of the for "
    "congress communist labour democracy resistance league right sector".split()
)
"""Words of which the names of many organisations are made."""


def _needs_country(key: str, senses: tuple[Sense, ...]) -> bool:
    """Whether a name is an acronym, or made of words that many organisations bear."""
    of = next((s.of for s in senses if isinstance(s.of, Organisation)), None)
    if of is None or of.country in (None, "USA"):
        return False
    acronym = len(key) <= 3 and all(s.exact and s.surface not in of.alone for s in senses)
    return acronym or all(word in _MANYS for word in key.split())


def _country(senses: tuple[Sense, ...]) -> str | None:
    if len(senses) != 1 or senses[0].kind in (Kind.SHORT, Kind.TITLE):
        return None
    of = senses[0].of
    return of.code if isinstance(of, State) else None if isinstance(of, Title) else of.country


def known_names(roster: Roster, regions: Iterable[Region], titles: Iterable[Title]) -> dict[str, Name]:
    """All names by their folded keys; a name of several has them all as senses."""
    entries: dict[str, list[Sense]] = defaultdict(list)
    for kind, of, name in _spelled(roster, regions, titles):
        if key := key_of(name):
            sense = _sense(kind, of, name)
            if all(s.kind != kind or s.of is not of for s in entries[key]):
                entries[key].append(sense)
    return {key: Name(key, tuple(senses)) for key, senses in entries.items()}


def _sense(kind: Kind, of: Meaning, name: str) -> Sense:
    if kind == Kind.TITLE:
        return Sense(kind, of, name, False, (False, False))
    spelled = read(name).spelled
    exact = len(name) <= 6 and name == name.upper() and name.isascii() and name != name.lower()
    return Sense(kind, of, name, exact, (spelled[0][0].isupper(), spelled[-1][0].isupper()))


def _spelled(roster: Roster, regions: Iterable[Region], titles: Iterable[Title]) -> Iterator[tuple[Kind, Meaning, str]]:
    for state in roster.states:
        yield from _state_names(state)
    for person in roster.people:
        yield from ((Kind.PERSON, person, name) for name in (person.name, *person.aliases))
        yield from ((Kind.SHORT, person, name) for name in person.short)
    for organisation in roster.organisations:
        yield from ((Kind.ORGANISATION, organisation, name) for name in (organisation.name, *organisation.aliases))
    for region in regions:
        yield from ((Kind.REGION, region, name) for name in _region_names(region))
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


def _region_names(region: Region) -> Iterator[str]:
    yield region.name
    for name in region.aliases:
        yield name
        if region.kind in ("area", "continent", "division") and (plural := plural_of(name)):
            yield plural


_NO_PLURAL = ("ese", "ish", "sh", "ch", "s", "x", "man", "men", "woman", "z")


def plural_of(demonym: str) -> str | None:
    """The people called by a demonym, where adding s makes the word.

    >>> plural_of("Iraqi"), plural_of("Chinese")
    ('Iraqis', None)
    """
    return None if demonym.endswith(_NO_PLURAL) else demonym + "s"


@cache
def load_titles() -> tuple[Title, ...]:
    """The titles of `titles.csv`."""
    return tuple(
        Title(row["title"], tuple(r for r in row["role"].split("|") if r), row["group"])
        for _, row in rows("titles.csv")
    )
