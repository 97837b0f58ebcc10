"""A place name in a text and the places it may mean."""

from dataclasses import dataclass, replace

from services.contracts.vocabulary import Use
from services.enrich.core.folding import key_of
from services.enrich.core.members import PLACE
from services.enrich.core.places.gazetteer import Gazetteer, Town
from services.enrich.core.roster.entries import State
from services.enrich.core.roster.names import CAPITAL, REGION, TOWN, Kind, Name
from services.enrich.core.roster.regions import Region

_STATE_SIZE = 100_000_000
_AREA_SIZE = 8_000_000
_CITY_SIZE = 500_000
_CAPITAL_SIZE = 2_000_000
"""What a capital weighs at least: a small one gives way where an article speaks of another country again and again."""


@dataclass(slots=True)
class Candidate:
    """A place that a name may mean. `size`: inhabitants, or what weighs as much. `acts`: the state it may act for."""

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
    """Tokens first..last (exclusive) name a place; `chosen` and `use` are decided later.

    `sure`: needs no support. `spelt`: the name of a town in another spelling, no other country must be spoken of.
    """

    first: int
    last: int
    candidates: tuple[Candidate, ...]
    surface: str
    sure: bool
    spelt: bool
    chosen: Candidate | None
    use: Use
    kind: Kind
    """Kind of the chosen candidate, of the first one before the choice."""

    def __init__(
        self,
        first: int,
        last: int,
        candidates: tuple[Candidate, ...],
        surface: str,
        sure: bool = True,
        spelt: bool = False,
    ) -> None:
        """A name stands for its first candidate until one is chosen."""
        self.first = first
        self.last = last
        self.candidates = candidates
        self.surface = surface
        self.sure = sure
        self.spelt = spelt
        self.chosen = None
        self.use = PLACE
        self.kind = candidates[0].kind

    def choose(self, place: Candidate) -> None:
        """Decide for `place`."""
        self.chosen = place
        self.kind = place.kind


def candidates_of(name: Name, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    """The places that a known name may mean, the largest first; none when it names no place."""
    found: list[Candidate] = []
    for sense in name.senses:
        if isinstance(sense.of, State):
            found.extend(_of_state(sense.of, sense.kind, sense.surface, gazetteer))
        elif isinstance(sense.of, Region):
            found.extend(_of_region(sense.of, sense.surface, gazetteer))
    unique: dict[str, Candidate] = {}
    for candidate in found:
        unique.setdefault(candidate.id, candidate)
    return tuple(sorted(unique.values(), key=lambda c: -c.size))


def candidates_of_town(key: str, gazetteer: Gazetteer) -> tuple[Candidate, ...]:
    """The places of a name that only the gazetteer knows."""
    return tuple(_of_town(town) for town in gazetteer.towns(key))


def _of_state(state: State, kind: Kind, surface: str, gazetteer: Gazetteer) -> list[Candidate]:
    centre = gazetteer.centres.get(state.code)
    lat, lon = (centre[0], centre[1]) if centre else (None, None)
    whole = Candidate(state.code, state.name, state.code, "", lat, lon, _STATE_SIZE, kind, state)
    if kind != CAPITAL:
        return [whole]
    towns = gazetteer.towns(key_of(surface))
    own = next((t for t in towns if t.country == state.code), None) or _capital(state, gazetteer)
    if own is None:
        return [whole]
    seat = replace(_of_town(own), kind=CAPITAL, acts=state, size=max(own.population, _CAPITAL_SIZE))
    return [seat, *(_of_town(t) for t in towns if t.id != own.id)]


def _capital(state: State, gazetteer: Gazetteer) -> Town | None:
    for name in state.capitals:
        for town in gazetteer.towns(key_of(name)):
            if town.country == state.code:
                return town
    return None


def _of_region(region: Region, surface: str, gazetteer: Gazetteer) -> list[Candidate]:
    own = of_region(region)
    if region.kind != "city":
        return [own]
    others = [_of_town(t) for t in gazetteer.towns(key_of(surface)) if t.country != region.country]
    names = (region.name, *region.aliases)
    same = [t for name in names for t in gazetteer.towns(key_of(name)) if t.country == region.country]
    if not same:
        return [replace(own, size=_CITY_SIZE), *others]
    town = max(same, key=lambda t: t.population)
    return [replace(own, id=town.id, division=town.division, size=max(_CITY_SIZE, town.population)), *others]


def of_region(region: Region) -> Candidate:
    """A region as a candidate."""
    division = region.id if region.kind == "division" else ""
    return Candidate(region.id, region.name, region.country, division, region.lat, region.lon, _AREA_SIZE, REGION, None)


def _of_town(town: Town) -> Candidate:
    return Candidate(
        town.id, town.name, town.country, town.division, town.lat, town.lon, max(town.population, 1000), TOWN, None
    )
