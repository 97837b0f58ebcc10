"""A place name in a text and the places it may mean."""

from dataclasses import dataclass
from typing import NamedTuple

from services.contracts.vocabulary import Use
from services.enrich.core.actors.roster import State
from services.enrich.core.folding import key_of
from services.enrich.core.lookup import Hit, Kind
from services.enrich.core.places.gazetteer import Gazetteer, Town
from services.enrich.core.places.regions import Region

_STATE_SIZE = 100_000_000
_AREA_SIZE = 8_000_000
_CITY_SIZE = 500_000


class Candidate(NamedTuple):
    """A place that a name may mean. `size`: inhabitants, or what weighs as much. `acts`: its state, if it may act for it."""

    id: str
    name: str
    country: str | None
    division: str
    lat: float | None
    lon: float | None
    size: int
    kind: Kind
    acts: State | None


@dataclass(slots=True)
class Toponym:
    """Tokens first..last (exclusive) name a place; `chosen` and `use` are decided later. `sure`: needs no support."""

    first: int
    last: int
    candidates: list[Candidate]
    surface: str
    sure: bool = True
    chosen: Candidate | None = None
    use: Use = Use.PLACE

    @property
    def kind(self) -> Kind:
        """Kind of the chosen candidate, of the first one before the choice."""
        return (self.chosen or self.candidates[0]).kind


def of_hit(hit: Hit, surface: str, gazetteer: Gazetteer) -> Toponym | None:
    """The toponym of a known name; None when it names no place."""
    candidates: list[Candidate] = []
    for sense in hit.senses:
        if isinstance(sense.of, State):
            candidates.extend(_of_state(sense.of, sense.kind, sense.surface, gazetteer))
        elif isinstance(sense.of, Region):
            candidates.extend(_of_region(sense.of, sense.surface, gazetteer))
    if not candidates:
        return None
    unique = {c.id: c for c in reversed(candidates)}
    return Toponym(hit.first, hit.last, sorted(unique.values(), key=lambda c: -c.size), surface)


def of_towns(first: int, last: int, surface: str, towns: list[Town], *, sure: bool) -> Toponym:
    """The toponym of a name that only the gazetteer knows."""
    return Toponym(first, last, [_of_town(t) for t in towns], surface, sure)


def _of_state(state: State, kind: Kind, surface: str, gazetteer: Gazetteer) -> list[Candidate]:
    centre = gazetteer.centres.get(state.code)
    lat, lon = (centre[0], centre[1]) if centre else (None, None)
    whole = Candidate(state.code, state.name, state.code, "", lat, lon, _STATE_SIZE, kind, state)
    if kind != Kind.CAPITAL:
        return [whole]
    towns = gazetteer.towns(key_of(surface))
    own = next((t for t in towns if t.country == state.code), None) or _capital(state, gazetteer)
    if own is None:
        return [whole]
    seat = _of_town(own)._replace(kind=Kind.CAPITAL, acts=state, size=max(own.population, 10 * _CITY_SIZE))
    return [seat, *(_of_town(t) for t in towns if t.id != own.id)]


def _capital(state: State, gazetteer: Gazetteer) -> Town | None:
    for name in state.capitals:
        for town in gazetteer.towns(key_of(name)):
            if town.country == state.code:
                return town
    return None


def _of_region(region: Region, surface: str, gazetteer: Gazetteer) -> list[Candidate]:
    size, division = _AREA_SIZE, ""
    others: list[Candidate] = []
    if region.kind == "city":
        towns = gazetteer.towns(key_of(surface))
        size = max([_CITY_SIZE, *(t.population for t in towns if t.country == region.country)])
        others = [_of_town(t) for t in towns if t.country != region.country]
    elif region.kind == "division":
        division = region.id
    own = Candidate(region.id, region.name, region.country, division, region.lat, region.lon, size, Kind.REGION, None)
    return [own, *others]


def _of_town(town: Town) -> Candidate:
    return Candidate(
        town.id, town.name, town.country, town.division, town.lat, town.lon, max(town.population, 1000), Kind.TOWN, None
    )
