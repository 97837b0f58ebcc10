"""The one sentence that says why: what held, with the numbers. Words only; decides nothing."""

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from typing import Any

from services.contracts.alert import AlertEvidence, Counted, Figures, Level, Move, Newcomer, Quiet, Rate, Trigger
from services.contracts.vocabulary import Op

_MOST = 4
_WORDS = frozenset({"title", "text", "asserted", "denied"})
_BEFORE = {Op.GE: "at least ", Op.LE: "up to ", Op.APPROX: "about ", Op.VAGUE: "at least about "}


def reason(trigger: Trigger, evidence: Sequence[AlertEvidence], figures: Level | Figures | None) -> str:
    """One sentence, without knowledge of the query language."""
    proof = [quote for quote in evidence if not quote.denial]
    parts = _decided(figures) if trigger is not Trigger.EACH else []
    parts += _counted(proof)
    denials = [quote for quote in evidence if quote.denial]
    if denials:
        parts.append(denied_by(denials))
    return "; ".join(parts) + "."


def denied_by(denials: Sequence[AlertEvidence]) -> str:
    """Who denies it, and the first of what they say; there is at least one denial."""
    speakers = sorted({quote.speaker for quote in denials if quote.speaker})
    said = f"denied by {', '.join(speakers)}" if speakers else "denied or negated in the article"
    return f"{said}: “{_short(denials[0].quote)}”"


def number(value: float) -> str:
    """With thousands separated, and no decimals where there are none."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.15g}"


def _decided(figures: Level | Figures | None) -> list[str]:
    match figures:
        case Level():
            return [_level(figures)]
        case Counted():
            sources = len(figures.sources)
            return [
                f"{_some(figures.stories, 'story', 'stories')} from {_some(sources, 'source')}"
                f"{_in_group(figures.group)} within {_span(figures.since, figures.until)}"
            ]
        case Rate():
            return [
                f"{_some(figures.articles, 'article')}{_in_group(figures.group)} within "
                f"{_span(figures.since, figures.until)}, where {figures.expected:.3g} are usual"
            ]
        case Newcomer():
            last = f"seen last on {_day(figures.last_seen)}" if figures.last_seen else "not seen before"
            return [f"{figures.value} is new ({last})"]
        case Quiet():
            last = f"the last match was on {_day(figures.last_match)}" if figures.last_match else "never since it began"
            return [f"nothing matched for {_span(figures.since, figures.until)} ({last})"]
        case Move():
            way = "rose" if figures.after > figures.before else "fell"
            return [
                f"tension of {figures.dyad} {way} from {figures.before:.0f} to {figures.after:.0f} of 100 within "
                f"{_span(figures.since, figures.until)}"
            ]
    return []


def _some(count: int, one: str, many: str = "") -> str:
    return f"{count:,} {one if count == 1 else many or one + 's'}"


def _in_group(group: Mapping[str, str]) -> str:
    return f" for {_group(group)}" if group else ""


def _group(group: Mapping[str, str]) -> str:
    return ", ".join(f"{name} {value}" for name, value in group.items())


def _span(since: datetime, until: datetime) -> str:
    """In the largest unit that leaves no more than a hundredth out."""
    seconds = (until - since).total_seconds()
    for size, unit in ((86_400, "day"), (3_600, "hour"), (60, "minute")):
        if seconds >= size and abs(seconds / size - round(seconds / size)) <= 0.01 * seconds / size:
            return _some(round(seconds / size), unit)
    return _some(max(1, round(seconds)), "second")


def _day(moment: datetime) -> str:
    return f"{moment:%Y-%m-%d %H:%M} UTC"


def _level(level: Level) -> str:
    group = _group(level.group)
    before = "no level known before" if level.before is None else f"{number(level.before)} before"
    where = f"{group}; {before}" if group else before
    return f"{level.field} reached {number(level.after)}, rung {number(level.rung)} ({where})"


def _counted(proof: Sequence[AlertEvidence]) -> list[str]:
    """Each distinct finding once, with how often it was found."""
    phrases = Counter(_PHRASES.get(quote.field, _words)(quote) for quote in proof)
    parts = [phrase if count == 1 else f"{phrase} ({count} times)" for phrase, count in phrases.most_common(_MOST)]
    if len(phrases) > _MOST:
        parts.append(f"and {len(phrases) - _MOST} more")
    return parts


def _quantity(quote: AlertEvidence) -> str:
    found = quote.finding
    low, high, value = found.get("low"), found.get("high"), found.get("value")
    if value is None and low is not None and high is not None:
        amount = f"{number(low)} to {number(high)}"
    else:
        shown = value if value is not None else low if low is not None else high
        amount = _BEFORE.get(found.get("op", ""), "") + (number(shown) if shown is not None else "some")
    parts = [f"{amount} {_plain(found.get('unit'))}"]
    parts += [f"of {found['who']}"] if found.get("who") else []
    parts += [f"near {found['near']}"] if found.get("near") else []
    movement = found.get("movement")
    parts += [f"({_plain(movement)})"] if movement not in (None, "none") else []
    return f"{' '.join(parts)}, {_plain(quote.stance)}"


def _keyword(quote: AlertEvidence) -> str:
    return f"“{quote.finding.get('term', '')}” {_plain(quote.stance)}"


def _signal(quote: AlertEvidence) -> str:
    found = quote.finding
    sides = " to ".join(found.get(side) or "unknown" for side in ("source", "target"))
    return f"{found.get('event', '')} {sides}, {_plain(quote.stance)}"


def _named(quote: AlertEvidence) -> str:
    return f"{quote.finding.get('name', '')} named"


def _dyad(quote: AlertEvidence) -> str:
    found = quote.finding
    return f"{found.get('source')} to {found.get('target')} at {number(found.get('score', 0.0))} of 100"


def _words(quote: AlertEvidence) -> str:
    if quote.field in _WORDS and (words := quote.finding.get("quote")) and "term" not in quote.finding:
        return f"“{_short(str(words))}” {_plain(quote.stance)}".strip()
    if "term" in quote.finding:
        return _keyword(quote)
    return quote.clause or "every article"


def _plain(word: Any) -> str:
    return str(word).replace("_", " ") if word else ""


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= 120 else text[:119].rstrip() + "…"


_PHRASES: dict[str, Callable[[AlertEvidence], str]] = {
    "quantities": _quantity,
    "keywords": _keyword,
    "signals": _signal,
    "actors": _named,
    "places": _named,
    "dyads": _dyad,
}
