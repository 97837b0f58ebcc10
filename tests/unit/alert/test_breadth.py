"""A query that leaves hardly any article out is accepted with a budget only."""

from typing import Any

import pytest

from services.alert.core.breadth import matches_everything
from services.alert.core.rules import InvalidRule, compile_rule, read_draft
from services.query import evaluate, parse
from tests.subscriptions import news, rule, subscription


@pytest.mark.parametrize(
    ("query", "broad"),
    [
        ("", True),
        ("*", True),
        ("*:*", True),
        ("title:*", True),
        ("id:*", True),
        ("not invasion", True),
        ("not invasion and not siege", True),
        ("not (not invasion)", False),
        ("historic:false", True),
        ("historic:true", False),
        ("@timestamp >= now-7d", True),
        ("fetched_at > 2022 and historic:false", True),
        ("@timestamp < now-7d", False),
        ("revision > 1", False),
        ("invasion and @timestamp >= now-7d", False),
        ("invasion or *", True),
        ("invasion and *", False),
        ("invasion and not siege", False),
        ("asserted:*", False),
        ("quantities:{ unit:* }", False),
        ("inva*", False),
        ("*sion", False),
    ],
)
def test_broad_is_what_hardly_any_article_fails(query: str, broad: bool) -> None:
    assert matches_everything(parse(query)) is broad


@pytest.mark.parametrize("query", ["*", "not siege", "title:* or siege"])
def test_a_broad_query_is_refused_without_a_budget_and_says_what_works(query: str) -> None:
    with pytest.raises(InvalidRule, match=r"nearly every article satisfies it .*daily_budget: 20"):
        read_draft({"name": "all", "query": query, "languages": ["en"]})
    assert read_draft({"name": "all", "query": query, "daily_budget": 20}).daily_budget == 20


def test_one_that_was_stored_before_is_evaluated_all_the_same() -> None:
    assert compile_rule(subscription(query="*")).subscription.query == "*"


@pytest.mark.parametrize(("languages", "matches"), [([], True), (["en"], True), (["de", "en"], True), (["de"], False)])
def test_languages_narrow_the_query(languages: list[str], matches: bool) -> None:
    compiled = rule(languages=languages).ready()
    document = news("a", language="en")
    assert (evaluate(compiled, document.values, now=document.fetched_at) is not None) is matches


@pytest.mark.parametrize("languages", [["english"], ["EN"], ["e) or (*"], [False]])
def test_a_language_is_a_code(languages: list[Any]) -> None:
    with pytest.raises(InvalidRule, match="languages"):
        read_draft({"name": "a", "query": "a", "languages": languages})


def test_evaluate_agrees_that_broad_queries_hold_for_what_does_not_speak_of_it() -> None:
    document = news("a", "Weather.")
    for query in ("*", "not invasion", "title:* or id:*"):
        assert evaluate(parse(query), document.values, now=document.fetched_at) is not None
