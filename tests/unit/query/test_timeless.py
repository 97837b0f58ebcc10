"""A query without the clock: it finds what the query finds at some time."""

from datetime import UTC, datetime, timedelta
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.query import at_any_time, compile_query, parse, prepare, to_kql
from tests import generated

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.mark.parametrize(
    ("query", "timeless"),
    [
        ("troops and @timestamp >= now-1d", "troops and *:*"),
        ("troops and not @timestamp < now/d", "troops and *:*"),
        ("not (troops and @timestamp < now)", "*:*"),
        ("title:now or source.name:nowhere", "*:* or source.name:nowhere"),
        ("quantities:{ low >= 5 }", "quantities:{ low >= 5 }"),
        ("@timestamp >= 2022", "@timestamp >= 2022"),
    ],
)
def test_what_speaks_of_now_asks_for_nothing(query: str, timeless: str) -> None:
    assert to_kql(at_any_time(parse(query))) == timeless


@given(st.integers(0, 2**32), st.integers(-400, 400))
def test_what_satisfies_a_query_at_some_time_satisfies_it_without_the_clock(seed: int, days: int) -> None:
    random = Random(seed)  # noqa: S311 - it makes cases, no secrets
    tree = generated.query(random)
    weaker, at = compile_query(at_any_time(tree)), NOW + timedelta(days=days)
    for document in generated.documents(random, 5, NOW):
        if compile_query(tree).matches(prepare(document), now=at):
            assert weaker.matches(prepare(document), now=NOW)
