"""plv: the event between a marked source and target. The marks are handed to the finder as its only two actors."""

from collections.abc import Iterable, Iterator

from bench.eval.case import Case, Prediction
from services.contracts.document import Signal
from services.contracts.vocabulary import ActorType, Found
from services.enrich.core.clauses import find_clauses
from services.enrich.core.mentions import ActorMention
from services.enrich.core.signals import find_signals
from services.enrich.core.text import Text, read


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """The signal from the marked source to the marked target, else the one that touches them most, the first of equals."""
    for case in cases:
        text = read(case["text"])
        marks = sorted(_mark(text, side, case[side]) for side in ("source", "target"))
        signals = find_signals(text, marks, [], find_clauses(text, marks, []))
        sentences = {mark.sentence for mark in marks}
        best = min(
            range(len(signals)), key=lambda k: (-_touches(signals[k]), signals[k].sentence not in sentences, k), default=-1
        )
        yield {"event": str(signals[best].event)} if best >= 0 else {}


def _touches(signal: Signal) -> int:
    """3 for the marked pair in its order, less for one side or the sides exchanged."""
    right = 2 * (signal.source == "source") + 2 * (signal.target == "target")
    return right + (signal.source == "target") + (signal.target == "source")


def _mark(text: Text, side: str, span: Case) -> ActorMention:
    start, end = span["start"], span["end"]
    first = next((i for i, token in enumerate(text.tokens) if token.end > start), 0)
    last = next((i for i, token in enumerate(text.tokens) if token.start >= end), len(text.tokens))
    return ActorMention(
        start, end, first, max(last, first + 1), text.sentence_at(start), side, side,
        ActorType.ORGANISATION, None, None, Found.EXACT,
    )  # fmt: skip
