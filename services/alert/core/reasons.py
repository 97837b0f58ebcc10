"""The one sentence that says why: what held, with the numbers. Words only; decides nothing."""

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from services.contracts.alert import AlertEvidence, Level, Trigger
from services.contracts.vocabulary import Op

_MOST = 4
_WORDS = frozenset({"title", "text", "asserted", "denied"})
_BEFORE = {Op.GE: "at least ", Op.LE: "up to ", Op.APPROX: "about ", Op.VAGUE: "at least about "}


def reason(trigger: Trigger, evidence: Sequence[AlertEvidence], level: Level | None) -> str:
    """One sentence, without knowledge of the query language."""
    proof = [quote for quote in evidence if not quote.denial]
    parts = [_level(level)] if level is not None and trigger is Trigger.CROSSES else []
    parts += _counted(proof)
    denials = [quote for quote in evidence if quote.denial]
    if denials:
        speakers = sorted({quote.speaker for quote in denials if quote.speaker})
        said = f"denied by {', '.join(speakers)}" if speakers else "denied or negated in the article"
        parts.append(f"{said}: “{_short(denials[0].quote)}”")
    return "; ".join(parts) + "."


def number(value: float) -> str:
    """With thousands separated, and no decimals where there are none."""
    return f"{value:,.0f}" if float(value).is_integer() else f"{value:,.15g}"


def _level(level: Level) -> str:
    group = ", ".join(f"{name} {value}" for name, value in level.group.items())
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
