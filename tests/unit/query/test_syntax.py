"""KQL text becomes the tree that Kibana makes of it, or is refused with a place and a hint, in bounded time."""

from time import process_time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.query.printing import to_kql
from services.query.syntax import MAX_DEPTH, MAX_LENGTH, QuerySyntaxError, parse
from services.query.tree import And, Everything, Exists, Is, Nested, Node, Not, Or, Range, Value


def is_(field: str | None, text: str, *, quoted: bool = False) -> Is:
    return Is(Value(field) if field else None, Value(text, quoted=quoted))


def pattern(*parts: str) -> Value:
    return Value("*".join(parts), wildcard=True, parts=parts)


def refusal(text: str) -> QuerySyntaxError | None:
    try:
        parse(text)
    except QuerySyntaxError as error:
        return error
    return None


A, B, C = is_(None, "a"), is_(None, "b"), is_(None, "c")


@pytest.mark.parametrize(
    ("text", "tree"),
    [
        ("", Everything()),
        (" \t\r\n\xa0", Everything()),
        ("*:*", Everything()),
        ("a", A),
        ("troops near Ukraine", is_(None, "troops near Ukraine")),
        ('"red line"', is_(None, "red line", quoted=True)),
        ("asserted: red line ", is_("asserted", "red line")),
        ('title : "red line"', is_("title", "red line", quoted=True)),
        ('"odd field":a', Is(Value("odd field", quoted=True), Value("a"))),
        ("@timestamp:2022", is_("@timestamp", "2022")),
        ("a and b", And((A, B))),
        ("a AND b And c", And((A, B, C))),
        ("a or b and c", Or((A, And((B, C))))),
        ("a and b or c", Or((And((A, B)), C))),
        ("(a or b) and c", And((Or((A, B)), C))),
        ("(a and b) and c", And((And((A, B)), C))),
        ("not a", Not(A)),
        ("NOT a and b", And((Not(A), B))),
        ("not (a or b)", Not(Or((A, B)))),
        ("not (not a)", Not(Not(A))),
        ("((((a))))", A),
        ("f:(a or b)", Or((is_("f", "a"), is_("f", "b")))),
        ("f:(a and not b or c)", Or((And((is_("f", "a"), Not(is_("f", "b")))), is_("f", "c")))),
        ('f:(a or ("b c" and d))', Or((is_("f", "a"), And((is_("f", "b c", quoted=True), is_("f", "d")))))),
        ("f:(a b)", is_("f", "a b")),
        ("f > 5", Range(Value("f"), "gt", Value("5"))),
        ("f>=5", Range(Value("f"), "gte", Value("5"))),
        ('f < "now-7d"', Range(Value("f"), "lt", Value("now-7d", quoted=True))),
        ("f <= 1,000", Range(Value("f"), "lte", Value("1,000"))),
        ("f > 10 and", Range(Value("f"), "gt", Value("10 and"))),
        ("f:*", Exists(Value("f"))),
        ("f:(* or a)", Or((Exists(Value("f")), is_("f", "a")))),
        ("f:in*", Is(Value("f"), pattern("in", ""))),
        ("f:*a b*c", Is(Value("f"), pattern("", "a b", "c"))),
        ("f:**", Is(Value("f"), pattern("", "", ""))),
        ("*", Is(None, pattern("", ""))),
        ("source.*:a", Is(pattern("source.", ""), Value("a"))),
        ('f:"in*"', is_("f", "in*", quoted=True)),
        ("null", is_(None, "null")),
        ("null:a", A),
        ("q:{ u:troops }", Nested(Value("q"), is_("u", "troops"))),
        ("q:{u:a and v > 1}", Nested(Value("q"), And((is_("u", "a"), Range(Value("v"), "gt", Value("1")))))),
        ("a:{ b:{ c:d } }", Nested(Value("a"), Nested(Value("b"), is_("c", "d")))),
        ("not q:{ not u:a }", Not(Nested(Value("q"), Not(is_("u", "a"))))),
        (r"f:\(a\)\:\"\*\{\}\<\>\\", is_("f", '(a):"*{}<>\\')),
        (r"f:a\*b*", Is(Value("f"), pattern("a*b", ""))),
        (r"f:\and", is_("f", "and")),
        (r"a \OR b", is_(None, "a OR b")),
        (r"f:a\tb", is_("f", "a\tb")),
        (r"f:\u0041\u00e9", is_("f", "Aé")),
        (r"f:\ud83d\ude00", is_("f", "😀")),
        (r"f:\ud83d", is_("f", "\ufffd")),
        (r'f:"\"\\\n\u0041\x"', is_("f", '"\\\nA\\x', quoted=True)),
        (r'f:"C:\\"', is_("f", "C:\\", quoted=True)),
        (r'"\\" or "\""', Or((is_(None, "\\", quoted=True), is_(None, '"', quoted=True)))),
        ("f:Привет_мир-1", is_("f", "Привет_мир-1")),
        ("f:\u3000a\u3000", is_("f", "a")),
        ("or", is_(None, "or")),
        ("f:or", is_("f", "or")),
        ("android nothing", is_(None, "android nothing")),
        ("a or  or b", Or((A, is_(None, "or b")))),
        ("a\xa0or\tb", Or((A, B))),
    ],
)
def test_a_text_becomes_this_tree(text: str, tree: Node) -> None:
    assert parse(text) == tree


@pytest.mark.parametrize(
    ("text", "position", "expected"),
    [
        ("a)", 1, "the end"),
        ("(a", 2, ")"),
        (":a", 0, "a word"),
        ("f:", 2, "a word"),
        ("f:>5", 2, "a word"),
        ("f:a:b", 3, "and"),
        ('"a" b', 4, "or"),
        ('f:"never closed', 2, 'a "phrase"'),
        ("not(a)", 3, "the end"),
        ("not not a", 4, "("),
        ("f:not a", 2, "("),
        ("a not b", 2, "and"),
        ("knot tied", 1, "the end"),
        ("f:{ a", 5, "}"),
        ("f:{ }", 4, "a word"),
        ("f:()", 3, "a word"),
        ("f:(a or g:b)", 9, ")"),
        ("a and ", 6, "a word"),
        (r"f:\d", 2, "a word"),
        ("f >= (1)", 5, "a word"),
    ],
)
def test_a_text_that_is_no_query_is_refused_at_its_first_wrong_place(text: str, position: int, expected: str) -> None:
    with pytest.raises(QuerySyntaxError) as refused:
        parse(text)
    assert refused.value.position == position
    assert expected in refused.value.expected
    assert refused.value.message == str(refused.value)


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ('f:"never closed', "never closed"),
        ("f:a:b", r"write \:"),
        ("a not b", "quotation marks"),
        (r"f:c:\dir", "write"),
        (r"f:\d", "backslash only escapes"),
    ],
)
def test_a_refusal_says_what_to_write_instead(text: str, hint: str) -> None:
    with pytest.raises(QuerySyntaxError, match="(?s)" + hint.replace("\\", "\\\\")):
        parse(text)


def test_values_know_where_they_stand() -> None:
    tree = parse('a and field : "b c"')
    assert isinstance(tree, And)
    second = tree.queries[1]
    assert isinstance(second, Is)
    assert second.field is not None
    assert (second.field.start, second.field.end, second.value.start, second.value.end) == (6, 11, 14, 19)


@pytest.mark.parametrize(
    "text",
    [
        "(" * 20_000,
        "a:{" * 6_600,
        "f:(" * 6_600,
        "(" * 200 + "a" + ")" * 200,
        "a " * 10_000,
        " " * 20_000,
        "a" + " " * 19_998 + "b",
        '"' + "\\" * 19_999,
        "\\" * 20_000,
        "not " * 5_000,
        "not" * 6_666,
        " or" * 6_666,
        "*" * 20_000,
        "a or " * 3_999 + "b",
        "x" * 50_000,
        "(" * 25_000 + ")" * 25_000,
    ],
    ids=lambda text: f"{text[:6]!r} {len(text)}",
)
def test_long_and_deep_texts_are_decided_at_once(text: str) -> None:
    started = process_time()
    refused = refusal(text)
    assert process_time() - started < 1
    assert refused is None or 0 <= refused.position <= len(text)


def test_the_bounds_are_as_stated() -> None:
    parse("(" * MAX_DEPTH + "a" + ")" * MAX_DEPTH)
    parse("x" * MAX_LENGTH)
    with pytest.raises(QuerySyntaxError, match="100 brackets"):
        parse("(" * (MAX_DEPTH + 1) + "a" + ")" * (MAX_DEPTH + 1))
    with pytest.raises(QuerySyntaxError, match="20000 characters"):
        parse("x" * (MAX_LENGTH + 1))


PIECES = st.sampled_from(
    ["a", "not", "or", "and", " ", "  ", "\xa0", ":", "(", ")", "{", "}", "<", ">=", '"', "\\", "*", "\\u00e9", "null"]
)


@given(st.one_of(st.text(), st.lists(PIECES, max_size=40).map("".join)))
def test_any_text_is_a_tree_or_a_syntax_error_and_prints_to_the_same_tree(text: str) -> None:
    refused = refusal(text)
    if refused is None:
        tree = parse(text)
        assert parse(to_kql(tree)) == tree
    else:
        assert 0 <= refused.position <= len(text)
        assert refused.message
