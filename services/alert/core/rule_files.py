"""Subscriptions as code: the YAML form `rules: [...]`. Reads text; opens no file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any

import yaml

from services.alert.core.rules import InvalidRule, Problem, read_draft
from services.alert.core.subscriptions import ID_PATTERN, Draft

MAX_BYTES = 10_000_000


@dataclass(frozen=True, slots=True)
class Located(Problem):
    """A problem and the line of the rule (or of the fault) in its file, from 1."""

    line: int = 1

    def __str__(self) -> str:
        """One line for a person."""
        return f"line {self.line}: {Problem.__str__(self)}"


def read_rules(text: str) -> list[Draft]:
    """The subscriptions of a file, each with an id: its own, or one that its name makes.

    Raises `InvalidRule` with every problem of every rule, as `Located`.
    """
    entries = _entries(text)
    problems: list[Located] = []
    drafts: dict[str, Draft] = {}
    for line, values in entries:
        try:
            draft = read_draft(values)
        except InvalidRule as error:
            name = values.get("name") if isinstance(values, dict) else None
            problems += [_located(problem, line, name) for problem in error.problems]
            continue
        draft = draft if draft.id else draft.model_copy(update={"id": id_of_name(draft.name)})
        if any(draft.name == other.name or draft.id == other.id for other in drafts.values()):
            reason = f"another rule of this file has the name or the id of {draft.name!r}"
            problems.append(Located("name", reason, line=line))
        drafts.setdefault(str(draft.id), draft)
    if problems:
        raise InvalidRule(problems)
    return list(drafts.values())


def id_of_name(name: str) -> str:
    """The name itself where it can be an id, else a hash of it."""
    return name if re.fullmatch(ID_PATTERN, name) else "rule-" + sha256(name.encode()).hexdigest()[:24]


def _entries(text: str) -> Iterator[tuple[int, Any]]:
    """(line, value) of each rule."""
    try:
        root = yaml.compose(text, Loader=yaml.SafeLoader)
        whole = yaml.safe_load(text)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise InvalidRule([Located("file", f"not YAML: {error.problem or error.context}", line=line)]) from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidRule([Located("file", f"not YAML: {error}")]) from error
    rules = whole.get("rules") if isinstance(whole, dict) else None
    if not isinstance(rules, list) or not isinstance(root, yaml.MappingNode) or not rules:
        raise InvalidRule([Located("file", "write one key, rules, that holds a list of at least one rule")])
    unknown = [key for key in whole if key != "rules"]
    if unknown:
        raise InvalidRule([Located(str(unknown[0]), "no such key; a file of rules has one, rules")])
    node = next(value for key, value in root.value if key.value == "rules")
    return zip((item.start_mark.line + 1 for item in node.value), rules, strict=True)


def _located(problem: Problem, line: int, name: object) -> Located:
    reason = f"{problem.reason} [rule {name}]" if isinstance(name, str) else problem.reason
    return Located(problem.field, reason, problem.position, problem.expected, problem.hint, line)
