"""Walks the known names of a text in order and tells people and organisations from places; invents nobody."""

from dataclasses import dataclass, field
from datetime import date

from services.contracts.vocabulary import Found
from services.enrich.core.actors.fuzzy import FuzzyIndex
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
from services.enrich.core.actors.roster import Organisation, Person, Roster, State
from services.enrich.core.folding import fold
from services.enrich.core.letters import is_name_word, touches
from services.enrich.core.lookup import Hit, Kind, NameIndex, Title
from services.enrich.core.text import Text

_STATELY = frozenset({Kind.STATE, Kind.DEMONYM, Kind.METONYM, Kind.CAPITAL})
_PLACES = _STATELY | {Kind.REGION}
_GIVEN = given_names()
_MAX_FUZZY = 300
"""Most different unknown words of a text that are compared with known names."""


@dataclass(slots=True)
class Cast:
    """People, organisations and the names left for places, in order."""

    people: list[Named] = field(default_factory=list)
    organisations: list[tuple[Hit, Organisation]] = field(default_factory=list)
    places: list[Hit] = field(default_factory=list)
    taken: set[int] = field(default_factory=set)
    scene: Scene | None = None


class Casting:
    """Decides who is meant, with one roster."""

    def __init__(self, roster: Roster, index: NameIndex) -> None:
        self._index = index
        self._offices = Offices(roster)
        self._fuzzy = FuzzyIndex(
            k for k, senses in index.keys.items() if " " not in k and any(map(_is_spellable, senses))
        )

    def cast(self, text: Text, hits: list[Hit], published: date) -> Cast:
        """Who is who among the known names of a text."""
        scene = Scene(text, published, frozenset(countries_of(hits)))
        cast = Cast(scene=scene)
        for hit in hits:
            cast.taken.update(range(hit.first, hit.last))
        for at, hit in enumerate(hits):
            beside = at and hits[at - 1].last == hit.first and touches(text, hit.first)
            before = hits[at - 1] if beside else None
            self._one(scene, cast, hit, before, hits, at)
        return cast

    def _one(self, scene: Scene, cast: Cast, hit: Hit, before: Hit | None, hits: list[Hit], at: int) -> None:
        kinds = {s.kind for s in hit.senses}
        if (named := full_name(scene, hit)) or (
            Kind.SHORT in kinds and (named := short_name(scene, hit, title_of(before)))
        ):
            cast.people.append(named)
        elif Kind.ORGANISATION in kinds:
            cast.organisations.extend((hit, s.of) for s in hit.senses[:1] if isinstance(s.of, Organisation))
        elif Kind.TITLE in kinds:
            self._office(scene, cast, hit, before, hits, at)
        elif kinds & _PLACES and not _is_somebody(scene.text, hit, cast.taken):
            cast.places.append(hit)

    def _office(self, scene: Scene, cast: Cast, hit: Hit, before: Hit | None, hits: list[Hit], at: int) -> None:
        """A title: introduces the unknown person whose name follows, or stands for the holder of a state's office."""
        title = title_of(hit)
        following = hits[at + 1] if at + 1 < len(hits) else None
        if title is None:
            return
        tokens, start = scene.text.tokens, hit.last
        country, first = (state_of(before), before.first) if before and state_of(before) else (None, hit.first)
        if following and state_of(following):
            of = following.first == start + 1 and tokens[start].lower == "of"
            if of or following.first == start:
                country, start = state_of(following), following.last
                following = hits[at + 2] if at + 2 < len(hits) else None
        if (
            following
            and following.first == start
            and any(s.kind in (Kind.PERSON, Kind.SHORT) for s in following.senses)
        ):
            return
        if start < len(tokens) and tokens[start].text == "." and title.group == "rank":
            start += 1
        if named := introduced(scene, hit, title, start, cast.taken, country):
            cast.taken.update(range(named.first, named.last))
            cast.people.append(named)
        elif country and title.group == "state" and not is_past(scene.text, first):
            if holder := self._offices.holder(country, title, scene.published):
                cast.people.append(Named(first, max(hit.last, start), holder[0], Found.ROLE, holder[1]))

    def unknown(self, text: Text, cast: Cast, at: int, *, one_case: bool) -> Named | Hit | None:
        """Who an unknown name word means: somebody introduced before, or a known name spelt otherwise."""
        scene = cast.scene
        if scene is None:
            return None
        word = fold(text.tokens[at].lower).removesuffix("'s")
        if person := scene.by_form.get(word):
            return Named(at, at + 1, person, Found.COREFERENCE, person.role_on(scene.published))
        if one_case or word in _GIVEN or _is_part_of_name(text, at, cast.taken):
            return None
        known = self._fuzzy.nearest(word)
        if known is None or known == word:
            return None
        hit = Hit(at, at + 1, tuple(self._index.keys[known]))
        if any(s.kind == Kind.SHORT for s in hit.senses):
            named = short_name(scene, hit, None)
            return named._replace(how=Found.FUZZY) if named else None
        return hit


def _is_spellable(sense: object) -> bool:
    kind, of, surface = sense.kind, sense.of, sense.surface  # type: ignore[attr-defined]
    if kind == Kind.SHORT and isinstance(of, Person):
        return surface in of.alone
    return kind in (Kind.STATE, Kind.DEMONYM) and len(surface) >= 7


def countries_of(hits: list[Hit]) -> list[str]:
    """The countries that unambiguous names speak of, one entry for each time."""
    found = []
    for hit in hits:
        sense = hit.senses[0]
        if len(hit.senses) == 1 and sense.kind not in (Kind.SHORT, Kind.TITLE):
            country = sense.of.code if isinstance(sense.of, State) else getattr(sense.of, "country", None)
            if country:
                found.append(country)
    return found


def title_of(hit: Hit | None) -> Title | None:
    """The title that a hit is."""
    return next((s.of for s in hit.senses if isinstance(s.of, Title)), None) if hit else None


def state_of(hit: Hit) -> str | None:
    """The state that a hit names, by name, demonym, metonym or capital."""
    return next((s.of.code for s in hit.senses if s.kind in _STATELY and isinstance(s.of, State)), None)


def _is_somebody(text: Text, hit: Hit, taken: set[int]) -> bool:
    """Whether a place name is the family name or the given name of somebody: "Michael Jordan", "Paris Hilton"."""
    tokens = text.tokens
    if touches(text, hit.first) and hit.first - 1 not in taken:
        before = tokens[hit.first - 1]
        if fold(before.lower) in _GIVEN and is_name_word(before.text) and hit.last - hit.first == 1:
            return True
    if hit.last - hit.first == 1 and fold(tokens[hit.first].lower) in _GIVEN and hit.last < len(tokens):
        behind = tokens[hit.last]
        return (
            touches(text, hit.last)
            and is_name_word(behind.text)
            and hit.last not in taken
            and not behind.text.isupper()
        )
    return False


def _is_part_of_name(text: Text, at: int, taken: set[int]) -> bool:
    """Whether other unknown name words stand beside one."""
    tokens = text.tokens
    if (
        touches(text, at)
        and is_name_word(tokens[at - 1].text)
        and at - 1 not in taken
        and fold(tokens[at - 1].lower) in _GIVEN
    ):
        return True
    return at + 1 < len(tokens) and touches(text, at + 1) and is_name_word(tokens[at + 1].text) and at + 1 not in taken
