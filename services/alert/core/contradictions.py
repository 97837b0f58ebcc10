"""Where an article denies what an alert quoted, or puts another number in its place. Pure look-up; decides nothing."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from services.alert.core.evidence import MAX_EVIDENCE, against, against_words, quote_finding
from services.alert.core.followups import Subject, subject_of
from services.alert.core.quoting import Quoter
from services.contracts.alert import AlertEvidence
from services.contracts.document import Document, Quantity
from services.contracts.vocabulary import DENIED, Stance
from services.query.analysis import tokens

_SAME: dict[str, tuple[str, ...]] = {
    "keywords": ("topic",),
    "quantities": ("unit", "who", "near"),
    "signals": ("event", "source", "target"),
}
"""What two findings must share to speak of the same thing, as far as each says it."""


def contradictions(document: Document, told: Iterable[AlertEvidence], *, words: bool) -> tuple[AlertEvidence, ...]:
    """The denied findings that speak of what was told, each once, in order of appearance; with `words` clauses too.

    A clause that holds the words of an article speaks against it in a revision of it; in another article the same words
    may speak of anything.
    """
    quoter = Quoter(document)
    found: dict[int, AlertEvidence] = {}
    for quote in told:
        if quote.denial:
            continue
        path = _path(quote)
        if path is not None:
            for item in getattr(document, path):
                if _stance(item) in DENIED and _is_same(path, quote.finding, item):
                    found.setdefault(item.start, against(quoter, path, item))
        elif words and (terms := {token.term for token in tokens(str(quote.finding.get("quote", "")))}):
            found |= {q.start: q for q in _denied_words(quoter, terms) if q.start not in found}
    return tuple(found[start] for start in sorted(found))[:MAX_EVIDENCE]


def successors(document: Document, told: Iterable[AlertEvidence]) -> tuple[AlertEvidence, ...]:
    """The numbers that stand there now of what was counted before, as they are; no denied ones."""
    subjects: set[Subject] = {subject_of(quote) for quote in told if quote.field == "quantities" and not quote.denial}
    quoter = Quoter(document)
    return tuple(
        quote_finding(quoter, "quantities", item)
        for item in document.quantities
        if Subject(item.unit, item.who, item.near) in subjects and item.status not in DENIED
    )[:MAX_EVIDENCE]


def _path(quote: AlertEvidence) -> str | None:
    if quote.field in _SAME:
        return quote.field
    return "keywords" if "topic" in quote.finding else None


def _is_same(path: str, told: Mapping[str, Any], item: Any) -> bool:
    pairs = ((told.get(name), getattr(item, name)) for name in _SAME[path])
    return all(before is None or now is None or before == now for before, now in pairs)


def _stance(item: Any) -> Stance:
    stance: Stance = item.status if isinstance(item, Quantity) else item.stance
    return stance


def _denied_words(quoter: Quoter, words: set[str]) -> Iterator[AlertEvidence]:
    """Of each denied clause that holds all the words, the stretch around the first of them."""
    for clause in quoter.clauses("denied"):
        held = [token for token in tokens(quoter.content[clause.start : clause.end]) if token.term in words]
        if {token.term for token in held} == words:
            start = clause.start + held[0].start
            yield against_words(quoter, start, start + len(held[0].term), clause.stance, clause.speaker)
