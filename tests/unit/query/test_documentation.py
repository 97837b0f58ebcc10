"""The page of the language tells the truth: its examples are sound queries, its mistakes are told as it says."""

import re
from pathlib import Path

import pytest

from services.query import check, parse, to_elasticsearch

PAGE = (Path(__file__).parents[3] / "docs/query.md").read_text(encoding="utf-8")
EXAMPLES = [line for block in re.findall(r"```kql\n(.*?)```", PAGE, re.DOTALL) for line in block.splitlines()]
MISTAKES = re.findall(r"^\| `(.*?)` \| (error|warning) \| `(.*?)` \|$", PAGE, re.MULTILINE)


def test_the_page_has_examples_and_mistakes() -> None:
    assert len(EXAMPLES) > 30
    assert len(MISTAKES) > 8


@pytest.mark.parametrize("query", EXAMPLES)
def test_an_example_is_a_sound_query(query: str) -> None:
    assert check(parse(query)) == []
    assert "match_none" not in str(to_elasticsearch(parse(query)))


@pytest.mark.parametrize(("written", "severity", "works"), MISTAKES)
def test_a_mistake_is_told_with_what_works(written: str, severity: str, works: str) -> None:
    (problem,) = check(parse(written))
    assert (problem.severity, problem.suggestion) == (severity, works.replace("\\|", "|"))
