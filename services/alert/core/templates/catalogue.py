"""The templates that there are, read once from catalogue.toml beside this file. Decides nothing."""

import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from services.alert.core.templates.parameters import Kind, Parameter


@dataclass(frozen=True, slots=True)
class Template:
    """A rule with gaps: `$name` stands for a parameter in the rule's name, its query and its trigger."""

    name: str
    summary: str
    title: str
    query: str
    trigger: Any
    severity: str
    parameters: tuple[Parameter, ...]


@cache
def templates() -> dict[str, Template]:
    """Name -> template, in the order of the file."""
    text = files(__package__).joinpath("catalogue.toml").read_text(encoding="utf-8")
    return {name: _template(name, values) for name, values in tomllib.loads(text).items()}


def _template(name: str, values: dict[str, Any]) -> Template:
    given = values.pop("parameters")
    parameters = tuple(Parameter(name=key, kind=Kind(p.pop("kind")), **p) for key, p in given.items())
    return Template(name=name, parameters=parameters, **values)
