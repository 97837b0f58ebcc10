"""What each kind of trigger looks at in a matching article: its groups, with the objects that form them. Pure."""

from services.alert.core.triggers.grouping import Observed, groups, observe
from services.alert.core.triggers.settings import Changes, Count, Crosses, First, Settings, Silence, Spike
from services.contracts.document import Document
from services.query import Match

ALL_IN_ONE = Observed("", (), 0.0, True)
"""The group of a trigger that has none."""


def observed(settings: Settings | None, document: Document, match: Match) -> tuple[Observed, ...]:
    """In order of the groups' keys; without one the article is nothing that the trigger could decide on."""
    match settings:
        case Crosses():
            return tuple(observe(_satisfying(document, match, settings.path), settings.field, settings.by))
        case Count() | Spike() if settings.by:
            return tuple(groups(_satisfying(document, match, settings.path), settings.by))
        case First():
            objects = _satisfying(document, match, settings.path) or list(enumerate(getattr(document, settings.path)))
            return _named(settings.field, [(place, _name(item, settings.field)) for place, item in objects])
        case Changes():
            dyads = _satisfying(document, match, "dyads") or list(enumerate(document.dyads))
            named = [(place, _name(item, "dyad_ids")) for place, item in dyads]
            return _named(
                "dyad", [(place, name) for place, name in named if not settings.dyads or name in settings.dyads]
            )
        case Count() | Spike() | Silence():
            return (ALL_IN_ONE,)
    return ()


def _satisfying(document: Document, match: Match, path: str) -> list[tuple[int, object]]:
    items = getattr(document, path)
    return [(number, items[number]) for number in match.objects(path)]


def _name(item: object, field: str) -> str:
    if field == "dyad_ids":
        return f"{getattr(item, 'source', '')}-{getattr(item, 'target', '')}"
    return str(getattr(item, field.rpartition(".")[2]))


def _named(field: str, objects: list[tuple[int, str]]) -> tuple[Observed, ...]:
    places: dict[str, list[int]] = {}
    for place, name in objects:
        places.setdefault(name, []).append(place)
    return tuple(Observed(name, ((field, name),), 0.0, True, tuple(places[name])) for name in sorted(places))
