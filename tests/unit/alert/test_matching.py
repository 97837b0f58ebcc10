"""The matcher selects exactly the rules whose query holds, however it files them."""

import math
from typing import Any
from zlib import crc32

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.alert.core.filed_keys import VERSION, Unfiled, filed_keys, from_filed
from services.alert.core.matching import FIRST_LOOK, Matcher, satisfied
from services.alert.core.rarity import MAX_LEARNED, Rarity
from services.alert.core.required_keys import Key, Table, required_keys
from services.alert.core.rules import InvalidRule, Rule, load_rule
from services.contracts.document import Document
from services.query import compile_query, evaluate, parse, prepare
from tests.articles import NOON
from tests.subscriptions import news, rule, subscription

WORDS = ("troops", "invasion", "kyiv", "siege", "the")
CODES = ("RUS", "UKR", "NATO")
BROKEN = {"syntax": "a:(", "long": "a" * 20_001, "deep": "(" * 200 + "a" + ")" * 200}

leaf = st.one_of(
    st.sampled_from(WORDS),
    st.sampled_from(WORDS).map(lambda w: f"asserted:{w}"),
    st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)).map(lambda p: f'"{p[0]} {p[1]}"'),
    st.tuples(st.sampled_from(WORDS), st.sampled_from(WORDS)).map(lambda p: f"text:{p[0]} {p[1]}"),
    st.sampled_from(CODES).map(lambda c: f"countries:{c}"),
    st.sampled_from(CODES).map(lambda c: f"quantities:{{ who:{c} and low >= 5 }}"),
    st.sampled_from(CODES).map(lambda c: f"quantities:{{ who:{c} or not near:UKR }}"),
    st.tuples(st.sampled_from(CODES), st.sampled_from(["<", "<=", ">", ">="]), st.integers(0, 9)).map(
        lambda t: f"quantities:{{ unit:troops and near:{t[0]} and low {t[1]} {t[2]} }}"
    ),
    st.tuples(st.sampled_from(CODES), st.sampled_from(CODES)).map(
        lambda c: f"quantities:{{ (who:{c[0]} or near:{c[1]}) and not who:{c[1]} and high:5 }}"
    ),
    st.tuples(st.sampled_from(CODES), st.integers(0, 9)).map(
        lambda t: f"countries:{t[0]} and killed_reported_max <= {t[1]}"
    ),
    st.integers(0, 9).map(lambda n: f"quantities:{{ low >= {n} or high < {n} }}"),
    st.sampled_from(
        ["quantities:{ unit:troops }", "kee*:x", "inv*", "text:*", "language:en", "troops_reported_max > 7", "quant*:5"]
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


def made(
    words: list[str],
    asserted: list[str],
    found: list[tuple[str, str | None, int, int | None]],
    countries: list[str],
    most: int | None,
) -> Document:
    place = {"quote": "x", "start": 0, "end": 1, "sentence": 0, "op": "eq", "unit": "troops"}
    quantities: list[dict[str, Any]] = [place | {"who": w, "near": n, "low": a, "high": b} for w, n, a, b in found]
    numbers = {"troops_reported_max": most, "killed_reported_max": most}
    text = " ".join(words) or "x"
    return news("a", text, asserted=asserted, quantities=quantities, countries=countries, **numbers)


documents = st.builds(
    made,
    st.lists(st.sampled_from(WORDS), max_size=4),
    st.lists(st.sampled_from(WORDS), max_size=2),
    st.lists(
        st.tuples(
            st.sampled_from(CODES),
            st.one_of(st.none(), st.sampled_from(CODES)),
            st.integers(0, 9),
            st.one_of(st.none(), st.integers(0, 9)),
        ),
        max_size=3,
    ),
    st.lists(st.sampled_from(CODES), max_size=2),
    st.one_of(st.none(), st.integers(0, 9)),
)


def rule_of(name: str, text: str, rarity: Rarity | None = None) -> Rule:
    """As it is loaded: a query that finds nothing is a rule, too."""
    stored = subscription(name, query=text).model_dump_json().encode()
    loaded = load_rule(stored, filed_keys(text))
    assert loaded is not None
    return Matcher(rarity=rarity).rarer(loaded) or loaded if rarity else loaded


@settings(max_examples=400, deadline=None)
@given(queries=st.lists(query, min_size=1, max_size=8), document=documents, learned=st.lists(documents, max_size=3))
def test_the_matcher_selects_what_evaluate_selects(
    queries: list[str], document: Document, learned: list[Document]
) -> None:
    rarity = Rarity()
    rules = [rule_of(str(number), text, rarity) for number, text in enumerate(queries)]
    for seen in learned:
        rarity.learn(prepare(seen.values))
    rules += [rule_of(f"learned-{number}", text, rarity) for number, text in enumerate(queries)]
    raw = document.model_dump(mode="json")
    expected = [
        (name, match)
        for name, text in sorted([*_named("", queries), *_named("learned-", queries)])
        if (match := evaluate(parse(text), raw, now=NOON)) is not None
    ]
    found = Matcher(rules).matches(prepare(raw), now=NOON)
    assert [(rule.id, match) for rule, match in found] == expected


def _named(prefix: str, queries: list[str]) -> list[tuple[str, str]]:
    return [(f"{prefix}{number}", text) for number, text in enumerate(queries)]


@settings(max_examples=200, deadline=None)
@given(
    steps=st.lists(st.dictionaries(st.sampled_from("abcd"), st.one_of(st.none(), query), min_size=1), max_size=5),
    document=documents,
)
def test_changes_one_by_one_make_the_index_that_the_whole_makes(
    steps: list[dict[str, str | None]], document: Document
) -> None:
    matcher, rules = Matcher(), dict[str, Rule]()
    for step in steps:
        for name, text in step.items():
            if text is None:
                matcher.remove(name)
                rules.pop(name, None)
            else:
                rules[name] = rule_of(name, text)
                matcher.put(rules[name])
    prepared = prepare(document.model_dump(mode="json"))
    whole = Matcher(rules.values())
    assert matcher.rules == whole.rules
    assert sorted(r.id for r in matcher.candidates(prepared)) == sorted(r.id for r in whole.candidates(prepared))
    assert matcher.matches(prepared, now=NOON) == whole.matches(prepared, now=NOON)
    for name in rules:
        matcher.remove(name)
    assert matcher.candidates(prepared) == []
    assert matcher.is_empty


def word(path: str, value: str) -> Key:
    return Key(Table(None, (path,)), (value,))


def troops(fields: str, values: str, number: str = "", rising: bool = True, limit: float = 0.0) -> Key:
    """Of one object of `quantities`; fields and values are words in a row."""
    paths = tuple(f"quantities.{name}" for name in fields.split())
    return Key(Table("quantities", paths, number and f"quantities.{number}", rising), tuple(values.split()), limit)


@pytest.mark.parametrize(
    ("text", "keys"),
    [
        ("asserted:invasion", {word("asserted", "invasion")}),
        ("invasion", {word("title", "invasion"), word("text", "invasion")}),
        ('text:"the siege"', {word("text", "siege")}),
        ("text:the and text:mobilisation", {word("text", "mobilisation")}),
        ("text:(kyiv or lviv)", {word("text", "kyiv"), word("text", "lviv")}),
        ("quantities:{ near:UKR }", {troops("near", "UKR")}),
        ("quantities:{ unit:troops and near:UKR }", {troops("near unit", "UKR troops")}),
        (
            "quantities:{ unit:troops and near:UKR and low >= 5 }",
            {troops("near unit", "UKR troops", "low", limit=5)},
        ),
        ("quantities:{ near:UKR and high < 5 }", {troops("near", "UKR", "high", rising=False, limit=5)}),
        (
            "quantities:{ (who:RUS or who:BLR) and unit:tanks and low > 5 }",
            {troops("unit who", f"tanks {who}", "low", limit=5) for who in ("RUS", "BLR")},
        ),
        ("quantities:{ low >= 5 } and text:kyiv", {word("text", "kyiv")}),
        ("text:kyiv and not text:siege", {word("text", "kyiv")}),
        ("troops_reported_max > 5", {Key(Table(None, (), "troops_reported_max"), (), 5)}),
        (
            "countries:UKR and killed_reported_max > 5",
            {Key(Table(None, ("countries",), "killed_reported_max"), ("UKR",), 5)},
        ),
        ("text:kyiv or not text:siege", None),
        ("text:k*", None),
        ("text:*", None),
        ("fetched_at > now-1d", None),
        ("", None),
        ("nofield:a", set()),
        ("text:kyiv and nofield:a", set()),
    ],
)
def test_a_rule_is_filed_under_keys_that_its_documents_must_hold(text: str, keys: set[Key] | None) -> None:
    found = required_keys(compile_query(parse(text)).condition, Rarity().share)
    assert found == (None if keys is None else frozenset(keys))


def test_rules_whose_limit_no_number_reaches_are_no_candidates() -> None:
    rules = [rule_of(str(n), f"quantities:{{ unit:troops and near:UKR and low >= {n} }}") for n in (4, 5, 6)]
    rules += [rule_of(f"at most {n}", f"quantities:{{ near:UKR and low < {n} }}") for n in (4, 5, 6)]
    five = made([], [], [("RUS", "UKR", 5, None), ("RUS", "RUS", 9, None), ("UKR", "UKR", 5, 5)], [], None)
    candidates = Matcher(rules).candidates(prepare(five.values))
    assert sorted(rule.id for rule in candidates) == ["4", "5", "at most 5", "at most 6"]


def test_what_articles_hold_decides_which_of_two_words_is_rare() -> None:
    rarity = Rarity()
    both = compile_query(parse("text:mobilisation and text:kyiv")).condition
    assert required_keys(both, rarity.share) == frozenset({word("text", "mobilisation")})
    for _ in range(100):
        rarity.learn(prepare({"text": "the mobilisation goes on"}))
    assert required_keys(both, rarity.share) == frozenset({word("text", "kyiv")})


def test_a_rule_moves_to_keys_that_turned_out_rarer() -> None:
    matcher = Matcher()
    for name, text in {"a": "text:mobilisation and text:kyiv", "b": "text:siege", "c": "text:k*"}.items():
        matcher.put(rule_of(name, text, matcher.rarity))
    article = prepare({"text": "the mobilisation goes on"})
    assert [r.id for r in matcher.candidates(article)] == ["c", "a"]
    assert matcher.doubtful(10) == []
    for _ in range(FIRST_LOOK):
        matcher.rarity.learn(article)
    for asked_for in matcher.rules.values():
        asked_for.ready()
    matcher.put(rule_of("d", "text:unheard"))
    assert [r.id for r in matcher.doubtful(2)] == ["a", "b"]
    assert [r.id for r in matcher.doubtful(2)] == ["c"]
    assert matcher.doubtful(2) == []
    rarer = {name: matcher.rarer(r) for name, r in matcher.rules.items()}
    assert (rarer["b"], rarer["c"]) == (None, None)
    assert rarer["a"] is not None
    matcher.put(rarer["a"])
    assert [r.id for r in matcher.candidates(article)] == ["c"]
    both = prepare({"text": "mobilisation in Kyiv"})
    assert [r.id for r, _ in matcher.matches(both, now=NOON)] == ["a", "c"]


def test_what_was_learned_is_bounded_and_fades() -> None:
    rarity = Rarity()
    often = word("text", "war")
    rarity.share(often)
    for number in range(MAX_LEARNED):
        rarity.learn(prepare({"text": f"war w{number}"}))
    assert rarity.learned == MAX_LEARNED // 2
    assert rarity.share(often) > 0.9
    for _ in range(MAX_LEARNED):
        rarity.learn(prepare({"text": "peace"}))
    assert rarity.share(often) < 0.4


def test_a_document_in_hand_keeps_the_rules_that_were_there() -> None:
    matcher = Matcher([rule("a")])
    prepared = prepare(news("x").values)
    candidates = matcher.candidates(prepared)
    matcher.remove("a")
    matcher.put(rule("b"))
    assert [r.id for r in satisfied(candidates, prepared, now=NOON)] == ["a"]
    assert [r.id for r, _ in matcher.matches(prepared, now=NOON)] == ["b"]


@pytest.mark.parametrize("text", [*BROKEN.values()])
def test_a_query_that_cannot_be_read_is_told_at_loading_and_has_no_keys_to_file(text: str) -> None:
    broken = subscription("broken").model_copy(update={"query": text}).model_dump_json().encode()
    assert filed_keys(text) is None
    with pytest.raises(InvalidRule, match="query"):
        load_rule(broken)


@pytest.mark.parametrize("stored", [b"", b"[]", b"{}", b"\x00", b'{"paused": false}'])
def test_what_is_no_subscription_is_told_at_loading(stored: bytes) -> None:
    with pytest.raises(InvalidRule, match="no subscription"):
        load_rule(stored)


def test_a_paused_rule_is_not_loaded() -> None:
    assert load_rule(subscription("paused", paused=True).model_dump_json().encode()) is None


def test_a_subscription_of_another_time_is_told_when_a_document_asks_for_it() -> None:
    stored = subscription("old").model_copy(update={"severity": "unheard-of"}).model_dump_json(warnings=False).encode()
    loaded = load_rule(stored, filed_keys("invasion"))
    assert loaded is not None
    assert Matcher([loaded]).matches(prepare(news("a").values), now=NOON) == []
    assert "severity" in str(loaded.problem)


@settings(max_examples=200, deadline=None)
@given(text=query)
def test_filed_keys_are_the_required_keys(text: str) -> None:
    required = required_keys(compile_query(parse(text)).condition, Rarity().share)
    found = from_filed(filed_keys(text), text)
    assert (None if found is None else frozenset(found)) == required


WHOLE = filed_keys("invasion") or b""


@pytest.mark.parametrize(
    "filed",
    [
        None,
        filed_keys("siege"),
        b'["0-00000000",0,[]]',
        b"",
        b"{}",
        b"7",
        WHOLE[:-1],
        WHOLE.replace(b'"0.0"', b'"none"'),
    ],
)
def test_keys_that_are_damaged_or_of_another_query_or_of_other_code_are_made_anew(filed: bytes | None) -> None:
    with pytest.raises(Unfiled):
        from_filed(filed, "invasion")
    loaded = load_rule(subscription(query="invasion").model_dump_json().encode(), filed)
    assert loaded is not None
    assert loaded.keys is not None
    assert set(loaded.keys) == {word("title", "invasion"), word("text", "invasion")}


def test_an_infinite_limit_is_kept() -> None:
    text = "troops_reported_max >= -Infinity"
    assert from_filed(filed_keys(text), text) == (Key(Table(None, (), "troops_reported_max"), (), -math.inf),)


def test_whoever_changes_the_keys_of_a_query_changes_the_version() -> None:
    queries = (
        'war|a or b|text:"the siege"|not a|quantities:{ unit:troops and near:UKR and low >= 5 }|k*|x < 5|revision > 1'
    )
    rows = [orjson.loads(filed_keys(text) or b"[0, 0, 0]")[2] for text in queries.split("|")]
    assert (VERSION, crc32(orjson.dumps(rows))) == (1, 1697995098)
