"""An article with its findings marked, for a terminal or as a page. Draws only; finds nothing."""

from collections import defaultdict
from collections.abc import Iterable

from rich.console import Group, RenderableType
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from services.contracts.document import Document, Evidence, Quantity
from services.contracts.vocabulary import Op, Stance
from services.enrich.core.escalation import explain_escalation

STYLES = {
    "places": "green",
    "actors": "cyan",
    "quantities": "bold yellow",
    "keywords": "bold red",
}
_STANCES = {
    Stance.DENIED: "magenta",
    Stance.NEGATED: "magenta",
    Stance.PREDICTED: "blue",
    Stance.PLANNED: "blue",
    Stance.HYPOTHETICAL: "blue",
    Stance.DEMANDED: "blue",
}


def number(quantity: Quantity) -> str:
    """The number as it is bounded: `110,000`, `at most 350`, `30,000 to 40,000`."""
    low = "" if quantity.low is None else f"{quantity.low:,.10g}"
    high = "" if quantity.high is None else f"{quantity.high:,.10g}"
    match quantity.op:
        case Op.GE:
            return f"at least {low}"
        case Op.LE:
            return f"at most {high}"
        case Op.RANGE | Op.VAGUE:
            return f"{low} to {high}" if high else f"at least {low}"
        case Op.APPROX:
            return f"about {low}"
    return low


def marked(document: Document) -> RenderableType:
    """The whole reading: the text with marks and stances, a legend, and a table for each kind of finding."""
    parts: list[RenderableType] = [_head(document), _legend(), Rule(style="dim"), _text(document), Rule(style="dim")]
    tables = (_quantities, _signals, _keywords, _actors, _places, _score, _dyads)
    for table in (draw(document) for draw in tables):
        if table.row_count:
            parts += [table, ""]
    return Group(*parts)


def _head(document: Document) -> Text:
    where = document.source.name or document.source.domain or document.url or "no source"
    head = f"{where} · {document.published:%Y-%m-%d %H:%M} UTC · language {document.language}"
    return Text(f"{head} · escalation {document.escalation.score:.0f} of 100", style="dim")


def _legend() -> Text:
    legend = Text("marked: ")
    for kind, style in STYLES.items():
        legend.append(kind, style).append("  ")
    return legend.append("⟨stance⟩ after each clause that is not plainly reported", "dim")


def _text(document: Document) -> Text:
    content = document.content
    text = Text(content)
    for kind, style in STYLES.items():
        findings: Iterable[Evidence] = getattr(document, kind)
        for finding in findings:
            text.stylize(style, finding.start, finding.end)
    drawn, at = Text(), 0
    for clause in document.clauses:
        drawn.append_text(text[at : clause.end])
        at = clause.end
        if clause.stance is not Stance.REPORTED:
            speaker = f" by {clause.speaker}" if clause.speaker else ""
            drawn.append(f" ⟨{clause.stance}{speaker}⟩", _STANCES.get(clause.stance, "dim"))
    drawn.append_text(text[at:])
    return drawn


def _table(title: str, *columns: str) -> Table:
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    return table


def _quantities(document: Document) -> Table:
    table = _table("Quantities", "number", "unit", "who", "near", "category", "status", "movement", "quote")
    for q in document.quantities:
        table.add_row(number(q), q.unit, q.who or "", q.near or "", q.category or "", q.status, q.movement, q.quote)
    return table


def _signals(document: Document) -> Table:
    table = _table("Events", "event", "source", "target", "stance", "weight", "speaker", "quote")
    for s in document.signals:
        table.add_row(s.event, s.source or "", s.target or "", s.stance, f"{s.weight:+.1f}", s.speaker or "", s.quote)
    return table


def _keywords(document: Document) -> Table:
    table = _table("Keywords", "term", "topic", "stance", "speaker", "quote")
    for k in document.keywords:
        table.add_row(k.term, k.topic, k.stance, k.speaker or "", k.quote)
    return table


def _actors(document: Document) -> Table:
    table = _table("Actors", "id", "name", "type", "country", "role", "found", "times")
    mentions = defaultdict(list)
    for actor in document.actors:
        mentions[actor.id].append(actor)
    for found in mentions.values():
        how = ", ".join(dict.fromkeys(f"{a.quote} ({a.how})" for a in found))
        first = found[0]
        table.add_row(first.id, first.name, first.type, first.country or "", first.role or "", how, str(len(found)))
    return table


def _places(document: Document) -> Table:
    table = _table("Places", "id", "name", "country", "use", "where", "quote")
    for p in document.places:
        where = f"{p.location.lat:.2f}, {p.location.lon:.2f}" if p.location else ""
        table.add_row(p.id, p.name, p.country or "", p.use, where, p.quote)
    return table


def _score(document: Document) -> Table:
    table = _table(f"Escalation {document.escalation.score:.0f} of 100", "points", "because of", "stance", "quote")
    for part in explain_escalation(document.signals, document.quantities, document.keywords, document.actors):
        table.add_row(f"{part.points:+.1f}", f"{part.kind} {part.label}", part.stance, part.quote)
    return table


def _dyads(document: Document) -> Table:
    table = _table("Escalation by pair", "from", "to", "score", "weightiest words")
    for d in document.dyads:
        table.add_row(d.source, d.target, f"{d.score:.0f}", d.quote)
    return table
