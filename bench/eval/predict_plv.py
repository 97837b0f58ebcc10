"""plv: the event between a marked source and target. The marks are handed to the finder as its only two actors."""

from collections.abc import Iterable, Iterator
from functools import partial

from bench.eval.case import Case, Prediction
from services.contracts.document import Signal
from services.contracts.vocabulary import ActorType, Found
from services.enrich.core.clauses import find_clauses
from services.enrich.core.mentions import IN_ORDER, ActorMention
from services.enrich.core.signals import find_signals
from services.enrich.core.text import Text, read
from services.enrich.core.word_masks import Marks


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """The signal from the marked source to the target, else the one that touches them most, the first of equals."""
    for case in cases:
        text = read(case["text"])
        marks = Marks(text.words)
        sides = sorted((_side(text, side, case[side]) for side in ("source", "target")), key=IN_ORDER)
        signals = find_signals(text, marks, sides, [], find_clauses(text, marks, sides, []))
        sentences = {side.sentence for side in sides}
        best = min(signals, key=partial(_order, sentences), default=None)
        yield {"event": str(best.event)} if best is not None else {}


def _order(sentences: set[int], signal: Signal) -> tuple[int, bool]:
    return -_touches(signal), signal.sentence not in sentences


def _touches(signal: Signal) -> int:
    """3 for the marked pair in its order, less for one side or the sides exchanged."""
    right = 2 * (signal.source == "source") + 2 * (signal.target == "target")
    return right + (signal.source == "target") + (signal.target == "source")


def _side(text: Text, side: str, span: Case) -> ActorMention:
    start, end = span["start"], span["end"]
    first = next((i for i, at in enumerate(text.ends) if at > start), 0)
    last = next((i for i, at in enumerate(text.starts) if at >= end), len(text.starts))
    return ActorMention(
        start, end, first, max(last, first + 1), text.sentence_at(start), side, side,
        ActorType.ORGANISATION, None, None, Found.EXACT,
    )  # fmt: skip
