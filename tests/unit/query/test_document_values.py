"""A query means the same on a document and on its JSON."""

from random import Random

import orjson
import pytest

from services.cli.rule_book import SAMPLE_ARTICLES
from services.contracts.document import Document
from services.enrich.core.enrich import enrich
from services.ingest.core.normalise import normalise
from services.ingest.core.raw_item import RawItem
from services.query import evaluate, parse
from services.query.fields import LEAVES
from tests.articles import NOON
from tests.generated import query


def sample(name: str) -> Document:
    item = RawItem.model_validate_json((SAMPLE_ARTICLES / f"{name}.json").read_bytes())
    return enrich(normalise(item, NOON))


@pytest.mark.parametrize("name", ["01-border-build-up", "02-lithuania-deployment", "03-invasion-warning"])
def test_random_queries_find_the_same_in_both(name: str) -> None:
    document = sample(name)
    json = orjson.loads(document.encoded)
    random = Random(name)  # noqa: S311 - repeatable cases
    found = 0
    for _ in range(1_000):
        tree = query(random)
        match = evaluate(tree, document.values, now=NOON)
        assert match == evaluate(tree, json, now=NOON), tree
        found += match is not None
    assert found > 100


@pytest.mark.parametrize("path", sorted(LEAVES))
def test_every_field_exists_in_both_or_in_neither(path: str) -> None:
    document = sample("01-border-build-up")
    json = orjson.loads(document.encoded)
    nested, _, leaf = path.rpartition(".")
    clauses = [f"{path}:*", f"{nested}:{{ {leaf}:* }}"] if nested else [f"{path}:*"]
    for clause in clauses:
        tree = parse(clause)
        assert evaluate(tree, document.values, now=NOON) == evaluate(tree, json, now=NOON)
