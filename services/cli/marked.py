"""An article with its findings marked, for a terminal or as a page. Draws only; finds nothing."""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from rich.console import Group, RenderableType
from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from services.contracts.document import Document, Evidence, Quantity, Signal
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
    """The whole reading: the text with marks and stances, a legend, and a table or list for each kind of finding."""
    parts: list[RenderableType] = [_head(document), _legend(), Rule(style="dim"), _text(document), Rule(style="dim")]
    for draw in (_quantities, _signals, _keywords, _actors, _places, _score, _dyads):
        if drawn := draw(document):
            parts += [drawn, ""]
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


def _table(title: str, columns: Sequence[str], rows: Iterable[Sequence[str]]) -> Table | None:
    """A column that is too narrow breaks its words; None without rows."""
    table = Table(title=title, title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in columns:
        table.add_column(column, overflow="fold")
    for row in rows:
        table.add_row(*row)
    return table if table.row_count else None


def _list(title: str, entries: Iterable[tuple[str, str]]) -> Group | None:
    """What is found over its quote, as a whole clause has no room in a table of 80 columns; None without entries."""
    parts: list[RenderableType] = []
    for found, quote in entries:
        parts += [Text(found), Padding(Text(f"“{quote}”", style="dim"), (0, 0, 0, 4))]
    return Group(Text(title, style="bold"), *parts) if parts else None


def _quantities(document: Document) -> Table | None:
    columns = ("number", "unit", "who", "near", "category", "status", "movement", "quote")
    rows = [
        (number(q), q.unit, q.who or "", q.near or "", q.category or "", q.status, q.movement, q.quote)
        for q in document.quantities
    ]
    return _table("Quantities", columns, rows)


def _signals(document: Document) -> Group | None:
    return _list("Events", [(_event(signal), signal.quote) for signal in document.signals])


def _event(signal: Signal) -> str:
    """`MOBILIZE RUS → UKR, reported by USA (-6.8)`."""
    speaker = f" by {signal.speaker}" if signal.speaker else ""
    between = f"{signal.source or '?'} → {signal.target or '?'}"
    return f"{signal.event} {between}, {signal.stance}{speaker} ({signal.weight:+.1f})"


def _keywords(document: Document) -> Table | None:
    rows = [(k.term, k.topic, k.stance, k.speaker or "", k.quote) for k in document.keywords]
    return _table("Keywords", ("term", "topic", "stance", "speaker", "quote"), rows)


def _actors(document: Document) -> Table | None:
    mentions = defaultdict(list)
    for actor in document.actors:
        mentions[actor.id].append(actor)
    rows = []
    for first, *more in mentions.values():
        how = _each_once(f"{a.quote} ({a.how})" for a in (first, *more))
        rows.append((first.id, first.name, first.type, first.country or "", first.role or "", how, str(1 + len(more))))
    return _table("Actors", ("id", "name", "type", "country", "role", "found", "times"), rows)


def _places(document: Document) -> Table | None:
    mentions = defaultdict(list)
    for place in document.places:
        mentions[place.id, place.use].append(place)
    rows = []
    for first, *more in mentions.values():
        where = f"{first.location.lat:.2f}, {first.location.lon:.2f}" if first.location else ""
        found = _each_once(p.quote for p in (first, *more))
        rows.append((first.id, first.name, first.country or "", first.use, where, found, str(1 + len(more))))
    return _table("Places", ("id", "name", "country", "use", "where", "found", "times"), rows)


def _each_once(quotes: Iterable[str]) -> str:
    return ", ".join(dict.fromkeys(quotes))


def _score(document: Document) -> Group | None:
    parts = explain_escalation(document.signals, document.quantities, document.keywords, document.actors)
    title = f"Escalation {document.escalation.score:.0f} of 100, because of"
    return _list(title, [(f"{p.points:+.1f} {p.kind} {p.label}, {p.stance}", p.quote) for p in parts])


def _dyads(document: Document) -> Group | None:
    return _list(
        "Escalation by pair, and the weightiest words",
        [(f"{d.source} → {d.target}: {d.score:.0f}", d.quote) for d in document.dyads],
    )
