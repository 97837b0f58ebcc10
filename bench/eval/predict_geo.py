"""geo: every mention of a place, country or nationality, with its country and use."""

from collections.abc import Iterable, Iterator

from bench.eval.case import Case, Prediction
from bench.eval.naming import mentions
from services.contracts.vocabulary import Use


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """Places in order; a dateline is a place."""
    for case in cases:
        places = mentions(case).places
        yield {"places": [{"start": p.start, "end": p.end, "country": p.country, "use": use(p.use)} for p in places]}


def use(found: Use) -> str:
    """The labellers know places and actors only."""
    return Use.ACTOR if found == Use.ACTOR else Use.PLACE
