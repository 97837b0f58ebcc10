"""Towns and provinces of the world: names and where they are. Chooses nothing; `choose` does."""

from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, NamedTuple

import orjson

from services.enrich.core.places.cut import cut

FILE = "gazetteer.json"
"""Name of the compact file inside `services.enrich.core.data`; `python -m services.cli.gazetteer` writes it."""


class Town(NamedTuple):
    """A populated place, a province or a county. `population` is 0 when unknown."""

    id: str
    name: str
    country: str
    division: str
    lat: float | None
    lon: float | None
    population: int


@dataclass(frozen=True, slots=True)
class Gazetteer:
    """Columns of towns, and for each folded name the numbers of its towns, the largest first."""

    columns: tuple[list[str], list[str], list[str], list[str], list[float | None], list[float | None], list[int]]
    names: dict[str, list[int]]
    longest: dict[str, int]
    """First word of a name to the most words that a name beginning with it has."""
    centres: dict[str, list[float]]
    """ISO 3166 alpha-3 to the centre of a country's towns, weighted by population: latitude, longitude."""

    def towns(self, key: str) -> list[Town]:
        """The towns of a folded name, the largest first."""
        ids, names, countries, divisions, lats, lons, populations = self.columns
        return [
            Town(ids[i], names[i], countries[i], divisions[i], lats[i], lons[i], populations[i])
            for i in self.names.get(key, ())
        ]

    def population(self, key: str) -> int:
        """Inhabitants of the largest town of a name; 0 when there is none."""
        found = self.names.get(key)
        return self.columns[6][found[0]] if found else 0


def gazetteer_of(document: dict[str, Any]) -> Gazetteer:
    """A gazetteer from the document that `cut` made."""
    return Gazetteer(tuple(document["columns"]), document["names"], document["longest"], document["centres"])


@cache
def load() -> Gazetteer:
    """The packaged compact file; without one the gazetteer is cut from the installed packages, which takes seconds."""
    file = files("services.enrich.core.data").joinpath(FILE)
    return gazetteer_of(orjson.loads(file.read_bytes()) if file.is_file() else cut())
