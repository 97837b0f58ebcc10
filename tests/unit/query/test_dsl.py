"""The Elasticsearch query is the one that Kibana makes."""

from typing import Any

import pytest

from services.query import parse, to_elasticsearch


def any_of(*queries: dict[str, Any]) -> dict[str, Any]:
    return {"bool": {"should": list(queries), "minimum_should_match": 1}}


NONE: dict[str, Any] = {"match_none": {}}


@pytest.mark.parametrize(
    ("query", "body"),
    [
        ("", {"match_all": {}}),
        ("*:*", {"match_all": {}}),
        ("red line", {"multi_match": {"type": "best_fields", "query": "red line", "lenient": True}}),
        ('"red line"', {"multi_match": {"type": "phrase", "query": "red line", "lenient": True}}),
        ("inva*", {"query_string": {"query": "inva*"}}),
        ("title:red line", any_of({"match": {"title": "red line"}})),
        ('title:"red line"', any_of({"match_phrase": {"title": "red line"}})),
        ("title:a-b* c", any_of({"query_string": {"fields": ["title"], "query": r"a\-b* c"}})),
        (r"title:a \AND b*", any_of({"query_string": {"fields": ["title"], "query": r"a \AND b*"}})),
        ("source.name:New York", any_of({"term": {"source.name": {"value": "New York"}}})),
        ('source.name:"New York"', any_of({"term": {"source.name": {"value": "New York"}}})),
        ("source.name:New?Y*", any_of({"wildcard": {"source.name": {"value": r"New\?Y*"}}})),
        ("title:*", any_of({"exists": {"field": "title"}})),
        ("historic:false", any_of({"match": {"historic": False}})),
        ("revision:2", any_of({"match": {"revision": "2"}})),
        ("escalation.score > 5", any_of({"range": {"escalation.score": {"gt": "5"}}})),
        (
            "@timestamp:2022-02-07",
            any_of({"range": {"@timestamp": {"gte": "2022-02-07", "lte": "2022-02-07", "time_zone": "UTC"}}}),
        ),
        ("@timestamp < now-7d", any_of({"range": {"@timestamp": {"lt": "now-7d", "time_zone": "UTC"}}})),
        ("@timestamp >= 1644235200000", any_of({"range": {"@timestamp": {"gte": "1644235200000"}}})),
        ("revision:1 and revision:2", {"bool": {"filter": [any_of({"match": {"revision": n}}) for n in "12"]}}),
        ("revision:(1 or 2)", any_of(*(any_of({"match": {"revision": n}}) for n in "12"))),
        ("not revision:1", {"bool": {"must_not": any_of({"match": {"revision": "1"}})}}),
        (
            "quantities:{ unit:troops }",
            {
                "nested": {
                    "path": "quantities",
                    "query": any_of({"term": {"quantities.unit": {"value": "troops"}}}),
                    "score_mode": "none",
                }
            },
        ),
        (
            "*_ids:RUS",
            any_of({"term": {"actor_ids": {"value": "RUS"}}}, {"term": {"dyad_ids": {"value": "RUS"}}}),
        ),
        (
            "*.unit:troops",
            any_of(
                {
                    "nested": {
                        "path": "quantities",
                        "query": {"term": {"quantities.unit": {"value": "troops"}}},
                        "score_mode": "none",
                    }
                }
            ),
        ),
        # Where Kibana's search would fail, nothing is found.
        ("revision:x", any_of(NONE)),
        ("title:null", any_of(NONE)),
        ("locations:x", any_of(NONE)),
        ("foo:a", any_of({"match": {"foo": "a"}})),
        ("foo > 5", any_of({"range": {"foo": {"gt": "5"}}})),
        ("source:*", any_of({"exists": {"field": "source"}})),
        (
            "foo:{ a:b }",
            {
                "nested": {
                    "path": "foo",
                    "query": any_of({"match": {"foo.a": "b"}}),
                    "score_mode": "none",
                    "ignore_unmapped": True,
                }
            },
        ),
    ],
)
def test_a_query_becomes_this_body(query: str, body: dict[str, Any]) -> None:
    assert to_elasticsearch(parse(query)) == body
