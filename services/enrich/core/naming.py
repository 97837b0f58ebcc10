"""Names in a text: who acts and where. Finds mentions only; what they do is for clauses and signals."""

from datetime import date, datetime
from functools import cache
from typing import Final, NamedTuple

from services.enrich.core.actors.cast import Cast, Casting
from services.enrich.core.actors.people import Named
from services.enrich.core.letters import FUNCTION_WORDS, is_name_word, is_one_case
from services.enrich.core.members import ACTOR, FOUND_ALIAS, FOUND_EXACT, FOUND_METONYM, TYPE_PERSON, TYPE_STATE
from services.enrich.core.mentions import ActorMention, PlaceMention
from services.enrich.core.places.choose import Evidence, choose
from services.enrich.core.places.common_word import without_common_words
from services.enrich.core.places.gazetteer import Gazetteer, load
from services.enrich.core.places.qualifier import abbreviated, town_of
from services.enrich.core.places.toponym import Candidate, Toponym, candidates_of
from services.enrich.core.places.towns import TownFinder
from services.enrich.core.places.use import classify
from services.enrich.core.roster.entries import Organisation, Roster
from services.enrich.core.roster.files import load_roster
from services.enrich.core.roster.lookup import NameIndex
from services.enrich.core.roster.names import CAPITAL, DEMONYM, METONYM, REGION, STATE, Name, known_names, load_titles
from services.enrich.core.roster.regions import load_regions
from services.enrich.core.text import Text

_LINKS: Final = (",", "in", "the")
"""What may stand between a town and its state."""


class Mentions(NamedTuple):
    """Who and where, each in order of appearance."""

    actors: list[ActorMention]
    places: list[PlaceMention]


class NameFinder:
    """Finds the names of one roster and one gazetteer in texts. Pure: it keeps only what it worked out before."""

    def __init__(self, roster: Roster, gazetteer: Gazetteer) -> None:
        names = known_names(roster, load_regions(), load_titles())
        self._index = NameIndex(names)
        self._casting = Casting(roster, names)
        self._towns = TownFinder(gazetteer)
        self._gazetteer = gazetteer
        self._candidates: dict[Name, tuple[Candidate, ...]] = {}

    def find(self, text: Text, published: date) -> Mentions:
        """Who and where. Total: never raises, any text; the time grows with its length and no faster."""
        if isinstance(published, datetime):
            published = published.date()
        one_case = is_one_case(text)
        hits = self._index.hits(text, one_case=one_case)
        cast = self._casting.cast(text, hits, published, one_case=one_case)
        toponyms = [t for hit in cast.places if (t := self._toponym(hit.first, hit.last, hit.name))]
        toponyms = without_common_words(text, toponyms)
        toponyms += self._unknown_names(text, cast, one_case=one_case)
        wider = [t for t in toponyms if t.kind == REGION or (t.kind == STATE and text.words[t.first - 1] in _LINKS)]
        toponyms += [town for t in wider if (town := town_of(text, t, cast.taken, self._gazetteer))]
        toponyms.sort(key=lambda t: t.first)
        toponyms = choose(text, toponyms, Evidence([c for hit in hits if (c := hit.name.country)]))
        classify(text, toponyms)
        return Mentions(_actors(text, cast, toponyms), _places(text, toponyms))

    def _toponym(self, first: int, last: int, name: Name) -> Toponym | None:
        candidates = self._candidates.get(name)
        if candidates is None:
            candidates = self._candidates[name] = candidates_of(name, self._gazetteer)
        return Toponym(first, last, candidates, name.key) if candidates else None

    def _unknown_names(self, text: Text, cast: Cast, *, one_case: bool) -> list[Toponym]:
        """Looks at every name word that no known name holds; towns are returned, people join the cast."""
        found: list[Toponym] = []
        taken = cast.taken
        for at in self._open_words(text, cast, one_case=one_case):
            if at in taken:
                continue
            who = self._casting.unknown(cast, at)
            if isinstance(who, Named):
                cast.people.append(who)
                cast.take(who.first, who.last)
                continue
            known = self._toponym(at, at + 1, who) if who and not self._towns.knows(text.words[at]) else None
            if toponym := known or abbreviated(text, at) or self._towns.at(text, at, taken, one_case=one_case):
                found.append(toponym)
                cast.take(toponym.first, toponym.last)
        return found

    def _open_words(self, text: Text, cast: Cast, *, one_case: bool) -> list[int]:
        """The words that may begin a name that is not known: in capitals; where these tell nothing, a town's first."""
        taken, words = cast.taken, text.words
        if not one_case:
            return [
                at
                for at, word in enumerate(text.spelled)
                if word != words[at] and at not in taken and words[at] not in FUNCTION_WORDS and is_name_word(word)
            ]
        begins, forms = self._gazetteer.longest, cast.scene.by_form
        return [
            at
            for at, lower in enumerate(words)
            if (lower in begins or lower in forms) and lower not in FUNCTION_WORDS and at not in taken
        ]


def _end(text: Text, last: int) -> int:
    """Where the tokens before `last` end, without a possessive ending."""
    end = text.ends[last - 1]
    return end - 2 if text.words[last - 1].endswith("'s") else end


def _actors(text: Text, cast: Cast, toponyms: list[Toponym]) -> list[ActorMention]:
    found = [_person(text, named) for named in cast.people]
    found += [_organisation(text, hit.first, hit.last, of) for hit, of in cast.organisations]
    ends = {t.last: t for t in toponyms}
    found += [m for t in toponyms if t.use is ACTOR and not _is_of_another(t, ends) and (m := _state(text, t))]
    found.sort(key=lambda m: (m.first, -m.last))
    return found


def _is_of_another(toponym: Toponym, ends: dict[int, Toponym]) -> bool:
    """Whether a name such as "Congress" stands right behind another state, whose it is: Peru's Congress."""
    place, before = toponym.chosen, ends.get(toponym.first)
    if place is None or place.kind is not METONYM or before is None or before.chosen is None:
        return False
    return before.chosen.country != place.country


def _person(text: Text, named: Named) -> ActorMention:
    who, first, last, start = named.person, named.first, named.last, text.starts[named.first]
    end, sentence = _end(text, last), text.sentence_at(start)
    return ActorMention(
        start, end, first, last, sentence, who.id, who.name, TYPE_PERSON, who.country, named.role, named.how
    )


def _organisation(text: Text, first: int, last: int, of: Organisation) -> ActorMention:
    start, end = text.starts[first], _end(text, last)
    how = FOUND_EXACT if text.content[start:end] == of.name else FOUND_ALIAS
    sentence = text.sentence_at(start)
    return ActorMention(start, end, first, last, sentence, of.id, of.name, of.type, of.country, None, how)


_STATE_HOW: Final = {
    STATE: FOUND_EXACT,
    DEMONYM: FOUND_ALIAS,
    CAPITAL: FOUND_METONYM,
    METONYM: FOUND_METONYM,
}


def _state(text: Text, toponym: Toponym) -> ActorMention | None:
    place = toponym.chosen
    if place is None or place.acts is None:
        return None
    state, how, first, last = place.acts, _STATE_HOW[place.kind], toponym.first, toponym.last
    start, end = text.starts[first], _end(text, last)
    if how is FOUND_EXACT and text.content[start:end] != state.name:
        how = FOUND_ALIAS
    sentence = text.sentence_at(start)
    return ActorMention(start, end, first, last, sentence, state.code, state.name, TYPE_STATE, state.code, None, how)


def _places(text: Text, toponyms: list[Toponym]) -> list[PlaceMention]:
    return [
        _place(text, toponym, place)
        for toponym in toponyms
        if (place := toponym.chosen) is not None and place.kind is not METONYM
    ]


def _place(text: Text, toponym: Toponym, place: Candidate) -> PlaceMention:
    first, last, start = toponym.first, toponym.last, text.starts[toponym.first]
    end, sentence = _end(text, last), text.sentence_at(start)
    return PlaceMention(
        start, end, first, last, sentence, place.id, place.name, place.country, toponym.use, place.lat, place.lon
    )


@cache
def own_finder() -> NameFinder:
    """The finder of our own roster and the packaged gazetteer."""
    return NameFinder(load_roster(), load())


def extended_finder(extra_toml: str, file: str) -> NameFinder:
    """The finder of our roster extended by a user's TOML text; `file` names it in errors. Raises `RosterError`."""
    return NameFinder(load_roster(extra_toml, file), load())


def find_mentions(text: Text, published: date, finder: NameFinder | None = None) -> Mentions:
    """Who acts and where in an English text, as of the day it was published."""
    return (finder or own_finder()).find(text, published)
