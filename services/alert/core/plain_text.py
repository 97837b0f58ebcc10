"""A notification as lines of plain text for a terminal. Lets no control character of an article through."""

import unicodedata

from services.contracts.alert import Alert, AlertEvidence, Kind
from services.contracts.message import iso
from services.contracts.notification import Digest, Notice, Notification


def render(message: Notification) -> str:
    """Rule, title, reason, each quote with its place, source and link; ends with a line feed."""
    return "\n".join(visible(line) for line in _lines(message)) + "\n"


def visible(line: str) -> str:
    """One line, without what would move a terminal's cursor, hide a part of the text or turn its direction."""
    return "".join(" " if unicodedata.category(c) in _HIDDEN or c in _NO_XML else c for c in line)


_HIDDEN = frozenset({"Cc", "Zl", "Zp", "Cf", "Cs"})
_NO_XML = "\ufffe\uffff"
"""No characters at all, and what no XML takes."""


def _lines(message: Notification) -> list[str]:
    match message:
        case Digest():
            return _digest(message)
        case Notice():
            return _notice(message)
        case Alert():
            return _alert(message)


def _notice(notice: Notice) -> list[str]:
    lines = [f"[{notice.kind.upper()}] {notice.rule}: {notice.subject}"]
    lines += [f"  {line}" for line in notice.text.splitlines() if line.strip()]
    return lines + [f"  {words}: {url}" for words, url in notice.links.items()]


def _digest(digest: Digest) -> list[str]:
    total = len(digest.items) + digest.omitted
    lines = [f"[DIGEST] {digest.rule}: {total} alerts from {iso(digest.since)} to {iso(digest.until)}"]
    lines += [f"  [{item.severity.upper()}] {item.title}: {item.reason}" for item in digest.items]
    return lines + ([f"  and {digest.omitted} more alerts"] if digest.omitted else [])


def _alert(alert: Alert) -> list[str]:
    article = alert.article
    heading = alert.severity.upper() + ("" if alert.kind is Kind.ALERT else f", {alert.kind}")
    lines = [
        f"[{heading}] {alert.rule}: {alert.title}",
        f"  {alert.reason}",
        *(f"  {_quote(quote)}" for quote in alert.evidence),
    ]
    if alert.evidence_omitted:
        lines.append(f"  and {alert.evidence_omitted} more quotes")
    told = ""
    if article is not None:
        source = article.source.name or article.source.domain
        told = ", ".join(part for part in (source, iso(article.published), article.url) if part) + " "
    lines.append(f"  {told}(alert {alert.id[:12]})")
    return lines


def _quote(quote: AlertEvidence) -> str:
    stance = quote.stance.value.replace("_", " ") if quote.stance else ""
    by = f"by {quote.speaker}" if quote.speaker else ""
    said = " ".join(part for part in ("against:" if quote.denial else "", stance, by) if part)
    return f"{quote.start}-{quote.end} “{quote.quote}”{f' ({said})' if said else ''}"
