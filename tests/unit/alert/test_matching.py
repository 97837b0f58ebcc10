"""The matcher selects exactly the rules whose query holds, however it files them."""

from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.alert.core.matching import Matcher
from services.alert.core.required_terms import required_terms
from services.alert.core.rules import Rule
from services.contracts.document import Document
from services.query import compile_query, evaluate, parse, prepare
from tests.articles import NOON
from tests.subscriptions import news, rule, subscription

WORDS = ("troops", "invasion", "kyiv", "siege", "the")
CODES = ("RUS", "UKR", "NATO")

leaf = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS).map(lambda w: f"asserted:{w}"),
    st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)).map(lambda p: f'"{p[0]} {p[1]}"'),
    st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)).map(lambda p: f"text:{p[0]} {p[1]}"),
    st.sampled_from(CODES).map(lambda c: f"countries:{c}"),
    st.sampled_from(CODES).map(lambda c: f"quantities:{{ who:{c} and low >= 5 }}"),
    st.sampled_from(CODES).map(lambda c: f"quantities:{{ who:{c} or not near:UKR }}"),
    st.sampled_from(
        ["quantities:{ unit:troops }", "kee*:x", "inv*", "text:*", "language:en", "troops_reported_max > 7"]
    ),
    st.sampled_from(["fetched_at < now", "text:(kyiv or siege)", "not text:the", "quant*:RUS", "nofield:a", "*:*", ""]),
)
query = st.recursive(
    leaf,
    lambda inner: st.one_of(
        inner.map(lambda q: f"not ({q})" if q else "not text:*"),
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(
            lambda p: f"({p[0] or '*:*'}) {p[1]} ({p[2] or '*:*'})"
        ),
    ),
    max_leaves=5,
)


def made(words: list[str], asserted: list[str], codes: list[tuple[str, int]], countries: list[str]) -> Document:
    quantities: list[dict[str, Any]] = [
        {"quote": "x", "start": 0, "end": 1, "sentence": 0, "low": n, "op": "eq", "unit": "troops", "who": c, "near": c}
        for c, n in codes
    ]
    text = " ".join(words) or "x"
    return news("a", text, asserted=asserted, quantities=quantities, countries=countries)


documents = st.builds(
    made,
    st.lists(st.sampled_from(WORDS), max_size=4),
    st.lists(st.sampled_from(WORDS), max_size=2),
    st.lists(st.tuples(st.sampled_from(CODES), st.integers(0, 9)), max_size=3),
    st.lists(st.sampled_from(CODES), max_size=2),
)


def rule_of(text: str, number: int) -> Rule:
    tree = parse(text)
    return Rule(subscription(str(number)), compile_query(tree), required_terms(tree))


@settings(max_examples=400, deadline=None)
@given(queries=st.lists(query, min_size=1, max_size=8), document=documents)
def test_the_matcher_selects_what_evaluate_selects(queries: list[str], document: Document) -> None:
    rules = [rule_of(text, number) for number, text in enumerate(queries)]
    raw = document.model_dump(mode="json")
    expected = [
        (str(number), match)
        for number, text in enumerate(queries)
        if (match := evaluate(parse(text), raw, now=NOON)) is not None
    ]
    found = Matcher().replace(rules).matches(prepare(raw), now=NOON)
    assert [(rule.subscription.id, match) for rule, match in found] == expected


@settings(max_examples=100, deadline=None)
@given(
    steps=st.lists(st.dictionaries(st.sampled_from("abcd"), st.one_of(st.none(), query), min_size=1), max_size=5),
    document=documents,
)
def test_changes_one_by_one_make_the_index_that_the_whole_makes(
    steps: list[dict[str, str | None]], document: Document
) -> None:
    matcher, rules = Matcher(), dict[str, Rule]()
    for step in steps:
        changes = {name: None if text is None else _named(name, text) for name, text in step.items()}
        matcher = matcher.apply(changes)
        rules = {name: r for name, r in (rules | changes).items() if r is not None}
    prepared = prepare(document.model_dump(mode="json"))
    whole = Matcher().replace(rules.values())
    assert matcher.rules == whole.rules
    assert matcher.matches(prepared, now=NOON) == whole.matches(prepared, now=NOON)


def _named(name: str, text: str) -> Rule:
    tree = parse(text)
    return Rule(subscription(name), compile_query(tree), required_terms(tree))


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("asserted:invasion", {("asserted", "invasion")}),
        ("invasion", {("title", "invasion"), ("text", "invasion")}),
        ('text:"the siege"', {("text", "siege")}),
        ("text:the and text:mobilisation", {("text", "mobilisation")}),
        ("text:(kyiv or lviv)", {("text", "kyiv"), ("text", "lviv")}),
        ("quantities:{ unit:troops and near:UKR and low >= 5 }", {("quantities.near", "UKR")}),
        ("text:kyiv and not text:siege", {("text", "kyiv")}),
        ("text:kyiv or not text:siege", None),
        ("text:k*", None),
        ("text:*", None),
        ("troops_reported_max > 5", None),
        ("", None),
        ("nofield:a", set()),
        ("text:kyiv and nofield:a", set()),
    ],
)
def test_a_rule_is_filed_under_terms_that_its_documents_must_hold(
    text: str, terms: set[tuple[str, str]] | None
) -> None:
    assert required_terms(parse(text)) == (None if terms is None else frozenset(terms))


def test_a_document_in_hand_sees_the_rules_as_they_were() -> None:
    before = Matcher().replace([rule("a")])
    after = before.apply({"a": None, "b": rule("b")})
    prepared = prepare(news("x").model_dump(mode="json"))
    assert [r.subscription.id for r, _ in before.matches(prepared, now=NOON)] == ["a"]
    assert [r.subscription.id for r, _ in after.matches(prepared, now=NOON + timedelta(days=1))] == ["b"]
