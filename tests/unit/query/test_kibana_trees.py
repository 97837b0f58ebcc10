"""The same trees and refusals as Kibana's own grammar, on a list of strings kept outside the project."""

import json
import os
from pathlib import Path
from typing import Any

import pytest

from services.query.syntax import QuerySyntaxError, parse
from services.query.tree import And, Everything, Exists, Is, Nested, Node, Not, Or, Range, Value

FOLDER = Path(os.environ.get("TOCSIN_TEST_EVAL", Path(__file__).parents[3] / "../shared/eval"))
CASES = FOLDER / "kql-dev.jsonl"
LONE = {"wild": "*", "parts": ["", ""]}


def value(found: Value | None) -> dict[str, Any]:
    if found is None:
        return {"lit": None, "quoted": False}
    if found.wildcard:
        return {"wild": found.text, "parts": list(found.parts)}
    return {"lit": found.json, "quoted": found.quoted}


def function(name: str, *arguments: Any) -> dict[str, Any]:
    return {"fn": name, "args": list(arguments)}


def form(node: Node) -> dict[str, Any]:
    """The tree in the list's notation."""
    match node:
        case Is(field, literal):
            return function("is", value(field), value(literal))
        case Exists(field):
            return function("is", value(field), LONE)
        case Range(field, operator, literal):
            return function("range", value(field), operator, value(literal))
        case Nested(path, query):
            return function("nested", value(path), form(query))
        case Not(query):
            return function("not", form(query))
        case And(queries):
            return function("and", *map(form, queries))
        case Or(queries):
            return function("or", *map(form, queries))
        case Everything():
            return function("is", {"wild": "*"}, {"wild": "*"})


def decided(query: str) -> dict[str, Any]:
    try:
        return {"query": query, "ast": form(parse(query))}
    except QuerySyntaxError as error:
        return {"query": query, "error": True, "offset": error.position}


@pytest.mark.skipif(not CASES.exists(), reason=f"the list of strings is not here: {CASES.name}")
def test_every_string_of_the_list_is_decided_as_in_kibana() -> None:
    cases = [json.loads(line) for line in CASES.read_text(encoding="utf-8").splitlines()]
    assert len(cases) > 50
    assert [decided(case["query"]) for case in cases] == cases
