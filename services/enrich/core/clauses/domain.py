"""Whether a sentence speaks of force at all, or of sport, films, shares, software, animals, illness, privacy."""

from services.enrich.core.clauses.cues import CONFLICT, DOMAINS
from services.enrich.core.text import Sentence, Text

_CLEAR = 2
"""Points that make a domain plausible: one strong word, or two weak ones and no sign of conflict."""
_WHOLE_TEXT = 4
"""Points of the whole text from which a sentence without a sign of its own follows the text."""


def non_conflict_sentences(text: Text) -> frozenset[int]:
    """Numbers of the sentences that speak of no conflict. One pass; words and weights are in `data/domains.toml`."""
    tokens = text.tokens
    scores: dict[int, dict[str, int]] = {}
    sentences = iter(text.sentences)
    sentence: Sentence | None = None
    for i in DOMAINS.starts(tokens):
        hit = DOMAINS.at(tokens, i)
        if hit is None:
            continue
        while sentence is None or i >= sentence.last:
            sentence = next(sentences)
        points = scores.setdefault(sentence.number, {})
        for domain in hit[1]:
            points[domain.name] = points.get(domain.name, 0) + domain.weight
    if not scores:
        return frozenset()
    whole = _balance(list(scores.values()))
    found = {number for number, points in scores.items() if _is_other(points, whole)}
    if whole >= _WHOLE_TEXT:
        found |= {s.number for s in text.sentences if s.number not in scores}
    return frozenset(found)


def _other(points: dict[str, int]) -> int:
    return max((n for name, n in points.items() if name != CONFLICT), default=0)


def _balance(all_points: list[dict[str, int]]) -> int:
    """Points of the text's leading other domain, less twice its points of conflict."""
    totals: dict[str, int] = {}
    for points in all_points:
        for name, n in points.items():
            totals[name] = totals.get(name, 0) + n
    return _other(totals) - 2 * totals.get(CONFLICT, 0)


def _is_other(points: dict[str, int], whole: int) -> bool:
    other, conflict = _other(points), points.get(CONFLICT, 0)
    if other > conflict and other >= _CLEAR:
        return True
    return whole >= _WHOLE_TEXT and other >= conflict
