"""Walks the known names of a text in order and tells people and organisations from places; invents nobody."""

from collections import defaultdict
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from rapidfuzz.distance.Levenshtein import distance

from services.enrich.core.actors.fuzzy import FuzzyIndex, sound
from services.enrich.core.actors.people import (
    Named,
    Offices,
    Scene,
    full_name,
    given_names,
    introduced,
    is_past,
    short_name,
)
from services.enrich.core.folding import fold
from services.enrich.core.letters import is_name_word, touches
from services.enrich.core.members import FOUND_COREFERENCE, FOUND_FUZZY, FOUND_ROLE
from services.enrich.core.roster.entries import Organisation, Person, Roster
from services.enrich.core.roster.files import word_list
from services.enrich.core.roster.lookup import Hit
from services.enrich.core.roster.names import (
    CAPITAL,
    DEMONYM,
    ORGANISATION,
    PERSON,
    SHORT,
    STATE,
    TITLE,
    Name,
    Sense,
)
from services.enrich.core.text import Text

_GIVEN: Final = given_names()
_DAYS: Final = frozenset("monday tuesday wednesday thursday friday saturday sunday".split())
_NO_NAMES: Final = _GIVEN | word_list("words.txt")
_TELLING: Final = 6
"""Letters of a misspelt surname that tell by themselves."""
_OF_FAMILIES: Final = frozenset("de da del di van von".split())
"""Words inside names of families: "Mario de Santiago"."""
_SHORTEST_FAMILY: Final = 5
_LONGER: Final = 3
"""Most letters that one spelling of a family name has over another."""
_MAX_FUZZY: Final = 200
"""Most unknown words of a text that are compared with known names; a page of nothing but names costs no more."""


@dataclass(slots=True)
class Cast:
    """People, organisations and the names left for places, in order; `taken` holds the tokens of all known names."""

    scene: Scene
    people: list[Named] = field(default_factory=list)
    organisations: list[tuple[Hit, Organisation]] = field(default_factory=list)
    places: list[Hit] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    compared: int = 0

    def take(self, first: int, last: int) -> None:
        """Tokens first..last (exclusive) are a known name."""
        for token in range(first, last):
            self.taken.add(token)


class Casting:
    """Decides who is meant, with one roster."""

    def __init__(self, roster: Roster, names: dict[str, Name]) -> None:
        self._names = names
        self._offices = Offices(roster)
        self._by_given: dict[str, list[tuple[str, Person]]] = defaultdict(list)
        for person in roster.people:
            given, _, family = fold(person.name).rpartition(" ")
            if len(family) >= _SHORTEST_FAMILY and family.isalpha():
                self._by_given[given].append((family, person))
        self._fuzzy = FuzzyIndex(key for key, name in names.items() if any(map(_may_be_misspelt, name.senses)))

    def cast(self, text: Text, hits: list[Hit], published: date, *, one_case: bool) -> Cast:
        """Who is who among the known names of a text. `one_case`: its capitals tell nothing, strangers stay unknown."""
        countries = frozenset(hit.name.country for hit in hits if hit.name.country)
        cast = Cast(Scene(text, published, countries, one_case))
        for hit in hits:
            if not hit.name.is_surname:
                cast.take(hit.first, hit.last)
        cast.scene.taken = cast.taken
        for at, hit in enumerate(hits):
            if not hit.name.is_only_place:
                self._one(cast, hits, at, hit)
            elif not _is_somebody(text, hit, cast.taken):
                cast.places.append(hit)
        return cast

    def _one(self, cast: Cast, hits: list[Hit], at: int, hit: Hit) -> None:
        name, scene = hit.name, cast.scene
        kinds, named = name.kinds, None
        if name.is_surname and hit.first in cast.taken:
            return
        if PERSON in kinds:
            named = full_name(scene, hit)
        elif SHORT in kinds:
            before = _beside(scene.text, hits, at)
            named = short_name(scene, hit, before.name.title if before else None)
        if named:
            cast.people.append(named)
            cast.take(named.first, named.last)
        elif ORGANISATION in kinds:
            of = next(s.of for s in hit.name.senses if isinstance(s.of, Organisation))
            fits = not hit.name.needs_country or of.country in scene.countries
            if fits and not _is_somebody(scene.text, hit, cast.taken):
                cast.organisations.append((hit, of))
        elif hit.name.title:
            self._office(cast, hits, at, hit)
        elif hit.name.is_place and not _is_somebody(scene.text, hit, cast.taken):
            cast.places.append(hit)

    def _office(self, cast: Cast, hits: list[Hit], at: int, hit: Hit) -> None:
        """A title: introduces the unknown person whose name follows, or stands for the holder of a state's office."""
        title, scene, spelled = hit.name.title, cast.scene, cast.scene.text.spelled
        if title is None:
            return
        before = _beside(scene.text, hits, at)
        country, first, start = None, hit.first, hit.last
        if before and before.name.state:
            country, first = before.name.state, before.first
        behind = hits[at + 1] if at + 1 < len(hits) else None
        if behind and behind.name.state and _belongs(scene.text, start, behind):
            country, start = behind.name.state, behind.last
            behind = hits[at + 2] if at + 2 < len(hits) else None
        if behind and behind.first == start and behind.name.kinds & {PERSON, TITLE}:
            return
        if title.group == "rank" and start < len(spelled) and spelled[start] == ".":
            start += 1
        if not scene.one_case and (named := introduced(scene, title, first, start, cast.taken, country)):
            given, _, family = fold(named.person.name).rpartition(" ")
            if known := self._known_as(given, family):
                scene.by_form[family] = known
                named = Named(named.first, named.last, known, FOUND_FUZZY, known.role_on(scene.published))
            cast.take(named.first, named.last)
            cast.people.append(named)
        elif country and title.group == "state" and not is_past(scene.text, first) and not _is_elect(scene.text, start):
            holder = self._offices.holder(country, title, scene.published)
            if holder and (scene.one_case or not _goes_on(scene.text, start)):
                cast.people.append(Named(first, max(hit.last, start), holder[0], FOUND_ROLE, holder[1]))

    def _known_as(self, given: str, family: str) -> Person | None:
        """The person whose given name it is and whose family name sounds or looks like another spelling."""
        if len(family) < _SHORTEST_FAMILY:
            return None
        return next((person for known, person in self._by_given.get(given, ()) if _is_spelling(family, known)), None)

    def unknown(self, cast: Cast, at: int) -> Named | Name | None:
        """Who an unknown name word means: somebody introduced before, or a known name spelt otherwise."""
        scene = cast.scene
        word = fold(scene.text.words[at]).removesuffix("'s")
        if (person := scene.by_form.get(word)) and not _has_given_name_before(scene.text, at):
            return Named(at, at + 1, person, FOUND_COREFERENCE, person.role_on(scene.published))
        given = fold(scene.text.words[at - 1]) if at and at - 1 not in cast.taken else ""
        if given in self._by_given and touches(scene.text, at) and (person := self._known_as(given, word)):
            scene.by_form[word] = person
            return Named(at - 1, at + 1, person, FOUND_FUZZY, person.role_on(scene.published))
        if (
            scene.one_case
            or cast.compared >= _MAX_FUZZY
            or word in _NO_NAMES
            or _is_part_of_name(scene.text, at, cast.taken)
        ):
            return None
        cast.compared += 1
        known = self._fuzzy.nearest(word)
        if known is None or known == word:
            return None
        name = self._names[known]
        if SHORT not in name.kinds:
            return name
        named = short_name(scene, Hit(at, at + 1, name), None)
        sure = named and (named.person.country in scene.countries or len(word) >= _TELLING)
        return replace(named, how=FOUND_FUZZY) if named and sure else None


def _belongs(text: Text, at: int, state: Hit) -> bool:
    """Whether a state is the one of the title that ends at a token: "president of France", "Minister Ukraine"."""
    return state.first == at or (state.first == at + 1 and text.words[at] == "of")


def _goes_on(text: Text, at: int) -> bool:
    """Whether a name word follows: a surname alone, or "Premier League"."""
    return at < len(text.words) and touches(text, at) and is_name_word(text.spelled[at])


def _is_elect(text: Text, at: int) -> bool:
    """Whether an office is still to be taken: "President-elect"."""
    return at + 1 < len(text.words) and text.spelled[at] == "-" and text.words[at + 1] in ("elect", "designate")


def _is_spelling(word: str, family: str) -> bool:
    if word[0] != family[0] or abs(len(word) - len(family)) > _LONGER:
        return False
    return sound(word) == sound(family) or distance(word, family, score_cutoff=1) <= 1


def _may_be_misspelt(sense: Sense) -> bool:
    if sense.kind == SHORT and isinstance(sense.of, Person):
        return sense.surface in sense.of.alone
    return sense.kind in (STATE, DEMONYM, CAPITAL) and len(sense.surface) >= 7


def _beside(text: Text, hits: list[Hit], at: int) -> Hit | None:
    """The known name right before another one."""
    return hits[at - 1] if at and hits[at - 1].last == hits[at].first and touches(text, hits[at].first) else None


def _is_somebody(text: Text, hit: Hit, taken: set[int]) -> bool:
    """Whether a place name is the family name or the given name of somebody: "Michael Jordan", "Paris Hilton"."""
    if hit.last - hit.first > 1:
        return False
    words, spelled, at = text.words, text.spelled, hit.first
    if at and at - 1 not in taken:
        if is_name_word(spelled[at - 1]) and fold(words[at - 1]) in _GIVEN and touches(text, at):
            return True
        if words[at - 1] in _OF_FAMILIES and at > 1 and is_name_word(spelled[at - 2]):
            return fold(words[at - 2]) in _GIVEN
    if hit.name.key not in _GIVEN or hit.last >= len(words) or hit.last in taken or words[at].endswith("'s"):
        return False
    behind = spelled[hit.last]
    if words[hit.last] in _DAYS:
        return False  # Israel Friday closed the crossing
    return is_name_word(behind) and not behind.isupper() and touches(text, hit.last)


def _has_given_name_before(text: Text, at: int) -> bool:
    """Whether a given name stands before a word, so that a surname named before is a namesake's here."""
    if not touches(text, at):
        return False
    return is_name_word(text.spelled[at - 1]) and fold(text.words[at - 1]) in _GIVEN


def _is_part_of_name(text: Text, at: int, taken: set[int]) -> bool:
    """Whether other unknown name words stand beside a word; one that begins a sentence may be any word."""
    words, spelled = text.words, text.spelled
    if at and at - 1 not in taken:
        known_word = spelled[at - 2] in ".!?" if at > 1 else True
        if is_name_word(spelled[at - 1]) and touches(text, at) and (fold(words[at - 1]) in _GIVEN or not known_word):
            return True
    if at + 1 >= len(words) or at + 1 in taken:
        return False
    return is_name_word(spelled[at + 1]) and touches(text, at + 1)
