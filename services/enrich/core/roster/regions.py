"""Regions, seas and provinces from files of our own: what no gazetteer of towns holds."""

from functools import cache
from typing import NamedTuple

from services.enrich.core.roster.files import fail, rows


class Region(NamedTuple):
    """A named area. `kind`: sea, area, continent, site, city, division. `aliases` include adjectives."""

    id: str
    name: str
    kind: str
    country: str | None
    lat: float | None
    lon: float | None
    aliases: tuple[str, ...]
    abbreviations: tuple[str, ...]


@cache
def load_regions() -> tuple[Region, ...]:
    """The regions of `regions.csv` and the provinces of `divisions.csv`. Raises RosterError."""
    areas = (_region("regions.csv", line, row) for line, row in rows("regions.csv"))
    divisions = (_region("divisions.csv", line, {"kind": "division"} | row) for line, row in rows("divisions.csv"))
    return (*areas, *divisions)


def _region(file: str, line: int, row: dict[str, str]) -> Region:
    return Region(
        row["id"],
        row["name"],
        row["kind"],
        row["country"] or None,
        _degrees(file, line, row["lat"], 90),
        _degrees(file, line, row["lon"], 180),
        tuple(a for a in row["aliases"].split("|") if a),
        tuple(a for a in row.get("abbreviations", "").split("|") if a),
    )


def _degrees(file: str, line: int, text: str, limit: int) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError:
        fail(file, line, f"{text!r} is no number of degrees")
    if abs(value) > limit:
        fail(file, line, f"{text} degrees are more than {limit}")
    return value
