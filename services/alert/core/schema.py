"""The JSON Schema (2020-12) of a file of rules, made from the models and the templates. Checks nothing itself.

It says what fields there are and what shape they have; whether a query, a ladder or a window works, `validate` says.
"""

from functools import cache
from typing import Any

from services.alert.core.durations import PATTERN
from services.alert.core.rule_files import MAX_RULES
from services.alert.core.subscriptions import Draft
from services.alert.core.templates.catalogue import Template, templates
from services.alert.core.templates.expansion import WRITTEN_BY_TEMPLATE
from services.alert.core.templates.parameters import MAX_WORDS, Kind, Parameter
from services.alert.core.triggers.settings import MAX_RUNGS

_NUMBER = {"anyOf": [{"type": "number", "exclusiveMinimum": 0}, {"type": "string", "pattern": "^[0-9][0-9,.]*$"}]}
_WORD = {"type": ["string", "number"], "minLength": 1}
# YAML 1.1 reads the code of Norway, NO, as false.
_NAME = {"anyOf": [{"type": "string", "minLength": 2}, {"const": False}]}


@cache
def rules_schema() -> dict[str, Any]:
    """One schema for every file of rules; JSON values, not to be changed."""
    rule = Draft.model_json_schema()
    shared = rule.pop("$defs")
    rule["description"] = "A subscription: a query, a trigger, and who is told."
    own = {name: value for name, value in rule["properties"].items() if name not in WRITTEN_BY_TEMPLATE}
    filled = {f"template {name}": _filled(template, own) for name, template in templates().items()}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Tocsin rules",
        "description": "A file of subscriptions.",
        "type": "object",
        "required": ["rules"],
        "additionalProperties": False,
        "properties": {
            "rules": {"type": "array", "minItems": 1, "maxItems": MAX_RULES, "items": {"$ref": "#/$defs/entry"}}
        },
        "$defs": {
            **shared,
            **filled,
            "rule": rule,
            "template": {
                "type": "object",
                "properties": {"template": {"enum": list(templates()), "description": "a common wish to fill in"}},
                "allOf": [_chosen(name) for name in templates()],
            },
            "entry": {
                "type": "object",
                "if": {"required": ["template"]},
                "then": {"$ref": "#/$defs/template"},
                "else": {"$ref": "#/$defs/rule"},
            },
        },
    }


def _chosen(name: str) -> dict[str, Any]:
    return {
        "if": {"properties": {"template": {"const": name}}},
        "then": {"$ref": f"#/$defs/template {name}".replace(" ", "%20")},
    }


def _filled(template: Template, own: dict[str, Any]) -> dict[str, Any]:
    required = [parameter.name for parameter in template.parameters if parameter.required]
    parameters = {
        "type": "object",
        "description": "the gaps of the template",
        "additionalProperties": False,
        "required": required,
        "properties": {parameter.name: _of_parameter(parameter) for parameter in template.parameters},
    }
    return {
        "description": template.summary,
        "type": "object",
        "additionalProperties": False,
        "required": ["template", "with"] if required else ["template"],
        "properties": {"template": {"const": template.name}, "with": parameters, **own},
    }


def _of_parameter(parameter: Parameter) -> dict[str, Any]:
    about = {"description": parameter.description, "examples": [parameter.example]}
    if parameter.default is not None:
        about["default"] = parameter.default
    match parameter.kind:
        case Kind.WORDS:
            words = {"type": "array", "minItems": 1, "maxItems": MAX_WORDS, "items": _WORD}
            return {**about, "anyOf": [_WORD, words]}
        case Kind.COUNTRY | Kind.FORCE:
            return {**about, **_NAME}
        case Kind.NUMBER:
            return {**about, **_NUMBER}
        case Kind.LADDER:
            rungs = {"type": "array", "minItems": 1, "maxItems": MAX_RUNGS, "items": _NUMBER}
            return {**about, "anyOf": [_NUMBER, rungs]}
        case Kind.DURATION:
            return {**about, "type": "string", "pattern": PATTERN}
        case Kind.CHOICE:
            return {**about, "enum": list(parameter.options)}
