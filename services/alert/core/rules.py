"""A live subscription made ready for many documents, or everything that is wrong with a draft. Stores nothing."""

from dataclasses import dataclass
from difflib import get_close_matches

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from services import query
from services.alert.core.required_terms import Terms, required_terms
from services.alert.core.rule_problem import InvalidRule as InvalidRule
from services.alert.core.rule_problem import Problem as Problem
from services.alert.core.rule_problem import one_of
from services.alert.core.subscriptions import Draft, Subscription
from services.alert.core.trigger_checks import check_trigger
from services.alert.core.triggers.settings import setting_names, settings_of
from services.query import Compiled, QuerySyntaxError, Severity, check, compile_query, parse
from services.query.tree import Node


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
        siblings = {"trigger": setting_names(steps[1]) if len(steps) > 2 else [], "channels": ["type", "url", "secret"]}
        names = siblings.get(steps[0], list(Draft.model_fields))
        near = get_close_matches(steps[-1], names, n=1)
        hint = f"did you mean {near[0]}?" if near else one_of(names) if names else "a trigger has one name"
        return Problem(field, "no such field", hint=hint)
    return Problem(field, error["msg"].removeprefix("Value error, "))


_TAG_AT = {"trigger": 1, "channels": 2}
"""Where in a place pydantic adds which alternative it tried."""
