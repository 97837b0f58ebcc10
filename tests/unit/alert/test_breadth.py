"""What a query lets through, told from its shape."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alert.core.breadth import Breadth, breadth
from services.query import evaluate, parse
from tests.articles import NOON
from tests.subscriptions import news


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", Breadth.EVERYTHING),
        ("*", Breadth.EVERYTHING),
        ("*:*", Breadth.EVERYTHING),
        ("text:*", Breadth.EVERYTHING),
        ("story.id:* and @timestamp:*", Breadth.EVERYTHING),
        ("invasion or *", Breadth.EVERYTHING),
        ("not football", Breadth.ALL_BUT),
        ("not football and not text:chess", Breadth.ALL_BUT),
        ("text:* and not football", Breadth.ALL_BUT),
        ("invasion or not football", Breadth.ALL_BUT),
        ("not (invasion and text:*)", Breadth.ALL_BUT),
        ("invasion", Breadth.NARROW),
        ("invasion and *", Breadth.NARROW),
        ("invasion and not football", Breadth.NARROW),
        ("not (not invasion)", Breadth.NARROW),
        ("not *", Breadth.NARROW),
        ("title:*", Breadth.NARROW),
        ("asserted:*", Breadth.NARROW),
        ("quantities:{ *:* }", Breadth.NARROW),
        ("quantities:{ quote:* }", Breadth.NARROW),
        ("quantities:{ not unit:troops }", Breadth.NARROW),
        ("troops_reported_max:*", Breadth.NARROW),
        ("troops_reported_max > 0", Breadth.NARROW),
        ("nofield:*", Breadth.NARROW),
    ],
)
def test_breadth_is_told_from_the_shape(query: str, expected: Breadth) -> None:
    assert breadth(parse(query)) is expected
    assert expected.needs_budget is (expected is not Breadth.NARROW)


@given(
    text=st.text(min_size=1),
    parts=st.lists(st.sampled_from(["*", "text:*", "url:*", "id:*", "story.id:*"]), min_size=1),
)
def test_what_is_called_everything_matches_every_article(text: str, parts: list[str]) -> None:
    tree = parse(" and ".join(parts))
    if breadth(tree) is Breadth.EVERYTHING:
        assert evaluate(tree, news("a", text).values, now=NOON) is not None
