"""muc: the countries of everybody and every place that a document names, in the English names of ISO 3166."""

from collections.abc import Iterable, Iterator
from datetime import date

import pycountry

from bench.eval.case import Case, Prediction
from bench.eval.naming import countries, mentions

_UNDATED = date(1989, 7, 1)
"""The documents are newswire of 1988 to 1990."""


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """Names in capitals, sorted."""
    for case in cases:
        yield {"countries": sorted(_name(code) for code in countries(mentions(case, _UNDATED)))}


def _name(code: str) -> str:
    country = pycountry.countries.get(alpha_3=code)
    return country.name.split(",")[0].upper() if country else code
