"""`tocsin rules new`: a file of rules from a template, for people who do not know the query language."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import typer
import yaml

from services.alert.core.rules import InvalidRule, read_draft
from services.alert.core.templates.catalogue import Template, templates
from services.alert.core.templates.expansion import expand_entry
from services.alert.core.templates.parameters import Parameter


def list_templates() -> int:
    """Print every template with its parameters."""
    for template in templates().values():
        print(f"{template.name}: {template.summary}")
        for parameter in template.parameters:
            print(f"    {parameter.name} ({_need(parameter)}): {parameter.description}")
    return 0


def start_rule(name: str, written: Sequence[str], *, expanded: bool, output: Path | None) -> int:
    """Write the file; 1, with every problem on standard error, when something is missing or cannot be used."""
    try:
        values = _pairs(written)
        if (template := templates().get(name)) is not None:
            values |= _asked(template, values)
        entry = {"template": name, "with": values}
        draft = read_draft(expand_entry(entry))
    except (InvalidRule, ValueError) as error:
        problems = error.problems if isinstance(error, InvalidRule) else [error]
        sys.stderr.writelines(f"{problem}\n" for problem in problems)
        return 1
    text = _dump({"rules": [draft.as_written()]}) if expanded else _commented(templates()[name], draft.name, values)
    if output is None:
        sys.stdout.write(text)
        return 0
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        sys.stderr.write(f"{output}: {error.strerror}\n")
        return 1
    return 0


def _pairs(written: Sequence[str]) -> dict[str, Any]:
    """`name=value` each; a value is read as YAML, so that `[1, 2]` is a list. Raises `ValueError`."""
    values: dict[str, Any] = {}
    for pair in written:
        name, equals, value = pair.partition("=")
        if not equals:
            raise ValueError(f"--with {pair}: write NAME=VALUE")
        values[name.strip()] = _yaml(value)
    return values


def _yaml(text: str) -> Any:
    try:
        return yaml.safe_load(text)
    except yaml.YAMLError:
        return text


def _asked(template: Template, values: dict[str, Any]) -> dict[str, Any]:
    """What a person at the terminal says to the parameters that are needed and not written."""
    missing = [p for p in template.parameters if p.required and p.name not in values]
    return {p.name: _ask(p) for p in missing} if sys.stdin.isatty() else {}


def _ask(parameter: Parameter) -> Any:
    while True:
        value = _yaml(typer.prompt(f"{parameter.name} ({parameter.description})", err=True))
        try:
            parameter.fill(value)
        except ValueError as error:
            sys.stderr.write(f"{error}\n")
            continue
        return value


def _need(parameter: Parameter) -> str:
    if parameter.required:
        return "needed"
    return "optional" if parameter.optional else f"default {_inline(parameter.default)}"


def _commented(template: Template, name: str, values: dict[str, Any]) -> str:
    """The entry with a comment above each parameter; those that are not written stand as comments."""
    lines = [
        f"# {template.summary}",
        "rules:",
        f"  - template: {template.name}",
        f"    name: {_inline(name)}",
        "    with:",
    ]
    for parameter in template.parameters:
        given = parameter.name in values
        value = values[parameter.name] if given else parameter.default or parameter.example
        lines.append(f"      # {parameter.description} ({_need(parameter)})")
        lines.append(f"      {'' if given else '# '}{parameter.name}: {_inline(value)}")
    if not any(parameter.name in values for parameter in template.parameters):
        lines[4] = "    with: {}"
    return "\n".join(lines) + "\n"


def _inline(value: Any) -> str:
    """As one line of YAML."""
    text: str = yaml.safe_dump(value, default_flow_style=True, allow_unicode=True, width=1_000_000)
    return text.removesuffix("\n").removesuffix("\n...")


def _dump(values: Any) -> str:
    text: str = yaml.safe_dump(values, sort_keys=False, allow_unicode=True, width=1_000_000)
    return text
