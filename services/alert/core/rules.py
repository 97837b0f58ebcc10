"""A live subscription made ready for many documents, or everything that is wrong with a draft. Stores nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services import query
from services.alert.core.required_terms import Terms, required_terms
from services.alert.core.subscriptions import Crosses, CrossesTrigger, Draft, Subscription
from services.contracts.document import NESTED, SCHEMA, Evidence, FieldKind
from services.query import Compiled, QuerySyntaxError, Severity, check, compile_query, parse
from services.query.tree import And, Nested, Node, Or

_GROUPABLE = frozenset({FieldKind.KEYWORD, FieldKind.BOOLEAN})
_PLACE = frozenset(Evidence.model_fields)


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that is wrong. `field` is a dotted path; `position` counts code points in the query."""

    field: str
    reason: str
    position: int | None = None
    expected: tuple[str, ...] = ()
    hint: str = ""

    def __str__(self) -> str:
        """One line for a person."""
        at = f" at position {self.position}" if self.position is not None else ""
        return f"{self.field}{at}: {self.reason}{f' ({self.hint})' if self.hint else ''}"


class InvalidRule(Exception):
    """A draft that cannot be a subscription; `problems` names everything that is wrong."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("; ".join(map(str, self.problems)))


@dataclass(frozen=True, slots=True)
class Rule:
    """A subscription with its query compiled. `terms` are what a document must hold one of; None when unknown."""

    subscription: Subscription
    compiled: Compiled
    terms: Terms | None


def compile_rule(subscription: Subscription) -> Rule:
    """Raises `InvalidRule`."""
    tree = check_draft(subscription)
    return Rule(subscription, compile_query(tree), required_terms(tree))


def read_draft(values: object) -> Draft:
    """A draft from what YAML or JSON held, query and trigger checked. Raises `InvalidRule` with all problems."""
    try:
        draft = Draft.model_validate(values)
    except ValidationError as error:
        raise invalid_rule(error) from error
    check_draft(draft)
    return draft


def check_draft(draft: Draft) -> Node:
    """The query's tree, once the query and the trigger are found to work. Raises `InvalidRule` with all problems."""
    tree = parse_query(draft.query)
    problems = query_errors(tree)
    if isinstance(draft.trigger, CrossesTrigger):
        problems += _check_crosses(draft.trigger.crosses, tree)
    if problems:
        raise InvalidRule(problems)
    return tree


def invalid_rule(error: ValidationError) -> InvalidRule:
    """The same problems in the words of a rule's author."""
    return InvalidRule(_described(e) for e in error.errors())


def parse_query(text: str) -> Node:
    """The tree of a query. Raises `InvalidRule` with position and what was expected."""
    try:
        return parse(text)
    except QuerySyntaxError as error:
        raise InvalidRule([Problem("query", error.message, error.position, error.expected)]) from error


def query_errors(tree: Node) -> list[Problem]:
    """What makes a query find nothing; a subscription must have none."""
    return [_of_query(found) for found in check(tree) if found.severity is Severity.ERROR]


def query_warnings(tree: Node) -> list[Problem]:
    """What looks wrong in a query that works, such as a field that no document has."""
    return [_of_query(found) for found in check(tree) if found.severity is Severity.WARNING]


def _of_query(found: query.Problem) -> Problem:
    hint = f"write {found.suggestion}" if found.suggestion else ""
    return Problem("query", found.message, found.position, hint=hint)


def _check_crosses(crosses: Crosses, tree: Node) -> list[Problem]:
    where, path = "trigger.crosses", crosses.path
    numbers = [p for p, kind in SCHEMA.items() if kind is FieldKind.DOUBLE and p.rpartition(".")[0] in NESTED]
    if crosses.field not in numbers:
        return [Problem(f"{where}.field", f"{crosses.field!r} is no number of nested objects", hint=_one_of(numbers))]
    names = [
        p
        for p, kind in SCHEMA.items()
        if kind in _GROUPABLE and p.rpartition(".")[0] == path and p.rpartition(".")[2] not in _PLACE
    ]
    problems = [
        Problem(f"{where}.by.{i}", f"{name!r} cannot group {path}", hint=_one_of(names))
        for i, name in enumerate(crosses.by)
        if name not in names
    ]
    if not _enters(tree, path):
        reason = f"the query never enters {path}, so no number can satisfy it"
        problems.append(Problem("query", reason, hint=f"write {path}:{{ ... }} outside any `not`"))
    return problems


def _enters(node: Node, path: str) -> bool:
    match node:
        case Nested(name, _):
            return name.text == path
        case And(parts) | Or(parts):
            return any(_enters(part, path) for part in parts)
    return False


def _described(error: ErrorDetails) -> Problem:
    steps = [str(step) for step in error["loc"] if step not in _TAGS]
    if error["loc"][:2] == ("trigger", "crosses"):
        steps.insert(1, "crosses")
    field, kind = ".".join(steps) or "subscription", error["type"]
    if kind == "extra_forbidden":
        siblings = {"trigger": list(Crosses.model_fields), "channels": _CHANNEL_FIELDS}
        names = siblings.get(steps[0], list(Draft.model_fields))
        near = get_close_matches(steps[-1], names, n=1)
        return Problem(field, "no such field", hint=f"did you mean {near[0]}?" if near else _one_of(names))
    return Problem(field, error["msg"].removeprefix("Value error, "))


def _one_of(names: Iterable[str]) -> str:
    return "one of " + ", ".join(names)


_CHANNEL_FIELDS = ["type", "url", "secret", "retiring", "address", "template"]
_TAGS = frozenset({"webhook", "console", "email", "apprise", "each", "crosses"})
"""What pydantic adds to a place to say which alternative it tried."""
