"""A live subscription made ready for many documents, or everything that is wrong with a draft. Stores nothing."""

from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache

import orjson
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services import query
from services.alert.core.breadth import matches_everything
from services.alert.core.filed_keys import Unfiled, from_filed
from services.alert.core.rarity import Rarity
from services.alert.core.required_keys import Key, required_keys
from services.alert.core.rule_problem import InvalidRule as InvalidRule
from services.alert.core.rule_problem import Problem as Problem
from services.alert.core.rule_problem import one_of
from services.alert.core.subscriptions import Draft, Subscription
from services.alert.core.trigger_checks import check_trigger
from services.alert.core.triggers.settings import setting_names, settings_of
from services.contracts.alert import Trigger
from services.query import Compiled, QuerySyntaxError, Severity, check, compile_query, parse
from services.query.conditions import Never
from services.query.tree import And, Node


@dataclass(slots=True, eq=False)
class Rule:
    """A live subscription as it is stored, and what its query needs of a document. Small: rules come by the 100,000."""

    id: str
    kind: Trigger
    version: int
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
    compiled = compile_query(_checked_tree(subscription))
    keys = required_keys(compiled.condition, Rarity().share)
    stored = subscription.model_dump_json().encode()
    held = None if keys is None else tuple(keys)
    return Rule(subscription.id, subscription.kind, subscription.version, stored, held, compiled)


def load_rule(stored: bytes, filed: bytes | None = None) -> Rule | None:
    """A rule from what the store holds, None when it is paused. Raises `InvalidRule`.

    It was checked when it was stored. With the keys that were filed then, its query is read when it is needed; without,
    now.
    """
    try:
        values = orjson.loads(stored)
        name, text, paused, trigger, version = (
            values[field] for field in ("id", "query", "paused", "trigger", "version")
        )
        kind = Trigger(trigger if isinstance(trigger, str) else next(iter(trigger)))
    except (ValueError, TypeError, KeyError, StopIteration) as error:
        raise InvalidRule([Problem("subscription", f"no subscription: {error}")]) from error
    if paused:
        return None
    try:
        return Rule(name, kind, version, stored, from_filed(filed, text))
    except Unfiled:
        return _read_now(Rule(name, kind, version, stored, None))


def _read_now(rule: Rule) -> Rule:
    keys = required_keys(rule.ready().condition, Rarity().share)
    if rule.problem is not None:
        raise rule.problem
    rule.keys = None if keys is None else tuple(keys)
    return rule


def _tree(subscription: Subscription) -> Node:
    """A query with errors still has its meaning; a trigger with errors has none."""
    return rule_tree(subscription) if subscription.trigger == "each" else _checked_tree(subscription)


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
    """The tree of a draft that may be stored. Raises `InvalidRule` with all problems.

    A query that every article satisfies needs a budget, so that it floods nobody.
    """
    tree = _checked_tree(draft)
    if draft.daily_budget is None and matches_everything(parse_query(draft.query)):
        hint = "narrow it, or write daily_budget: 20"
        raise InvalidRule([Problem("query", "nearly every article satisfies it", hint=hint)])
    return tree


def rule_tree(draft: Draft) -> Node:
    """The tree of a draft's query, narrowed to its languages. Raises `InvalidRule` where it is no KQL."""
    tree = parse_query(draft.query)
    return And((tree, parse(f"language:({' or '.join(draft.languages)})"))) if draft.languages else tree


def _checked_tree(draft: Draft) -> Node:
    """Raises `InvalidRule` with all that keeps a query and its trigger from working."""
    tree = rule_tree(draft)
    problems = query_errors(tree) + check_trigger(settings_of(draft.trigger), tree)
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


def _described(error: ErrorDetails) -> Problem:
    steps = [str(step) for step in error["loc"]]
    if len(steps) > (tag := _TAG_AT.get(steps[0], len(steps)) if steps else 0):
        del steps[tag]
    field, kind = ".".join(steps) or "subscription", error["type"]
    if kind == "extra_forbidden":
        siblings = {"trigger": setting_names(steps[1]) if len(steps) > 2 else [], "channels": _CHANNEL_FIELDS}
        names = siblings.get(steps[0], list(Draft.model_fields))
        near = get_close_matches(steps[-1], names, n=1)
        hint = f"did you mean {near[0]}?" if near else one_of(names) if names else "a trigger has one name"
        return Problem(field, "no such field", hint=hint)
    return Problem(field, error["msg"].removeprefix("Value error, "))


_NEVER = Compiled(Never())
_CHANNEL_FIELDS = ["type", "url", "secret", "retiring", "address", "template"]
_TAG_AT = {"trigger": 1, "channels": 2}
"""Where in a place pydantic adds which alternative it tried."""
