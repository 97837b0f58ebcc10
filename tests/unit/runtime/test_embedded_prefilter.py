"""Full text may propose too many documents, never too few."""

import sqlite3
from collections.abc import Iterator
from random import Random

import orjson
import pytest

from services.cli.rule_book import SAMPLE_ARTICLES
from services.enrich.core.enrich import enrich
from services.ingest.core.normalise import normalise
from services.ingest.core.raw_item import RawItem
from services.query import compile_query, parse, prepare
from services.runtime.adapters.embedded_archive import TERMS_TABLE
from services.runtime.adapters.embedded_prefilter import columns, expression
from tests.articles import NOON
from tests.generated import documents, query


@pytest.fixture
def table() -> Iterator[sqlite3.Connection]:
    connection = sqlite3.connect(":memory:")
    connection.execute(TERMS_TABLE)
    yield connection
    connection.close()


def fill(table: sqlite3.Connection, number: int, values: dict[str, str]) -> None:
    names = ", ".join(values)
    marks = ", ".join("?" * len(values))
    table.execute(f"INSERT INTO terms(rowid, {names}) VALUES (?, {marks})", (number, *values.values()))  # noqa: S608


def proposed(table: sqlite3.Connection, found: str) -> set[int]:
    return {row for (row,) in table.execute("SELECT rowid FROM terms WHERE terms MATCH ?", (found,))}


def test_every_document_that_satisfies_a_query_is_proposed(table: sqlite3.Connection) -> None:
    random = Random(8)  # noqa: S311 - repeatable cases
    made = documents(random, 60, NOON)
    for number, document in enumerate(made):
        fill(table, number, columns(document))
    prepared = [prepare(document) for document in made]
    filtered = spared = 0
    for _ in range(1_500):
        tree = query(random)
        found = expression(tree)
        if found is None:
            continue
        filtered += 1
        compiled = compile_query(tree)
        satisfied = {number for number, p in enumerate(prepared) if compiled.matches(p, now=NOON)}
        candidates = proposed(table, found)
        assert satisfied <= candidates, tree
        spared += len(made) - len(candidates)
    assert filtered > 500
    assert spared > filtered * len(made) / 2, "the filter must spare work"


@pytest.mark.parametrize("name", ["01-border-build-up", "02-lithuania-deployment", "03-invasion-warning"])
def test_a_document_and_its_json_have_the_same_terms(name: str) -> None:
    article = RawItem.model_validate_json((SAMPLE_ARTICLES / f"{name}.json").read_bytes())
    document = enrich(normalise(article, NOON))
    assert document.actors
    assert columns(document.values) == columns(orjson.loads(document.encoded))


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("", None),
        ("not text:war", None),
        ("text:war or not text:peace", None),
        ("escalation.score > 5", None),
        ("text:*war", None),
        ("text:wa-r*", None),
        ("text:war and not text:peace", '((text : ("war")))'),
        ("text:(war or fire)", '((text : ("war")) OR (text : ("fire")))'),
        ("text:war*", '((text : "war" *))'),
        ("revision:x", 'exact : "never"'),
    ],
)
def test_an_expression_asks_for_what_is_required(text: str, found: str | None) -> None:
    def plain(given: str | None) -> str | None:
        return given and given.replace("(", "").replace(")", "")

    assert plain(expression(parse(text))) == plain(found)


def test_a_query_of_very_many_words_is_not_filtered() -> None:
    assert expression(parse("text:(" + " ".join(f"w{n}" for n in range(500)) + ")")) is None


def test_deep_queries_make_expressions_that_sqlite_takes(table: sqlite3.Connection) -> None:
    text = "text:a"
    for level in range(90):
        text = f"({text} {'and' if level % 2 else 'or'} text:b)"
    assert proposed(table, expression(parse(text)) or 'text : "a"') == set()
