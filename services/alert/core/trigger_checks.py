"""Does a trigger fit its query: the fields that it reads and groups by. Checks no value on its own."""

from collections.abc import Sequence

from services.alert.core.rule_problem import Problem, one_of
from services.alert.core.triggers.settings import Count, Crosses, Settings, Spike
from services.contracts.document import NESTED, SCHEMA, Evidence, FieldKind
from services.query.tree import And, Nested, Node, Or

_GROUPABLE = frozenset({FieldKind.KEYWORD, FieldKind.BOOLEAN})
_PLACE = frozenset(Evidence.model_fields)


def check_trigger(settings: Settings | None, tree: Node) -> list[Problem]:
    """What keeps the trigger from ever firing on what the query finds; `settings` are None for `each`."""
    match settings:
        case Crosses():
            return _check_number(settings, tree)
        case Count():
            return _check_groups("trigger.count", settings.path, settings.by, tree)
        case Spike():
            return _check_groups("trigger.spike", settings.path, settings.by, tree)
    return []


def _check_number(crosses: Crosses, tree: Node) -> list[Problem]:
    where = "trigger.crosses"
    numbers = [p for p, kind in SCHEMA.items() if kind is FieldKind.DOUBLE and p.rpartition(".")[0] in NESTED]
    if crosses.field not in numbers:
        return [Problem(f"{where}.field", f"{crosses.field!r} is no number of nested objects", hint=one_of(numbers))]
    problems = _check_groups(where, crosses.path, crosses.by, tree)
    if not crosses.by and not _enters(tree, crosses.path):
        problems.append(_never_entered(crosses.path))
    return problems


def _check_groups(where: str, path: str, by: Sequence[str], tree: Node) -> list[Problem]:
    """`by` names fields of one kind of nested objects, which the query enters."""
    if not by:
        return []
    if path not in NESTED:
        reason = f"{by[0]!r} is no field of nested objects"
        return [Problem(f"{where}.by.0", reason, hint="such as quantities.near or actors.id")]
    names = [
        p
        for p, kind in SCHEMA.items()
        if kind in _GROUPABLE and p.rpartition(".")[0] == path and p.rpartition(".")[2] not in _PLACE
    ]
    problems = [
        Problem(f"{where}.by.{i}", f"{name!r} cannot group {path}", hint=one_of(names))
        for i, name in enumerate(by)
        if name not in names
    ]
    return problems if _enters(tree, path) else [*problems, _never_entered(path)]


def _never_entered(path: str) -> Problem:
    reason = f"the query never enters {path}, so no object there can satisfy it"
    return Problem("query", reason, hint=f"write {path}:{{ ... }} outside any `not`")


def _enters(node: Node, path: str) -> bool:
    match node:
        case Nested(name, _):
            return name.text == path
        case And(parts) | Or(parts):
            return any(_enters(part, path) for part in parts)
    return False
