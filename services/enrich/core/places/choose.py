"""Which of several places of one name an article means: by what stands behind the comma, its countries, what is near."""

from collections import Counter
from collections.abc import Iterable
from math import cos, log2, log10, radians

from services.enrich.core.lookup import Kind
from services.enrich.core.places.regions import load_regions
from services.enrich.core.places.toponym import Candidate, Toponym
from services.enrich.core.text import Text

_NEAR_KM = 150.0
_QUALIFIED = 20.0
_ABBREVIATIONS = {
    abbreviation.replace(" ", "").rstrip("."): region
    for region in load_regions()
    for abbreviation in region.abbreviations
}


class Evidence:
    """How often an article speaks of each country and province, and where it has been."""

    def __init__(self, countries: Iterable[str]) -> None:
        self.countries = Counter(countries)
        self.divisions: Counter[str] = Counter()
        self.points: list[tuple[float, float]] = []

    def add(self, place: Candidate) -> None:
        """Count a place that was decided."""
        if place.country:
            self.countries[place.country] += 1
        if place.division:
            self.divisions[place.division] += 1
        if (
            place.lat is not None
            and place.lon is not None
            and place.kind in (Kind.TOWN, Kind.CAPITAL)
            and len(self.points) < 50
        ):
            self.points.append((place.lat, place.lon))


def choose(text: Text, toponyms: list[Toponym], evidence: Evidence) -> list[Toponym]:
    """Decide every toponym, one meaning for each name of an article; those without the support they need are left out."""
    by_name: dict[str, list[Toponym]] = {}
    for toponym in toponyms:
        by_name.setdefault(toponym.surface, []).append(toponym)
    open_names: list[str] = []
    for name, group in by_name.items():
        qualified = next((c for t in group if (c := _qualified(text, t, toponyms))), None)
        if qualified or (len({c.country for c in group[0].candidates}) == 1 and group[0].sure):
            _decide(group, qualified or group[0].candidates[0], evidence)
            if qualified:
                evidence.add(qualified)
        else:
            open_names.append(name)
    for name in sorted(open_names, key=lambda n: -by_name[n][0].candidates[0].size):
        group = by_name[name]
        best = max(group[0].candidates, key=lambda c: _score(c, evidence))
        if group[0].sure or _supported(best, evidence):
            _decide(group, best, evidence)
    return [t for t in toponyms if t.chosen is not None]


def _decide(group: list[Toponym], place: Candidate, evidence: Evidence) -> None:
    for toponym in group:
        toponym.chosen = next((c for c in toponym.candidates if c.id == place.id), toponym.candidates[0])
    evidence.add(place)


def _score(place: Candidate, evidence: Evidence) -> float:
    score = log10(place.size)
    if place.country:
        score += min(4.5, 1.5 * log2(1 + evidence.countries[place.country]))
    if place.division:
        score += 2.5 * (evidence.divisions[place.division] > 0)
    if _is_near(place, evidence.points):
        score += 1.5
    return score


def _supported(place: Candidate, evidence: Evidence) -> bool:
    """Whether an article speaks of the province, or of the country and the neighbourhood, of a small town."""
    in_country = bool(place.country) and evidence.countries[place.country or ""] > 0
    return (bool(place.division) and evidence.divisions[place.division] > 0) or in_country


def _is_near(place: Candidate, points: list[tuple[float, float]]) -> bool:
    if place.lat is None or place.lon is None:
        return False
    width = cos(radians(place.lat))
    for lat, lon in points:
        north, east = (lat - place.lat) * 111.2, (lon - place.lon) * 111.2 * width
        if north * north + east * east < _NEAR_KM * _NEAR_KM and (north or east):
            return True
    return False


def _qualified(text: Text, toponym: Toponym, toponyms: list[Toponym]) -> Candidate | None:
    """The candidate that lies in the country or province named behind the comma: "Oxford, North Carolina"."""
    tokens = text.tokens
    at = toponym.last
    if at + 1 >= len(tokens) or tokens[at].text not in (",", "("):
        return None
    at += 1
    wider = next((t for t in toponyms if t.first == at and t.kind != Kind.DEMONYM), None)
    inside = (
        {(c.country, c.division) for c in wider.candidates if c.kind in (Kind.STATE, Kind.REGION)} if wider else set()
    )
    region = _ABBREVIATIONS.get(tokens[at].text.rstrip("."))
    if region:
        inside.add((region.country, region.id))
    for country, division in inside:
        for candidate in toponym.candidates:
            if candidate.kind == Kind.STATE:
                continue
            if candidate.country == country and (not division or candidate.division == division):
                return candidate
    return None
