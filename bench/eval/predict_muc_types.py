"""muc: the types of incident, from the hostile acts that enrich found and the words that state them."""

import re
from collections.abc import Iterable, Iterator

from bench.eval.case import Case, Prediction
from bench.eval.document import document_of
from services.contracts.vocabulary import Event

_HOSTILE = frozenset({Event.ASSAULT, Event.COERCE, Event.THREATEN})
_KILLING = re.compile(r"\b(kill|murder|assassinat|shot|attack)", re.IGNORECASE)
_TYPES = (
    ("BOMBING", re.compile(r"\b(bomb|dynamit|explo|blast|blew up|blown up|detonat|mine)", re.IGNORECASE)),
    ("KIDNAPPING", re.compile(r"\b(kidnap|abduct|hostage)", re.IGNORECASE)),
    ("ARSON", re.compile(r"\b(arson|set fire|burn|torch|set on fire|incendiary)", re.IGNORECASE)),
    ("HIJACKING", re.compile(r"\bhijack", re.IGNORECASE)),
    ("ROBBERY", re.compile(r"\b(rob|robbed|robbery|stole|loot)", re.IGNORECASE)),
)


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """ATTACK for any assault, the narrower types by the words of its clause."""
    for case in cases:
        types: set[str] = set()
        for signal in document_of(case["text"]).signals:
            if signal.event in _HOSTILE:
                narrow = {name for name, words in _TYPES if words.search(signal.quote)}
                types |= narrow
                if signal.event is Event.ASSAULT and (narrow <= {"ARSON", "BOMBING"} or _KILLING.search(signal.quote)):
                    types.add("ATTACK")
        yield {"types": sorted(types)}
