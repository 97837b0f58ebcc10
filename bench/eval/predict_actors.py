"""actors: the countries of everybody and every place that a sentence names."""

from collections.abc import Iterable, Iterator

from bench.eval.case import Case, Prediction
from bench.eval.naming import countries, mentions


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """ISO 3166 alpha-3, sorted."""
    for case in cases:
        yield {"countries": sorted(countries(mentions(case)))}
