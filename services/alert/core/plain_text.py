"""An alert as lines of plain text for a terminal. Lets no control character of an article through."""

import unicodedata

from services.contracts.alert import Alert, AlertEvidence
from services.contracts.message import iso


def render(alert: Alert) -> str:
    """Rule, title, reason, each quote with its place, source and link; ends with a line feed."""
    article = alert.article
    lines = [
        f"[{alert.severity.upper()}] {alert.rule}: {alert.title}",
        f"  {alert.reason}",
        *(f"  {_quote(quote)}" for quote in alert.evidence),
    ]
    if alert.evidence_omitted:
        lines.append(f"  and {alert.evidence_omitted} more quotes")
    source = article.source.name or article.source.domain
    told = ", ".join(part for part in (source, iso(article.published), article.url) if part)
    lines.append(f"  {told} (alert {alert.id[:12]})")
    return "\n".join(_visible(line) for line in lines) + "\n"


def _quote(quote: AlertEvidence) -> str:
    stance = quote.stance.value.replace("_", " ") if quote.stance else ""
    by = f"by {quote.speaker}" if quote.speaker else ""
    said = " ".join(part for part in ("against:" if quote.denial else "", stance, by) if part)
    return f"{quote.start}-{quote.end} “{quote.quote}”{f' ({said})' if said else ''}"


def _visible(line: str) -> str:
    return "".join(" " if unicodedata.category(c) in ("Cc", "Zl", "Zp", "Cf", "Cs") else c for c in line)
