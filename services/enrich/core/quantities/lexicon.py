"""The words of force and harm, read once from `data/quantities/*.toml`."""

from typing import Final, NamedTuple

from services.contracts.vocabulary import Category, Movement, Unit
from services.enrich.core.lexicon_file import LexiconFile, packaged

_PEOPLE, _EQUIPMENT = packaged("quantities/people.toml"), packaged("quantities/equipment.toml")
_HARM, _MOVEMENT = packaged("quantities/harm.toml"), packaged("quantities/movement.toml")
_FORMATIONS: Final = packaged("quantities/formations.toml")


class Noun(NamedTuple):
    """What a counted noun stands for. `unit` is None for people who count only as victims."""

    unit: Unit | None
    category: Category
    singular: bool = False


def nouns_in(people: LexiconFile, equipment: LexiconFile) -> dict[str, Noun]:
    """Plural and singular nouns that head the name of what is counted. Raises `LexiconError`."""
    found: dict[str, Noun] = {}
    for kind in ("strength", "moving"):
        for name in people.at(kind):
            found |= _of_categories(people, people.member(Unit, name, kind, name), kind, name)
    found |= _of_categories(people, None, "victims")
    for name in people.at("dead"):
        unit = people.member(Unit, name, "dead", name)
        found |= dict.fromkeys(people.words("dead", name), Noun(unit, Category.MIXED))
    for name in equipment.at("units"):
        unit = equipment.member(Unit, name, "units", name)
        found |= dict.fromkeys(equipment.words("units", name), Noun(unit, Category.MILITARY))
    irregular = {people.text("singular", one): one for one in people.at("singular")}
    for plural, noun in list(found.items()):
        one = irregular.get(plural) or (plural[:-1] if plural.endswith("s") and not plural.endswith("ss") else None)
        if one is not None and one not in found:
            found[one] = noun._replace(singular=True)
    return found


def _of_categories(people: LexiconFile, unit: Unit | None, *table: str) -> dict[str, Noun]:
    return {
        word: Noun(unit, people.member(Category, category, *table, category))
        for category in people.at(*table)
        for word in people.words(*table, category)
    }


NOUNS: Final[dict[str, Noun]] = nouns_in(_PEOPLE, _EQUIPMENT)
"""Plural and singular nouns that head the name of what is counted."""


def pairs_in(people: LexiconFile) -> dict[tuple[str, str], Noun]:
    """Two words that mean something else than the second alone. Raises `LexiconError`."""
    found: dict[tuple[str, str], Noun] = {}
    for name, pairs in people.at("compound").items():
        unit = people.member(Unit, name, "compound", name)
        category = Category.MILITANT if unit == Unit.FIGHTERS else Category.MILITARY
        for first, second in map(str.split, pairs):
            found[first, second] = Noun(unit, category, not second.endswith(("s", "craft")))
    return found


COMPOUND: Final[dict[tuple[str, str], Noun]] = pairs_in(_PEOPLE)
DEAD: Final = frozenset(word for unit in _PEOPLE.at("dead") for word in _PEOPLE.words("dead", unit))
CATEGORY_WORDS: Final[dict[str, Category]] = {
    word: _PEOPLE.member(Category, category, "category_words", category)
    for category in _PEOPLE.at("category_words")
    for word in _PEOPLE.words("category_words", category)
}
COLLECTIVE: dict[str, Unit] = dict.fromkeys(_PEOPLE.words("collective", "military"), Unit.TROOPS)
COLLECTIVE |= dict.fromkeys(_PEOPLE.words("collective", "militant"), Unit.FIGHTERS)
"""A force of 300; a 155-strong company."""
JOINED: Final = frozenset(_PEOPLE.words("collective", "joined"))
MEN: Final = frozenset(_PEOPLE.words("collective", "people"))
JUDICIAL: Final = frozenset(_PEOPLE.words("judicial", "words"))
MODELS: Final[dict[str, Unit]] = {
    word: _EQUIPMENT.member(Unit, name, "models", name)
    for name in _EQUIPMENT.at("models")
    for word in _EQUIPMENT.words("models", name)
}
"""Letters before the hyphen of a model: Su-34, T-72."""
CIVIL_EQUIPMENT: Final = frozenset(_EQUIPMENT.words("military", "civil"))
BESIDE_EQUIPMENT: Final = frozenset(_EQUIPMENT.words("military", "beside"))
THINGS: Final = frozenset(_HARM.words("things", "words"))
DOUBTFUL: Final = frozenset(_HARM.words("doubtful", "words"))
PRISONER: Final = frozenset(_HARM.words("prisoner", "words"))
CAPTORS: Final = frozenset(_HARM.words("prisoner", "captors"))
WOUNDS: Final = frozenset(_HARM.words("wounds", "words"))
TAKING_LIVES: Final = frozenset(_HARM.words("lives", "words"))
TOLL: Final = frozenset(_HARM.words("toll", "words"))


def harms_in(file: LexiconFile, part: str) -> dict[str, Unit]:
    """The words of one part of speech with the harm they name. Raises `LexiconError`."""
    harms = [name for name in file.tables if "done" in file.tables[name]]
    return {word: file.member(Unit, name, name) for name in harms for word in file.words(name, part)}


DONE: Final[dict[str, Unit]] = harms_in(_HARM, "done")
"""Past participle or past tense: N were killed, killed N."""
DOING: Final[dict[str, Unit]] = harms_in(_HARM, "doing")
"""Active only: killing N."""
HAPPENS: Final[dict[str, Unit]] = harms_in(_HARM, "happens")
"""Suffered by its subject: N died."""
HARM_NOUNS: Final[dict[str, Unit]] = harms_in(_HARM, "noun")
"""Before "of N": the death of N."""

MOVEMENTS: Final[dict[str, Movement]] = {
    word: _MOVEMENT.member(Movement, name, "words", name)
    for name in _MOVEMENT.at("words")
    for word in _MOVEMENT.words("words", name)
}
MOVEMENT_PAIRS: Final[dict[tuple[str, str], Movement]] = {
    (a, b): _MOVEMENT.member(Movement, name, "pairs", name)
    for name, pairs in _MOVEMENT.at("pairs").items()
    for a, b in (p.split() for p in pairs if p.count(" ") == 1)
}
WEAK_MOVEMENTS: Final = frozenset(_MOVEMENT.words("weak", "words"))
BORDER: Final = frozenset(_MOVEMENT.words("border", "words"))
LOST_ARMS: Final = frozenset(_MOVEMENT.words("lost", "words"))
LOSING: Final = frozenset(_MOVEMENT.words("lost", "owner"))
SENDING: Final = frozenset(_MOVEMENT.words("send", "words"))
SENT_ARMS: Final = frozenset(_MOVEMENT.member(Unit, u, "send", "units") for u in _MOVEMENT.at("send", "units"))
TRANSFERABLE: Final = frozenset(_MOVEMENT.member(Unit, u, "own", "transfers") for u in _MOVEMENT.at("own", "transfers"))

FORMATION_SIZES: dict[str, tuple[float, float]] = {}
for _word, (_low, _high) in _FORMATIONS.at("sizes").items():
    _plural = "companies" if _word == "company" else f"{_word}s"
    FORMATION_SIZES |= dict.fromkeys((_word, _plural), (float(_low), float(_high)))
BESIDE_FORMATION: Final = frozenset(_FORMATIONS.words("beside", "words"))
SURE_FORMATIONS: Final = frozenset(w for word in _FORMATIONS.words("beside", "sure") for w in (word, f"{word}s"))
FORCE_UNITS: Final = frozenset(
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
