"""From a match to the quotes that prove it, and those that speak against it. Decides nothing about alerting."""

import dataclasses
from collections.abc import Iterable, Sequence
from typing import Any

from services.alert.core.companions import findings_beside
from services.alert.core.quoting import Quoter
from services.contracts.alert import AlertEvidence
from services.contracts.document import SCHEMA, Document, FieldKind, KeywordHit
from services.contracts.document import Evidence as Finding
from services.contracts.vocabulary import DENIED, Stance
from services.query import Hit
from services.query.analysis import tokens

MAX_EVIDENCE = 200
"""Most quotes of one alert."""
_SAID = frozenset({"title", "text", "denied", "keywords"})
"""Where a denied word speaks against the others; a denied number is a finding of its own."""
_WORDS = frozenset(path for path, kind in SCHEMA.items() if kind is FieldKind.TEXT)


@dataclasses.dataclass(frozen=True, slots=True)
class Proof:
    """The quotes in order of appearance, denials last; `omitted` of them are left out."""

    evidence: tuple[AlertEvidence, ...]
    omitted: int = 0


@dataclasses.dataclass(slots=True)
class _Found:
    """A finding, or words at start..end, and the clauses of the query that they satisfied."""

    field: str
    start: int
    end: int
    finding: Finding | None = None
    clauses: dict[str, None] = dataclasses.field(default_factory=dict)


def prove(document: Document, hits: Sequence[Hit]) -> Proof:
    """One quote for each nested object and each word that satisfied the query.

    A match on words or keywords also carries the denied and negated mentions of the same topics, and the denied clauses
    that hold the same words. A match without any place in the text quotes the first sentence.
    """
    quoter = Quoter(document)
    found = _collect(document, hits, quoter)
    proof = [_quote(quoter, item) for item in sorted(found.values(), key=lambda f: (f.start, f.end, f.field))]
    if not proof:
        proof = [opening(document, " and ".join(dict.fromkeys(hit.clause for hit in hits)))]
    proof, denials = _parted(proof)
    denials += _denials(document, quoter, found.values())
    every = (*proof, *denials)
    if len(every) <= MAX_EVIDENCE:
        return Proof(every)
    kept = (*proof[: max(MAX_EVIDENCE - len(denials), MAX_EVIDENCE // 2)], *denials)[:MAX_EVIDENCE]
    return Proof(kept, len(every) - len(kept))


def _parted(proof: list[AlertEvidence]) -> tuple[list[AlertEvidence], list[AlertEvidence]]:
    """Proof and, where a query asks for no stance, the denied words among it; all is proof when all is denied."""
    denied = [quote for quote in proof if quote.stance in DENIED and quote.field in _SAID]
    if not denied or len(denied) == len(proof):
        return proof, []
    return [q for q in proof if q not in denied], [q.model_copy(update={"denial": True}) for q in denied]


def opening(document: Document, clause: str = "") -> AlertEvidence:
    """The first sentence, where no place in the text proves anything."""
    quoter = Quoter(document)
    start, end = quoter.first_sentence()
    field = "title" if document.title else "text"
    return AlertEvidence(quote=quoter.content[start:end], start=start, end=end, sentence=0, field=field, clause=clause)


def quote_finding(quoter: Quoter, path: str, finding: Finding) -> AlertEvidence:
    """A finding with the clause around it."""
    return _quote(quoter, _Found(path, finding.start, finding.end, finding))


def against(quoter: Quoter, path: str, finding: Finding) -> AlertEvidence:
    """A finding that speaks against others."""
    return quote_finding(quoter, path, finding).model_copy(update={"denial": True})


def against_words(quoter: Quoter, start: int, end: int, stance: Stance, speaker: str | None) -> AlertEvidence:
    """Words of a denied clause, which has this stance and speaker."""
    quote = _quote(quoter, _Found("denied", start, end))
    return quote.model_copy(update={"denial": True, "stance": stance, "speaker": speaker})


def _collect(document: Document, hits: Sequence[Hit], quoter: Quoter) -> dict[tuple[str, int, int], _Found]:
    found: dict[tuple[str, int, int], _Found] = {}

    def add(path: str, start: int, end: int, finding: Finding | None, clause: str) -> None:
        item = found.setdefault((path, start, end), _Found(path, start, end, finding))
        if clause:
            item.clauses[clause] = None

    for hit in hits:
        for path, finding in _findings(document, hit):
            add(path, finding.start, finding.end, finding, hit.clause)
        if hit.field in _WORDS and hit.start is not None and hit.end is not None:
            base = quoter.field_start(hit.field, hit.entry)
            if base is not None:
                add(hit.field, base + hit.start, base + hit.end, None, hit.clause)
    return found


def _findings(document: Document, hit: Hit) -> Iterable[tuple[str, Any]]:
    if hit.path is not None and hit.object is not None:
        return [(hit.path, getattr(document, hit.path)[hit.object])]
    return findings_beside(document, hit.field, hit.entry)


def _quote(quoter: Quoter, item: _Found) -> AlertEvidence:
    start, end = quoter.around(item.start, item.end)
    clause = quoter.clause_at(item.start)
    finding = item.finding or _keyword_at(quoter.document, item.start, item.end)
    stance = _stance(finding) or (clause.stance if clause else None)
    speaker = getattr(finding, "speaker", None) or (clause.speaker if clause else None)
    return AlertEvidence(
        quote=quoter.content[start:end],
        start=start,
        end=end,
        sentence=finding.sentence if finding else clause.sentence if clause else 0,
        field=item.field,
        clause=" and ".join(item.clauses),
        stance=stance,
        speaker=speaker,
        finding=_json(finding) if finding else {"quote": quoter.content[item.start : item.end]},
    )


def _denials(document: Document, quoter: Quoter, found: Iterable[_Found]) -> list[AlertEvidence]:
    topics, words, quoted = set[str](), set[str](), set[int]()
    for item in found:
        keyword = item.finding or _keyword_at(document, item.start, item.end)
        if isinstance(keyword, KeywordHit):
            topics.add(keyword.topic)
            quoted.add(keyword.start)
        if item.field in _WORDS:
            words.update(token.term for token in tokens(quoter.content[item.start : item.end]))
    spoken = {
        hit.start: against(quoter, "keywords", hit)
        for hit in document.keywords
        if hit.topic in topics and hit.stance in DENIED and hit.start not in quoted
    }
    covered = [(quote.start, quote.end) for quote in spoken.values()]
    for clause in quoter.clauses("denied") if words else ():
        same = [t for t in tokens(quoter.content[clause.start : clause.end]) if t.term in words]
        inside = any(start <= clause.start + same[0].start < end for start, end in covered) if same else True
        if not inside and not any(clause.start <= item.start < clause.end for item in found):
            start = clause.start + same[0].start
            spoken[start] = against_words(quoter, start, start + len(same[0].term), clause.stance, clause.speaker)
    return [spoken[start] for start in sorted(spoken)]


def _keyword_at(document: Document, start: int, end: int) -> KeywordHit | None:
    return next((hit for hit in document.keywords if hit.start < end and start < hit.end), None)


def _stance(finding: Any) -> Stance | None:
    stance: Stance | None = getattr(finding, "stance", None) or getattr(finding, "status", None)
    return stance


def _json(finding: Finding) -> dict[str, Any]:
    values = finding.model_dump(mode="json")
    return {name: value for name, value in values.items() if name != "sentence" and value is not None}
