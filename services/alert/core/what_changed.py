"""The sentence of a later edition: what changed since the alert. Words only; decides nothing."""

from collections.abc import Sequence

from services.alert.core.followups import Change, Development, Said, Told, Turn, amounts
from services.alert.core.reasons import denied_by, number, reason
from services.contracts.alert import AlertEvidence, Trigger

_MOST = 4


def what_changed(told: Told, said: Said, turn: Turn, evidence: Sequence[AlertEvidence], source: str) -> str:
    """One sentence; `evidence` is that of the new edition, `source` the name of its publisher."""
    match turn.development:
        case Development.DENIED:
            return f"now {denied_by(evidence)}; before: {_told(told)}."
        case Development.NO_LONGER_SAID:
            return f"the article no longer says so; {_gone(told, evidence)}."
        case Development.SAID_AGAIN:
            first = ["the article says so again"]
        case Development.GRAVER:
            before = max(edition.escalation for edition in told.upheld)
            first = [f"tension {before:.0f} of 100 before, now {said.escalation:.0f}"]
        case Development.SECOND_SOURCE:
            first = [f"also reported by {source}"]
        case Development.ALSO_DENIED:
            first = ["now denied as well"]
        case _:
            first = []
    changes = [_change(change) for change in turn.changes[:_MOST]]
    return "; ".join([*first, *changes, reason(Trigger.EACH, evidence, None)])


def _change(change: Change) -> str:
    unit, who, near = change.subject
    what = unit.replace("_", " ") + (f" of {who}" if who else "") + (f" near {near}" if near else "")
    if change.before is None:
        return f"new: {number(change.now)} {what}"
    return f"{number(change.before)} {what} before, now {number(change.now)}"


def _told(told: Told) -> str:
    return reason(Trigger.EACH, told.upheld[-1].evidence, None).rstrip(".")


def _gone(told: Told, evidence: Sequence[AlertEvidence]) -> str:
    before, now = amounts(told.upheld[-1].evidence), amounts(evidence)
    changes = [Change(s, before[s], now[s]) for s in before if s in now and now[s] != before[s]]
    return "; ".join(map(_change, changes[:_MOST])) if changes else f"before: {_told(told)}"
