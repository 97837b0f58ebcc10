"""Cuts the quote that proves a finding: its clause, or what of it fits."""

from services.contracts.document import MAX_QUOTE
from services.enrich.core.mentions import StancedClause
from services.enrich.core.text import Text


def around(text: Text, clause: StancedClause, first: int, last: int) -> tuple[str, int, int]:
    """Quote, start and end: the whole clause when it is short enough, else a window around tokens first..last."""
    start, end = clause.start, clause.end
    if end - start > MAX_QUOTE:
        inner = text.starts[first]
        outer = min(text.ends[last - 1], inner + MAX_QUOTE)
        start = max(start, inner - (MAX_QUOTE - (outer - inner)) // 2)
        end = min(end, start + MAX_QUOTE)
    return text.content[start:end], start, end
