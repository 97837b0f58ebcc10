"""Cuts a document down to what a topic takes. Drops findings, never text, and says so by `truncated`. Pure."""

from typing import Any

from services.contracts.document import MAX_FINDINGS, Document
from services.contracts.vocabulary import ASSERTED, DENIED

_FINDINGS = ("actors", "keywords", "quantities", "signals", "places", "dyads", "locations")


def fit(document: Document, max_bytes: int) -> Document:
    """The document itself when its JSON fits, else one with the first findings of each kind, as many as fit.

    The text alone always fits in what our topics take: it is at most a megabyte.
    """
    kept = document
    limit = MAX_FINDINGS
    while limit and len(kept.encoded) > max_bytes:
        limit //= 2
        kept = _first(document, limit)
    return kept


def _first(document: Document, limit: int) -> Document:
    """At most `limit` findings of each kind; of the clauses, which are many and short, a share in proportion."""
    changes: dict[str, Any] = {name: getattr(document, name)[:limit] for name in _FINDINGS}
    clauses = document.clauses[: len(document.clauses) * limit // MAX_FINDINGS]
    # `asserted` and `denied` are texts of clauses in their order: each keeps the texts of the clauses that stay.
    asserted = sum(clause.stance in ASSERTED for clause in clauses)
    denied = sum(clause.stance in DENIED for clause in clauses)
    changes |= {"clauses": clauses, "asserted": document.asserted[:asserted], "denied": document.denied[:denied]}
    return document.model_copy(update=changes | {"truncated": True})
