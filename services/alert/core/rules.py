"""A live subscription made ready for many documents, or everything that is wrong with a draft. Stores nothing."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services import query
from services.alert.core.rarity import Rarity
from services.alert.core.required_keys import Cost, Key, Keys, required_keys
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


@dataclass(frozen=True, slots=True, eq=False)
class Rule:
    """A live subscription: its query compiled, the rest as stored. Small: rules come by the hundred thousand."""

    id: str
    stored: bytes
    """The subscription's JSON."""
    compiled: Compiled
    keys: tuple[Key, ...] | None
    """A document must hold one of them; None when no such keys are known."""

    @property
    def subscription(self) -> Subscription:
        """Read when it is asked for; that of a rule that was asked for lately is at hand."""
        return _read(self.stored)


def compile_rule(subscription: Subscription, cost: Cost | None = None) -> Rule:
    """Raises `InvalidRule`. `cost` says which of the keys are rare."""
    compiled = compile_query(check_draft(subscription))
    keys = required_keys(compiled.condition, cost or Rarity().share)
    return _rule(subscription.id, subscription.model_dump_json().encode(), compiled, keys)


def load_rules(stored: Sequence[bytes], cost: Cost) -> list[Rule | InvalidRule | None]:
    """A rule from each subscription that the store holds, None when it is paused, and what is wrong with it else.

    They were checked when they were stored, so only what evaluation relies on is checked again. One step after the
    other for all of them: that is a third faster than one rule after the other.
    """
    read = [_tree(one) for one in stored]
    compiled = [compile_query(found[1]) if isinstance(found, tuple) else None for found in read]
    keys = [required_keys(one.condition, cost) if one is not None else None for one in compiled]
    return [
        _rule(found[0], body, one, known) if isinstance(found, tuple) and one is not None else _problem(found)
        for body, found, one, known in zip(stored, read, compiled, keys, strict=True)
    ]


def _tree(stored: bytes) -> tuple[str, Node] | InvalidRule | None:
    """The id and the query's tree."""
    try:
        subscription = Subscription.model_validate_json(stored)
        if subscription.paused:
            return None
        simple = subscription.trigger == "each"
        return subscription.id, parse_query(subscription.query) if simple else check_draft(subscription)
    except ValidationError as error:
        return invalid_rule(error)
    except InvalidRule as problem:
        return problem


def _problem(found: object) -> InvalidRule | None:
    return found if isinstance(found, InvalidRule) else None


def _rule(subscription_id: str, stored: bytes, compiled: Compiled, keys: Keys | None) -> Rule:
    return Rule(subscription_id, stored, compiled, None if keys is None else tuple(keys))


@lru_cache(maxsize=4_096)
def _read(stored: bytes) -> Subscription:
    return Subscription.model_validate_json(stored)


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
        siblings = {"trigger": list(Crosses.model_fields), "channels": ["type", "url", "secret"]}
        names = siblings.get(steps[0], list(Draft.model_fields))
        near = get_close_matches(steps[-1], names, n=1)
        return Problem(field, "no such field", hint=f"did you mean {near[0]}?" if near else _one_of(names))
    return Problem(field, error["msg"].removeprefix("Value error, "))


def _one_of(names: Iterable[str]) -> str:
    return "one of " + ", ".join(names)


_TAGS = frozenset({"webhook", "console", "each", "crosses"})
"""What pydantic adds to a place to say which alternative it tried."""
