"""One query, two deciders: what `to_elasticsearch` selects in a real Elasticsearch is what `evaluate` selects here."""

import json
import sys
import unicodedata
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from itertools import zip_longest
from random import Random
from typing import Any

import httpx
import pytest

from services.query import compile_query, evaluate, parse, prepare, to_elasticsearch, to_kql
from services.query.analysis import lower, tokens
from services.query.tree import Node
from services.runtime.adapters.elastic_setup import component_templates, index_templates
from tests.generated import documents, query

pytestmark = pytest.mark.elasticsearch
DOCUMENTS = 100
QUERIES = 3_000


@pytest.fixture
def index(elasticsearch_url: str, index_prefix: str) -> Iterator[httpx.Client]:
    """An empty index of articles; the client's paths start in it."""
    with httpx.Client(base_url=elasticsearch_url, timeout=60) as client:
        for kind, templates in (
            ("_component_template", component_templates(index_prefix)),
            ("_index_template", index_templates(index_prefix)),
        ):
            for name, body in templates.items():
                client.put(f"/{kind}/{name}", json=body).raise_for_status()
        name = f"{index_prefix}articles-2022.02"
        client.put(f"/{name}").raise_for_status()
        client.base_url = httpx.URL(f"{elasticsearch_url}/{name}/")
        yield client


def fill(index: httpx.Client, found: Sequence[dict[str, Any]]) -> None:
    lines = "".join(f'{{"index":{{"_id":"{n}"}}}}\n{json.dumps(d)}\n' for n, d in enumerate(found))
    answer = index.post("_bulk?refresh=true", content=lines, headers={"content-type": "application/x-ndjson"}).json()
    assert [i for i in answer["items"] if i["index"]["status"] >= 300] == []


def selected(index: httpx.Client, trees: Sequence[Node]) -> list[list[int]]:
    """Numbers of the documents that each query selects."""
    result: list[list[int]] = []
    for start in range(0, len(trees), 500):
        lines = "".join(
            "{}\n" + json.dumps({"query": to_elasticsearch(t), "_source": False, "size": 1000, "sort": ["_doc"]}) + "\n"
            for t in trees[start : start + 500]
        )
        answer = index.post("_msearch", content=lines, headers={"content-type": "application/x-ndjson"}).json()
        for tree, response in zip(trees[start:], answer["responses"], strict=False):
            assert "error" not in response, (to_kql(tree), response["error"])
            result.append(sorted(int(hit["_id"]) for hit in response["hits"]["hits"]))
    return result


def test_thousands_of_random_queries_select_the_same_documents(index: httpx.Client) -> None:
    random = Random(20220207)  # noqa: S311 - repeatable cases, no secret
    now = datetime.now(UTC)
    found = documents(random, DOCUMENTS, now)
    trees = [parse(to_kql(query(random))) for _ in range(QUERIES)]
    fill(index, found)
    by_index = selected(index, trees)
    prepared = [prepare(document) for document in found]
    differing = []
    for tree, there in zip(trees, by_index, strict=True):
        compiled = compile_query(tree)
        here = [n for n, p in enumerate(prepared) if compiled.matches(p, now=now)]
        some = random.randrange(DOCUMENTS)
        assert (evaluate(tree, prepared[some], now=now) is not None) == (some in here)
        if here != there:
            differing.append((to_kql(tree), here, there))
    assert differing == []
    chosen = sum(0 < len(ids) < DOCUMENTS for ids in by_index)
    assert chosen > QUERIES / 3, "the cases must tell documents apart"


def test_every_code_point_is_analysed_the_same(index: httpx.Client) -> None:
    """Between two letters a code point joins the token, in lower case, or parts it.

    Left out: what this Python's Unicode does not know.
    """
    differing = []
    known = [c for c in range(1, sys.maxunicode + 1) if unicodedata.category(chr(c)) not in ("Cn", "Cs")]
    for start in range(0, len(known), 10_000):
        part = known[start : start + 10_000]
        text = "\n".join(f"x{chr(c)}x" for c in part)
        index.put("_settings", json={"index.analyze.max_token_count": 100_000}).raise_for_status()
        answer = index.post("_analyze", json={"analyzer": "words", "text": text}).json()
        here = [(t.term, t.position) for t in tokens(text)]
        there = [(t["token"], t["position"]) for t in answer["tokens"]]
        if here != there:
            differing.append(next(pair for pair in zip_longest(here, there) if pair[0] != pair[1]))
    assert differing == []
    assert lower("\u0130STANBUL") == "istanbul"
