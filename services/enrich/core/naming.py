"""Names in a text: who acts and where. Finds mentions only; what they do is for clauses and signals."""

from dataclasses import dataclass
from datetime import date
from functools import cache

from services.contracts.vocabulary import ActorType, Found, Use
from services.enrich.core.actors.cast import Cast, Casting, countries_of
from services.enrich.core.actors.people import Named
from services.enrich.core.actors.roster import Organisation, Roster
from services.enrich.core.actors.roster_files import load_roster
from services.enrich.core.folding import fold
from services.enrich.core.letters import is_name_word, is_one_case
from services.enrich.core.lookup import Kind, NameIndex, load_titles
from services.enrich.core.mentions import ActorMention, PlaceMention
from services.enrich.core.places.choose import Evidence, choose
from services.enrich.core.places.gazetteer import Gazetteer, load
from services.enrich.core.places.regions import load_regions
from services.enrich.core.places.toponym import Toponym, of_hit
from services.enrich.core.places.towns import TownFinder
from services.enrich.core.places.use import classify
from services.enrich.core.text import Text


@dataclass(frozen=True, slots=True)
class Mentions:
    """Who and where, each in order of appearance."""

    actors: list[ActorMention]
    places: list[PlaceMention]


class NameFinder:
    """Finds the names of one roster and one gazetteer in texts. Pure and safe to share."""

    def __init__(self, roster: Roster, gazetteer: Gazetteer) -> None:
        self._states = {state.code: state for state in roster.states}
        self._index = NameIndex(roster, load_regions(), load_titles())
        self._casting = Casting(roster, self._index)
        self._towns = TownFinder(gazetteer)
        self._gazetteer = gazetteer

    def find(self, text: Text, published: date) -> Mentions:
        """Who and where. Total: never raises, any text; the time grows with its length and no faster."""
        one_case = is_one_case(text.content)
        hits = self._index.hits(text, one_case=one_case)
        cast = self._casting.cast(text, hits, published)
        toponyms = self._known_places(text, cast)
        self._unknown_names(text, cast, toponyms, one_case=one_case)
        toponyms.sort(key=lambda t: t.first)
        toponyms = choose(text, toponyms, Evidence(countries_of(hits)))
        classify(text, toponyms)
        return Mentions(_actors(text, cast, toponyms), _places(text, toponyms))

    def _known_places(self, text: Text, cast: Cast) -> list[Toponym]:
        found = []
        for hit in cast.places:
            surface = text.content[text.tokens[hit.first].start : text.tokens[hit.last - 1].end]
            if toponym := of_hit(hit, fold(surface).removesuffix("'s"), self._gazetteer):
                found.append(toponym)
        return found

    def _unknown_names(self, text: Text, cast: Cast, toponyms: list[Toponym], *, one_case: bool) -> None:
        """Looks at every name word that no known name holds."""
        for at, token in enumerate(text.tokens):
            if at in cast.taken or not (is_name_word(token.text) or (one_case and token.text.isalpha())):
                continue
            who = self._casting.unknown(text, cast, at, one_case=one_case)
            if isinstance(who, Named):
                cast.people.append(who)
                cast.taken.add(at)
            elif who and (toponym := of_hit(who, token.lower, self._gazetteer)):
                toponyms.append(toponym)
                cast.taken.add(at)
            elif toponym := self._towns.at(text, at, cast.taken, one_case=one_case):
                toponyms.append(toponym)
                cast.taken.update(range(toponym.first, toponym.last))


def _actors(text: Text, cast: Cast, toponyms: list[Toponym]) -> list[ActorMention]:
    found = [_person(text, named) for named in cast.people]
    found.extend(_organisation(text, hit.first, hit.last, of) for hit, of in cast.organisations)
    found.extend(m for t in toponyms if t.use == Use.ACTOR and (m := _state(text, t)))
    found.sort(key=lambda m: (m.first, -m.last))
    return found


def _person(text: Text, named: Named) -> ActorMention:
    who = named.person
    start, end, sentence = _span(text, named.first, named.last)
    return ActorMention(
        start,
        end,
        named.first,
        named.last,
        sentence,
        who.id,
        who.name,
        ActorType.PERSON,
        who.country,
        named.role,
        named.how,
    )


def _organisation(text: Text, first: int, last: int, of: Organisation) -> ActorMention:
    start, end, sentence = _span(text, first, last)
    how = Found.EXACT if text.content[start:end] == of.name else Found.ALIAS
    return ActorMention(start, end, first, last, sentence, of.id, of.name, of.type, of.country, None, how)


_STATE_HOW = {
    Kind.STATE: Found.EXACT,
    Kind.DEMONYM: Found.ALIAS,
    Kind.CAPITAL: Found.METONYM,
    Kind.METONYM: Found.METONYM,
}


def _state(text: Text, toponym: Toponym) -> ActorMention | None:
    place = toponym.chosen
    if place is None or place.acts is None:
        return None
    state = place.acts
    start, end, sentence = _span(text, toponym.first, toponym.last)
    how = _STATE_HOW[place.kind]
    if how == Found.EXACT and text.content[start:end] != state.name:
        how = Found.ALIAS
    return ActorMention(
        start,
        end,
        toponym.first,
        toponym.last,
        sentence,
        state.code,
        state.name,
        ActorType.STATE,
        state.code,
        None,
        how,
    )


def _places(text: Text, toponyms: list[Toponym]) -> list[PlaceMention]:
    found = []
    for toponym in toponyms:
        place = toponym.chosen
        if place is None or place.kind == Kind.METONYM:
            continue
        start, end, sentence = _span(text, toponym.first, toponym.last)
        found.append(
            PlaceMention(
                start, end, toponym.first, toponym.last, sentence,
                place.id, place.name, place.country, toponym.use, place.lat, place.lon,
            )
        )  # fmt: skip
    return found


def _span(text: Text, first: int, last: int) -> tuple[int, int, int]:
    """Start, end without a possessive ending, and the number of the sentence."""
    start, end = text.tokens[first].start, text.tokens[last - 1].end
    if text.tokens[last - 1].lower.endswith("'s"):
        end -= 2
    return start, end, text.sentence_at(start)


@cache
def own_finder() -> NameFinder:
    """The finder of our own roster and the packaged gazetteer."""
    return NameFinder(load_roster(), load())


def find_mentions(text: Text, published: date, finder: NameFinder | None = None) -> Mentions:
    """Who acts and where in an English text, as of the day it was published."""
    return (finder or own_finder()).find(text, published)
