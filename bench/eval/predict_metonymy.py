"""metonymy: whether the marked name is used as a place or as somebody who acts."""

from collections.abc import Iterable, Iterator

from bench.eval.case import Case, Prediction
from bench.eval.naming import mentions
from bench.eval.predict_geo import use
from services.contracts.vocabulary import Use


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """The use of the place found there; an actor found there is one; a place where nothing is found."""
    for case in cases:
        found = mentions(case)
        places = [use(p.use) for p in found.places if p.start < case["end"] and case["start"] < p.end]
        actors = [a for a in found.actors if a.start < case["end"] and case["start"] < a.end]
        yield {"use": places[0] if places else Use.ACTOR if actors else Use.PLACE}
