"""Subscriptions as code: the YAML form `rules: [...]`, whole rules and filled-in templates. Opens no file."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256

from services.alert.core.rules import InvalidRule, Problem, parse_query, query_warnings, read_draft
from services.alert.core.subscriptions import ID_PATTERN, Draft
from services.alert.core.templates.expansion import expand_entry
from services.alert.core.yaml_lines import Located, NotYaml, read_yaml

MAX_BYTES = 10_000_000
"""Of one file."""
MAX_RULES = 10_000
"""In one file."""


@dataclass(frozen=True, slots=True)
class PlacedProblem(Problem):
    """A problem, the line it stands on in its file (from 1), and the name of its rule where one is known."""

    line: int = 1
    rule: str = ""

    def __str__(self) -> str:
        """One line for a person."""
        of = f"[rule {self.rule}] " if self.rule else ""
        return f"line {self.line}: {of}{Problem.__str__(self)}"


@dataclass(frozen=True, slots=True)
class RuleFile:
    """What a file says: the rules that can be used, all that is wrong with the others, and what is odd."""

    drafts: tuple[Draft, ...]
    problems: tuple[PlacedProblem, ...]
    warnings: tuple[PlacedProblem, ...]


def check_rules(text: str) -> RuleFile:
    """All that can be said of a file without a server. Never raises."""
    try:
        entries = list(_entries(text))
    except InvalidRule as error:
        return RuleFile((), tuple(p for p in error.problems if isinstance(p, PlacedProblem)), ())
    drafts: list[Draft] = []
    problems: list[PlacedProblem] = []
    warnings: list[PlacedProblem] = []
    for entry, line in entries:
        name = entry.value.get("name", "") if isinstance(entry.value, dict) else ""
        name = name if isinstance(name, str) else ""
        try:
            draft = read_draft(expand_entry(entry.value))
        except InvalidRule as error:
            problems += [_placed(problem, entry, line, name) for problem in error.problems]
            continue
        if any(are_one(draft, other) for other in drafts):
            reason = "another rule of this file is the same subscription, by its id or its name"
            problems.append(_placed(Problem("name", reason), entry, line, draft.name))
        drafts.append(draft)
        warnings += [_placed(p, entry, line, draft.name) for p in query_warnings(parse_query(draft.query))]
    return RuleFile(tuple(drafts), tuple(problems), tuple(warnings))


def are_one(one: Draft, other: Draft) -> bool:
    """Whether two rules name one subscription: by their ids when both have one, else by their names."""
    return one.id == other.id if one.id and other.id else one.name == other.name


def id_of_name(name: str) -> str:
    """The name itself where it can be an id, else a hash of it."""
    return name if re.fullmatch(ID_PATTERN, name) else "rule-" + sha256(name.encode()).hexdigest()[:24]


def _entries(text: str) -> Iterator[tuple[Located, int]]:
    """Each rule and its line. Raises `InvalidRule` for a text that is no file of rules."""
    if len(text) > MAX_BYTES:
        raise _unusable(f"longer than {MAX_BYTES:,} characters")
    try:
        whole = read_yaml(text)
    except NotYaml as error:
        raise _unusable(f"not YAML: {error}", error.line) from error
    rules = whole.value.get("rules") if isinstance(whole.value, dict) else None
    if not isinstance(rules, list) or not rules:
        raise _unusable("write one key, rules, that holds a list of at least one rule")
    if len(rules) > MAX_RULES:
        raise _unusable(f"more than {MAX_RULES:,} rules: write several files")
    unknown = [key for key in whole.value if key != "rules"]
    if unknown:
        place = whole.line((str(unknown[0]),))
        raise InvalidRule([PlacedProblem(str(unknown[0]), "no such key; a file of rules has one, rules", line=place)])
    for number in range(len(rules)):
        yield whole.at(("rules", number)), whole.line(("rules", number))


def _unusable(reason: str, line: int = 1) -> InvalidRule:
    return InvalidRule([PlacedProblem("file", reason, line=line)])


def _placed(problem: Problem, entry: Located, line: int, name: str) -> PlacedProblem:
    at = max(line, entry.line(problem.field.split(".")))
    return PlacedProblem(problem.field, problem.reason, problem.position, problem.expected, problem.hint, at, name)
