"""case: ACLED-like subtypes, from the words of a snippet and enrich's events. No model; the words are ours."""

import re
import tomllib
from collections.abc import Iterable, Iterator
from pathlib import Path

from bench.eval.case import Case, Prediction
from bench.eval.document import document_of
from services.contracts.vocabulary import Event

_WORDS = tomllib.loads(Path(__file__).with_name("case_words.toml").read_text(encoding="utf-8"))
_COMPILED = tuple((name, re.compile(words, re.IGNORECASE)) for name, words in _WORDS.items())
_BY_EVENT = {
    Event.ASSAULT: "ATTACK", Event.PROTEST: "PEACE_PROTEST", Event.CONSULT: "DIPLO", Event.SANCTION: "DIPLO",
    Event.COERCE: "ARREST", Event.AGREE: "AGREEMENT", Event.RETREAT: "NON_VIOL_TERRIT_TRANSFER",
}  # fmt: skip


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """The first subtype whose words the snippet has, else that of its first event."""
    for case in cases:
        named = next((name for name, words in _COMPILED if words.search(case["text"])), None)
        if named is None:
            signals = document_of(case["text"]).signals
            named = next((label for s in signals if (label := _BY_EVENT.get(s.event))), "OTHER")
        yield {"acled_subtype": named}
