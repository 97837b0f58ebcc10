"""actors: source, target and event of the signal that states most of a sentence."""

from collections.abc import Iterable, Iterator

from bench.eval.case import Case, Prediction
from bench.eval.document import document_of
from services.contracts.document import Document, Signal


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """The states on both sides of the main signal, and its event."""
    for case in cases:
        yield main_event(document_of(case["text"]))


def main_event(document: Document) -> Prediction:
    """The first signal with most sides named; signals of the same act make one list of sources or targets."""
    if not document.signals:
        return {"source": [], "target": []}
    country = {actor.id: actor.country for actor in document.actors} | {
        place.country: place.country for place in document.places if place.country
    }
    main = max(document.signals, key=lambda s: (bool(s.source) + bool(s.target), -s.start))
    same = [s for s in document.signals if _act(s) == _act(main)]
    return {
        "source": sorted({c for s in same if (c := country.get(s.source or ""))}),
        "target": sorted({c for s in same if (c := country.get(s.target or ""))}),
        "plover_event": str(main.event),
    }


def _act(signal: Signal) -> tuple[int, int, str]:
    return signal.start, signal.end, signal.event
