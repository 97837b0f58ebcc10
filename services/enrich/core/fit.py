"""Cuts a document down to what a topic takes. Drops findings, never text, and says so by `truncated`. Pure."""

from typing import Any

from services.contracts.document import MAX_FINDINGS, Document

_FINDINGS = (
    "actors",
    "keywords",
    "quantities",
    "signals",
    "places",
    "dyads",
    "locations",
    "clauses",
    "asserted",
    "denied",
)


def fit(document: Document, max_bytes: int) -> Document:
    """The document itself when its JSON fits, else one with the first findings of each kind, as many as fit.

    The text alone always fits in what our topics take: it is at most a megabyte.
    """
    kept = document
    limit = MAX_FINDINGS
    while limit and _size(kept) > max_bytes:
        limit //= 2
        kept = _first(document, limit)
    return kept


def _first(document: Document, limit: int) -> Document:
    """At most `limit` findings of each kind; of clauses, which are many and short, in proportion."""
    changes: dict[str, Any] = {"truncated": True}
    for name in _FINDINGS:
        findings = getattr(document, name)
        share = len(findings) * limit // MAX_FINDINGS if name in ("clauses", "asserted", "denied") else limit
        changes[name] = findings[:share]
    return document.model_copy(update=changes)


def _size(document: Document) -> int:
    return len(document.model_dump_json().encode())
