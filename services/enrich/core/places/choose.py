"""Which of several places of one name an article means: by the words behind its comma, its countries, what is near."""

from collections import Counter
from collections.abc import Iterable
from math import cos, log2, log10, radians
from typing import Final

from services.enrich.core.places.qualifier import lies_in, qualifier, unknown_town
from services.enrich.core.places.toponym import Candidate, Toponym
from services.enrich.core.roster.names import CAPITAL, REGION, STATE, TOWN
from services.enrich.core.text import Text

_OPENING: Final = (",", "(", "in")
_BIG: Final = 100_000
"""Inhabitants of a town that "in" behind it does not move to another country: flew from Dubai in May."""
_NEAR_KM: Final = 150.0
_BY_SIZE: Final = 1.5
_BY_COUNTRY: Final = 4.0
"""Weights of ten times the inhabitants, and of the country that an article speaks of most, against each other."""


class Evidence:
    """How often an article speaks of each country and province, and where it has been."""

    def __init__(self, countries: Iterable[str]) -> None:
        self.countries: dict[str, int] = Counter(countries)
        self.most = log2(1 + max(3, *self.countries.values(), 0))
        self.divisions: set[str] = set()
        self.points: list[tuple[float, float]] = []

    def add(self, place: Candidate) -> None:
        """Count a place that was decided."""
        if place.country:
            self.countries[place.country] = self.countries.get(place.country, 0) + 1
        if place.division:
            self.divisions.add(place.division)
        if place.lat is not None and place.lon is not None and place.kind in (TOWN, CAPITAL) and len(self.points) < 50:
            self.points.append((place.lat, place.lon))


def choose(text: Text, toponyms: list[Toponym], evidence: Evidence) -> list[Toponym]:
    """Decide every toponym, one meaning for each name; those without the support that they need are left out."""
    by_name: dict[str, list[Toponym]] = {}
    starts = {t.first: t for t in toponyms}
    for toponym in toponyms:
        by_name.setdefault(toponym.surface, []).append(toponym)
    open_names: list[str] = []
    for name, group in by_name.items():
        qualified = _qualified(text, group, starts)
        sure = group[0].sure and not group[0].spelt
        if qualified or (sure and _is_of_one_country(group[0].candidates)):
            _decide(group, qualified or group[0].candidates[0], evidence)
            if qualified:
                evidence.add(qualified)
        else:
            open_names.append(name)
    for name in sorted(open_names, key=lambda n: -by_name[n][0].candidates[0].size):
        group = by_name[name]
        best = _best(group[0].candidates, evidence)
        sure = group[0].sure and not (group[0].spelt and evidence.countries)
        if sure or _supported(best, evidence):
            _decide(group, best, evidence)
    return [t for t in toponyms if t.chosen is not None]


def _is_of_one_country(candidates: tuple[Candidate, ...]) -> bool:
    return len(candidates) == 1 or len({candidate.country for candidate in candidates}) == 1


def _best(candidates: tuple[Candidate, ...], evidence: Evidence) -> Candidate:
    """The candidate with the highest score, the first of equals."""
    best = candidates[0]
    if len(candidates) > 1:
        highest = _score(best, evidence)
        for candidate in candidates[1:]:
            if (score := _score(candidate, evidence)) > highest:
                best, highest = candidate, score
    return best


def _decide(group: list[Toponym], place: Candidate, evidence: Evidence) -> None:
    for toponym in group:
        toponym.choose(place)
    evidence.add(place)


def _score(place: Candidate, evidence: Evidence) -> float:
    score = _BY_SIZE * log10(place.size)
    if place.country:
        score += _BY_COUNTRY * log2(1 + evidence.countries.get(place.country, 0)) / evidence.most
    if place.division:
        score += 2.5 * (place.division in evidence.divisions)
    if _is_near(place, evidence.points):
        score += 1.5
    return score


def _supported(place: Candidate, evidence: Evidence) -> bool:
    """Whether an article speaks of the province, or of the country and the neighbourhood, of a small town."""
    return place.division in evidence.divisions or place.country in evidence.countries


def _is_near(place: Candidate, points: list[tuple[float, float]]) -> bool:
    if place.lat is None or place.lon is None:
        return False
    width = cos(radians(place.lat))
    for lat, lon in points:
        north, east = (lat - place.lat) * 111.2, (lon - place.lon) * 111.2 * width
        if north * north + east * east < _NEAR_KM * _NEAR_KM and (north or east):
            return True
    return False


def _qualified(text: Text, group: list[Toponym], starts: dict[int, Toponym]) -> Candidate | None:
    """What the first of the mentions that is followed by a comma, a bracket or "in" and a wider place says of all."""
    words, last = text.words, len(text.words)
    for toponym in group:
        if toponym.last < last and words[toponym.last] in _OPENING and (found := _behind(text, toponym, starts)):
            return found
    return None


def _behind(text: Text, toponym: Toponym, starts: dict[int, Toponym]) -> Candidate | None:
    """The candidate that lies in the country or province named behind it: "Oxford, North Carolina".

    A town that the gazetteer does not know there is believed all the same, without a position.
    """
    wider = qualifier(text, toponym.last, starts)
    if wider is None or toponym.kind == STATE:
        return None
    for candidate in toponym.candidates:
        if lies_in(candidate, wider):
            return candidate
    if wider.kind == REGION and wider.division:
        return unknown_town(toponym.surface, wider)
    small = toponym.kind == TOWN and toponym.candidates[0].size < _BIG
    return unknown_town(toponym.surface, wider) if small and text.words[toponym.last] == "in" else None
