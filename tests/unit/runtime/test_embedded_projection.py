"""The parts of a document that a backtest reads mean what the whole document means."""

from random import Random

import orjson
import pytest

from services.contracts.document import Document
from services.contracts.late_document import read_document
from services.query import evaluate, fields_read, parse
from services.runtime.adapters.embedded_projection import PACKED, parts_of, row, values
from tests.articles import NOON
from tests.generated import query
from tests.unit.query.test_document_values import sample


def stored(document: Document, fields: frozenset[str]) -> dict[str, object] | None:
    """What is read back of the parts that hold these fields."""
    parts = parts_of(fields)
    if parts is None:
        return None
    made = row(1, document)
    return dict(values(parts, (document.id, *(made[name] for name in parts.names))))


@pytest.mark.parametrize("name", ["01-border-build-up", "02-lithuania-deployment", "03-invasion-warning"])
def test_random_queries_find_the_same_in_the_parts_that_they_ask_for(name: str) -> None:
    document = sample(name)
    whole, random = orjson.loads(document.encoded), Random(name)  # noqa: S311 - repeatable cases
    read = found = 0
    for _ in range(1_000):
        tree = query(random)
        part = stored(document, fields_read(tree))
        if part is not None:
            match = evaluate(tree, part, now=NOON)
            assert match == evaluate(tree, whole, now=NOON), tree
            read += 1
            found += match is not None
    assert read > 500
    assert found > 50


def test_only_the_parts_are_read_that_hold_the_fields() -> None:
    document = sample("01-border-build-up")
    part = stored(document, fields_read(parse("quantities:{ unit:troops and low > 0 } and language:en")))
    whole = orjson.loads(document.encoded)
    assert part is not None
    assert part.keys() & {"text", "asserted", "signals"} == set()
    assert part["quantities"] == [
        {name: value for name, value in item.items() if name != "quote"} for item in whole["quantities"]
    ]
    assert {name: part[name] for name in ("id", "revision", "@timestamp", "fetched_at", "story", "source")} == {
        name: whole[name] for name in ("id", "revision", "@timestamp", "fetched_at", "story", "source")
    }


def test_a_document_off_a_topic_has_the_same_parts() -> None:
    document = sample("01-border-build-up")
    assert row(1, read_document(document.encoded)) == row(1, document)


@pytest.mark.parametrize("length", [0, 5, PACKED - 3, PACKED - 2, 10 * PACKED])
def test_a_long_part_is_compressed_and_read_back(length: int) -> None:
    document = sample("01-border-build-up").model_copy(update={"text": "x" * length})
    assert (stored(document, frozenset({"text"})) or {})["text"] == "x" * length
    assert len(row(1, document)["text"]) < PACKED


@pytest.mark.parametrize("text", ["quantities:{ quote:a }", "places.location:*", "places:{ location:* }"])
def test_what_the_parts_leave_out_needs_the_whole_document(text: str) -> None:
    assert parts_of(fields_read(parse(text)) | {"places.location"}) is None
