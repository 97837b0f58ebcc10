"""negatives: would the default rule tell a subscriber, and what stance has the text."""

from collections.abc import Iterable, Iterator

from bench.eval.case import Case, Prediction
from bench.eval.document import document_of
from services.contracts.document import Document
from services.contracts.vocabulary import Stance
from services.enrich.core.clauses import sentence_stance
from services.enrich.core.default_rule import would_alert
from services.enrich.core.mentions import StancedClause
from services.enrich.core.text import read

_TELLING = (
    Stance.DENIED, Stance.HISTORICAL, Stance.NEGATED, Stance.HYPOTHETICAL, Stance.PLANNED, Stance.NON_CONFLICT,
)  # fmt: skip
"""Stances that say more of a text than `reported`, the most telling first."""


def predict(cases: Iterable[Case]) -> Iterator[Prediction]:
    """One label for a text of a few sentences: the most telling stance of its sentences."""
    for case in cases:
        document = document_of(case["text"])
        yield {"alert": would_alert(document), "stance": str(_stance(document))}


def _stance(document: Document) -> Stance:
    text = read(document.content)
    stances = []
    for sentence in text.sentences:
        clauses = [
            StancedClause(c.start, c.end, text.starts.index(c.start), 0, c.sentence, c.stance, c.speaker)
            for c in document.clauses
            if c.sentence == sentence.number
        ]
        stances.append(sentence_stance(text, clauses))
    if stances.count(Stance.NON_CONFLICT) * 2 > len(stances):
        return Stance.NON_CONFLICT
    return next((stance for stance in _TELLING if stance in stances), Stance.REPORTED)
