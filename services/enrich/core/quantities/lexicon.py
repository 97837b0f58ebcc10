"""The words of force and harm, read once from `data/quantities/*.toml`."""

import tomllib
from importlib import resources
from typing import Any, NamedTuple

from services.contracts.vocabulary import Category, Movement, Unit


def _read(name: str) -> dict[str, Any]:
    file = resources.files("services.enrich.core") / "data" / "quantities" / f"{name}.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


_PEOPLE, _EQUIPMENT, _HARM = _read("people"), _read("equipment"), _read("harm")
_MOVEMENT, _FORMATIONS = _read("movement"), _read("formations")


class Noun(NamedTuple):
    """What a counted noun stands for. `unit` is None for people who count only as victims."""

    unit: Unit | None
    category: Category
    singular: bool = False


def _singulars() -> dict[str, str]:
    irregular: dict[str, str] = _PEOPLE["singular"]
    return {plural: one for one, plural in irregular.items()}


def _nouns() -> dict[str, Noun]:
    found: dict[str, Noun] = {}
    tables = [(Unit(unit), table) for unit, table in {**_PEOPLE["strength"], **_PEOPLE["moving"]}.items()]
    for unit, table in [*tables, (None, _PEOPLE["victims"])]:
        found |= {w: Noun(unit, Category(c)) for c, words in table.items() for w in words.split()}
    for unit, words in _PEOPLE["dead"].items():
        found |= {w: Noun(Unit(unit), Category.MIXED) for w in words.split()}
    for unit, words in _EQUIPMENT["units"].items():
        found |= {w: Noun(Unit(unit), Category.MILITARY) for w in words.split()}
    irregular = _singulars()
    for plural, noun in list(found.items()):
        one = irregular.get(plural) or (plural[:-1] if plural.endswith("s") and not plural.endswith("ss") else None)
        if one is not None and one not in found:
            found[one] = noun._replace(singular=True)
    return found


NOUNS: dict[str, Noun] = _nouns()
"""Plural and singular nouns that head the name of what is counted."""
COMPOUND: dict[tuple[str, str], Noun] = {
    (a, b): Noun(Unit(unit), Category.MILITANT if unit == Unit.FIGHTERS else Category.MILITARY, not b.endswith("s"))
    for unit, pairs in _PEOPLE["compound"].items()
    for a, b in (pair.split() for pair in pairs)
}
DEAD = frozenset(word for words in _PEOPLE["dead"].values() for word in words.split())
CATEGORY_WORDS: dict[str, Category] = {
    word: Category(category) for category, words in _PEOPLE["category_words"].items() for word in words.split()
}
COLLECTIVE: dict[str, Unit] = dict.fromkeys(_PEOPLE["collective"]["military"].split(), Unit.TROOPS)
COLLECTIVE |= dict.fromkeys(_PEOPLE["collective"]["militant"].split(), Unit.FIGHTERS)
"""A force of 300; a 155-strong company."""
JOINED = frozenset(_PEOPLE["collective"]["joined"].split())
MEN = frozenset(_PEOPLE["collective"]["people"].split())
JUDICIAL = frozenset(_PEOPLE["judicial"]["words"].split())
CIVIL_EQUIPMENT = frozenset(_EQUIPMENT["military"]["civil"].split())
BESIDE_EQUIPMENT = frozenset(_EQUIPMENT["military"]["beside"].split())
THINGS = frozenset(_HARM["things"]["words"].split())
DOUBTFUL = frozenset(_HARM["doubtful"]["words"].split())
PRISONER = frozenset(_HARM["prisoner"]["words"].split())
TOLL = frozenset(_HARM["toll"]["words"].split())


def _harms(part: str) -> dict[str, Unit]:
    units = {unit: table for unit, table in _HARM.items() if unit not in ("things", "toll", "doubtful", "prisoner")}
    return {word: Unit(unit) for unit, table in units.items() for word in table[part].split()}


DONE: dict[str, Unit] = _harms("done")
"""Past participle or past tense: N were killed, killed N."""
DOING: dict[str, Unit] = _harms("doing")
"""Active only: killing N."""
HAPPENS: dict[str, Unit] = _harms("happens")
"""Suffered by its subject: N died."""
HARM_NOUNS: dict[str, Unit] = _harms("noun")
"""Before "of N": the death of N."""

MOVEMENTS: dict[str, Movement] = {w: Movement(m) for m, words in _MOVEMENT["words"].items() for w in words.split()}
MOVEMENT_PAIRS: dict[tuple[str, str], Movement] = {
    (a, b): Movement(m)
    for m, pairs in _MOVEMENT["pairs"].items()
    for a, b in (p.split() for p in pairs if p.count(" ") == 1)
}
WEAK_MOVEMENTS = frozenset(_MOVEMENT["weak"]["words"].split())
BORDER = frozenset(_MOVEMENT["border"]["words"].split())
LOST_ARMS = frozenset(_MOVEMENT["lost"]["words"].split())
SENDING = frozenset(_MOVEMENT["send"]["words"].split())
SENT_ARMS = frozenset(Unit(u) for u in _MOVEMENT["send"]["units"])
TRANSFERABLE = frozenset(Unit(u) for u in _MOVEMENT["own"]["transfers"])

FORMATION_SIZES: dict[str, tuple[float, float]] = {}
for _word, (_low, _high) in _FORMATIONS["sizes"].items():
    _plural = "companies" if _word == "company" else f"{_word}s"
    FORMATION_SIZES |= dict.fromkeys((_word, _plural), (float(_low), float(_high)))
BESIDE_FORMATION = frozenset(_FORMATIONS["beside"]["words"].split())
SURE_FORMATIONS = frozenset(w for word in _FORMATIONS["beside"]["sure"].split() for w in (word, f"{word}s"))
FORCE_UNITS = frozenset(
    {
        Unit.TROOPS,
        Unit.PERSONNEL,
        Unit.FIGHTERS,
        Unit.TANKS,
        Unit.VEHICLES,
        Unit.ARTILLERY,
        Unit.AIRCRAFT,
        Unit.SHIPS,
        Unit.MISSILES,
    }
)
"""Units that can move; the others are harm or flight."""
