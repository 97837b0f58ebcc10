"""A live subscription made ready for many documents, or everything that is wrong with a draft. Stores nothing."""

from collections.abc import Iterable
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services import query
from services.alert.core.filed_keys import Unfiled, from_filed
from services.alert.core.rarity import Rarity
from services.alert.core.required_keys import Key, required_keys
from services.alert.core.subscriptions import Crosses, CrossesTrigger, Draft, Subscription
from services.contracts.document import NESTED, SCHEMA, Evidence, FieldKind
from services.query import Compiled, QuerySyntaxError, Severity, check, compile_query, parse
from services.query.conditions import Never
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


@dataclass(slots=True, eq=False)
class Rule:
    """A live subscription as it is stored, and what its query needs of a document. Small: rules come by the 100,000."""

    id: str
    stored: bytes
    """The subscription's JSON."""
    keys: tuple[Key, ...] | None
    """A document must hold one of them; None when no such keys are known."""
    compiled: Compiled | None = None
    """The query, once a document that holds one of the keys asked for it."""
    problem: InvalidRule | None = None
    """Why it cannot be evaluated: then no document satisfies it."""

    @property
    def subscription(self) -> Subscription:
        """Read when it is asked for; that of a rule that was asked for lately is at hand."""
        return _read(self.stored)

    def ready(self) -> Compiled:
        """The query compiled, now or before."""
        if self.compiled is None:
            try:
                self.compiled = compile_query(_tree(self.subscription))
            except ValidationError as error:
                self.problem = invalid_rule(error)
            except InvalidRule as problem:
                self.problem = problem
        return self.compiled or _NEVER


def compile_rule(subscription: Subscription) -> Rule:
    """Raises `InvalidRule`."""
    compiled = compile_query(check_draft(subscription))
    keys = required_keys(compiled.condition, Rarity().share)
    stored = subscription.model_dump_json().encode()
    return Rule(subscription.id, stored, None if keys is None else tuple(keys), compiled)


def load_rule(stored: bytes, filed: bytes | None = None) -> Rule | None:
    """A rule from what the store holds, None when it is paused. Raises `InvalidRule`.

    It was checked when it was stored. With the keys that were filed then, its query is read when it is needed; without,
    now.
    """
    try:
        values = orjson.loads(stored)
        name, text, paused = values["id"], values["query"], values["paused"]
    except (orjson.JSONDecodeError, TypeError, KeyError) as error:
        raise InvalidRule([Problem("subscription", f"no subscription: {error}")]) from error
    if paused:
        return None
    try:
        return Rule(name, stored, from_filed(filed, text))
    except Unfiled:
        return _read_now(Rule(name, stored, None))


def _read_now(rule: Rule) -> Rule:
    keys = required_keys(rule.ready().condition, Rarity().share)
    if rule.problem is not None:
        raise rule.problem
    rule.keys = None if keys is None else tuple(keys)
    return rule


def _tree(subscription: Subscription) -> Node:
    """A query with errors still has its meaning; a trigger with errors has none."""
    return parse_query(subscription.query) if subscription.trigger == "each" else check_draft(subscription)


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


_NEVER = Compiled(Never(0), ())
_TAGS = frozenset({"webhook", "console", "each", "crosses"})
"""What pydantic adds to a place to say which alternative it tried."""
