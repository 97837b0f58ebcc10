"""From a filled-in template to the rule that it stands for: `{template, with, ...}` -> a whole draft. Pure."""

import re
from difflib import get_close_matches
from typing import Any

from services.alert.core.rules import InvalidRule, Problem
from services.alert.core.templates.catalogue import Template, templates
from services.alert.core.templates.parameters import Filled, Parameter

_GAP = re.compile(r"\$([a-z_]+)")
WRITTEN_BY_TEMPLATE = ("query", "trigger")
"""Fields of a rule that an entry with a template must not write."""


def expand_entry(entry: Any) -> Any:
    """The values of a draft: those of the template an entry names, the entry's own over them; else the entry as it is.

    Raises `InvalidRule` with every problem; `field` is `template` or `with.NAME`.
    """
    if not isinstance(entry, dict) or "template" not in entry:
        return entry
    template = _named(entry["template"])
    own = {key: value for key, value in entry.items() if key not in ("template", "with")}
    problems = [
        Problem(key, f"the template writes the {key}", hint="leave it out, or write a rule without a template")
        for key in WRITTEN_BY_TEMPLATE
        if key in own
    ]
    written = entry.get("with")
    try:
        drafted = expand(template, {} if written is None else written)
    except InvalidRule as error:
        raise InvalidRule([*problems, *error.problems]) from error
    if problems:
        raise InvalidRule(problems)
    return drafted | own


def expand(template: Template, written: Any) -> dict[str, Any]:
    """Name, query, trigger and severity of a filled-in template. Raises `InvalidRule` with every problem."""
    if not isinstance(written, dict):
        raise InvalidRule([Problem("with", "write the template's parameters as name: value")])
    names = [parameter.name for parameter in template.parameters]
    problems = [_unknown(str(name), names) for name in written if name not in names]
    filled: dict[str, Filled] = {}
    for parameter in template.parameters:
        try:
            filled[parameter.name] = _fill(parameter, written.get(parameter.name))
        except ValueError as error:
            problems.append(Problem(f"with.{parameter.name}", str(error), hint=parameter.description))
    if problems:
        raise InvalidRule(problems)
    return {
        "name": " ".join(_GAP.sub(lambda gap: filled[gap[1]].words, template.title).split()),
        "query": _GAP.sub(lambda gap: filled[gap[1]].kql, template.query),
        "trigger": _settled(template.trigger, filled),
        "severity": template.severity,
    }


def _named(name: Any) -> Template:
    if isinstance(name, str) and name in templates():
        return templates()[name]
    near = get_close_matches(str(name), templates(), n=1)
    hint = f"did you mean {near[0]}?" if near else f"one of {', '.join(templates())}"
    raise InvalidRule([Problem("template", f"there is no template {name!r}", hint=hint)])


def _unknown(name: str, names: list[str]) -> Problem:
    near = get_close_matches(name, names, n=1)
    return Problem(
        f"with.{name}", "no such parameter", hint=f"did you mean {near[0]}?" if near else f"one of {', '.join(names)}"
    )


def _fill(parameter: Parameter, written: Any) -> Filled:
    """Raises `ValueError`."""
    if written is None and parameter.optional:
        return Filled("", None, "")
    if written is None and parameter.required:
        raise ValueError(f"is needed, for example {parameter.name}: {parameter.example}")
    found = parameter.fill(parameter.default if written is None else written)
    return Filled(parameter.clause.replace("$value", found.kql), found.value, found.words)


def _settled(part: Any, filled: dict[str, Filled]) -> Any:
    """A trigger with its gaps filled: a gap alone becomes the value, gaps within a text become parts of it."""
    if isinstance(part, dict):
        return {key: _settled(value, filled) for key, value in part.items()}
    if isinstance(part, list):
        return [_settled(value, filled) for value in part]
    if isinstance(part, str):
        if alone := _GAP.fullmatch(part):
            return filled[alone[1]].value
        return _GAP.sub(lambda gap: str(filled[gap[1]].value), part)
    return part
