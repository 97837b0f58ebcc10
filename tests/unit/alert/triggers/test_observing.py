"""Which groups an article has for each kind of trigger: from the objects that satisfied the braces of its query."""

from typing import Any

import pytest

from services.alert.core.deciding import matched
from services.alert.core.triggers.sources import source_key
from services.contracts.article import Source
from services.query import evaluate, prepare
from tests.articles import NOON
from tests.subscriptions import actor, dyad, news_at, rule

ARTICLE = news_at(
    NOON,
    "a",
    actors=[actor("putin"), actor("xi"), actor("putin")],
    dyads=[dyad(40), dyad(10, "USA", "CHN")],
    places=[
        {"quote": "Leaders", "start": 0, "end": 7, "sentence": 0, "id": "703448", "name": "Kyiv", "country": "UKR"},
        {"quote": "Leaders", "start": 0, "end": 7, "sentence": 0, "id": "1", "name": "Nowhere", "country": None},
    ],
)


def groups(query: str, trigger: dict[str, Any]) -> dict[str, tuple[int, ...]]:
    compiled = rule(query=query, trigger=trigger)
    match = evaluate(compiled.ready(), prepare(ARTICLE.values), now=NOON)
    assert match is not None
    return {group.key: group.objects for group in matched(compiled, ARTICLE, match).groups}


def first(field: str) -> dict[str, Any]:
    return {"first": {"field": field, "look_back": "30d"}}


CHANGES = {"changes": {"by": 5, "window": "1d"}}
COUNT = {"at_least": 2, "window": "1h"}


@pytest.mark.parametrize(
    ("query", "trigger", "expected"),
    [
        ("invasion", "each", {}),
        ("invasion", {"count": COUNT}, {"": ()}),
        ("invasion", {"silence": {"window": "1h"}}, {"": ()}),
        (
            "actors:{ type:person }",
            {"count": COUNT | {"by": ["actors.id"]}},
            {'{"actors.id":"putin"}': (0, 2), '{"actors.id":"xi"}': (1,)},
        ),
        ("actors:{ id:xi }", {"count": COUNT | {"by": ["actors.id"]}}, {'{"actors.id":"xi"}': (1,)}),
        ("places:{ name:* }", {"count": COUNT | {"by": ["places.country"]}}, {'{"places.country":"UKR"}': (0,)}),
        ("invasion", first("actors.id"), {"putin": (0, 2), "xi": (1,)}),
        ("actors:{ id:xi }", first("actors.id"), {"xi": (1,)}),
        ("invasion", first("places.id"), {"703448": (0,), "1": (1,)}),
        ("invasion", first("dyad_ids"), {"RUS-UKR": (0,), "USA-CHN": (1,)}),
        ("invasion", CHANGES, {"RUS-UKR": (0,), "USA-CHN": (1,)}),
        ("dyads:{ score >= 20 }", CHANGES, {"RUS-UKR": (0,)}),
        ("invasion", {"changes": CHANGES["changes"] | {"dyads": ["USA-CHN"]}}, {"USA-CHN": (1,)}),
        ("invasion", {"changes": CHANGES["changes"] | {"dyads": ["DEU-FRA"]}}, {}),
    ],
)
def test_the_groups_of_an_article(query: str, trigger: Any, expected: dict[str, tuple[int, ...]]) -> None:
    assert groups(query, trigger) == expected


@pytest.mark.parametrize(
    ("name", "domain", "key"),
    [
        ("BBC", "www.bbc.co.uk", "bbc.co.uk"),
        ("BBC News", "news.BBC.co.uk", "bbc.co.uk"),
        ("Reuters", "", "reuters"),
        (" The  Times ", "", "the times"),
        ("", "localhost", "localhost"),
        ("", "", ""),
    ],
)
def test_a_source_is_its_registered_domain_or_its_name(name: str, domain: str, key: str) -> None:
    assert source_key(Source(name=name, domain=domain)) == key
