"""Flat fields that stand beside nested ones: which findings a hit on a flat field speaks of. Pure look-up."""

from collections.abc import Callable, Iterator
from typing import Any

from services.contracts.document import Document
from services.contracts.vocabulary import ASSERTED, Stance, Unit

_BESIDE: dict[str, tuple[tuple[str, Callable[[Any], Any]], ...]] = {
    "actor_ids": (("actors", lambda actor: actor.id),),
    "countries": (("actors", lambda actor: actor.country), ("places", lambda place: place.country)),
    "terms_asserted": (("keywords", lambda hit: hit.term if hit.stance in ASSERTED else None),),
    "event_types": (("signals", lambda signal: signal.event),),
    "dyad_ids": (("dyads", lambda dyad: f"{dyad.source}-{dyad.target}"),),
    "troops_reported_max": (("quantities", lambda q: q.low if _reported(q, Unit.TROOPS) else None),),
    "killed_reported_max": (("quantities", lambda q: q.low if _reported(q, Unit.KILLED) else None),),
}


def findings_beside(document: Document, field: str, entry: int) -> Iterator[tuple[str, Any]]:
    """(nested path, finding) for each finding that value number `entry` of a flat field was made from."""
    values = getattr(document, field, None)
    value = values[entry] if isinstance(values, tuple) and entry < len(values) else values
    for path, key in _BESIDE.get(field, ()):
        for finding in getattr(document, path):
            if key(finding) == value and value is not None:
                yield path, finding


def _reported(quantity: Any, unit: Unit) -> bool:
    return bool(quantity.unit == unit and quantity.status is Stance.REPORTED)
