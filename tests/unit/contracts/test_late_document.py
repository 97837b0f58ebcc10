"""A document off a topic is the document that was published, whoever asks it for what, and however it was written."""

from collections.abc import Callable
from copy import deepcopy
from typing import Annotated, Any

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, Field, ValidationError

from services.contracts.document import Document
from services.contracts.errors import Reason, Rejected
from services.contracts.late_document import LateDocument, read_document
from services.contracts.plain_values import plain_reader
from services.contracts.topics import ENRICHED
from services.enrich.core.enrich import enrich
from services.query import evaluate, parse
from tests.articles import NOON, article

NEWS = (
    "Emmanuel Macron said in Warsaw that Russia had moved 110,000 troops and 300 tanks to the border with Ukraine. "
    "The Kremlin denied that it was planning an attack on Ukraine. Germany will send 350 soldiers to Lithuania, "
    "Olaf Scholz announced. At least 12 people were killed in a strike near Odesa."
)
RICH: Document = enrich(article(text=NEWS))
WRITTEN: dict[str, Any] = orjson.loads(RICH.encoded)
FIELDS = list(Document.model_fields)


def test_it_equals_what_was_published_both_ways() -> None:
    read = ENRICHED.decode(RICH.encoded)
    assert isinstance(read, LateDocument)
    assert read == RICH
    assert RICH == read  # noqa: SIM300  the other way round
    assert read != RICH.model_copy(update={"title": "another"})


@pytest.mark.parametrize("name", FIELDS)
def test_each_field_is_of_the_same_type(name: str) -> None:
    made, published = getattr(read_document(RICH.encoded), name), getattr(RICH, name)
    assert repr(made) == repr(published)


def test_it_is_written_as_it_came() -> None:
    read = read_document(RICH.encoded)
    assert read.encoded == RICH.encoded
    assert read.model_dump_json().encode() == RICH.encoded
    assert read.model_dump() == RICH.model_dump()


def test_a_changed_copy_is_written_as_changed() -> None:
    copy = read_document(RICH.encoded).model_copy(update={"title": "after"})
    assert copy == RICH.model_copy(update={"title": "after"})
    assert orjson.loads(copy.encoded) == WRITTEN | {"title": "after"}
    assert copy.values["title"] == "after"


def test_a_deep_copy_is_another_document_with_the_same_findings() -> None:
    assert deepcopy(read_document(RICH.encoded)) == RICH


def test_it_knows_no_names_that_a_document_does_not_know() -> None:
    with pytest.raises(AttributeError, match="nothing"):
        _ = read_document(RICH.encoded).nothing  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "query",
    [
        "asserted:troops",
        "denied:attack",
        "quantities:{ unit:troops and low >= 100000 and status:reported }",
        "signals:{ stance:denied }",
        "actors:{ type:person }",
        "places:{ location:* } or places.id:UKR",
        "not historic:true and escalation.score >= 0",
        '@timestamp <= "2022-02-07T12:00:00Z" and fetched_at > 2020',
        "dyads:{ source:RUS }",
    ],
)
def test_rules_hold_for_the_same_words_and_objects(query: str) -> None:
    tree = parse(query)
    match = evaluate(tree, RICH.values, now=NOON)
    assert match is not None
    assert evaluate(tree, read_document(RICH.encoded).values, now=NOON) == match


def places(value: Any, at: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to each value of a document, to the first two of each list."""
    found = [at] if at else []
    children = value.items() if isinstance(value, dict) else enumerate(value[:2]) if isinstance(value, list) else ()
    return found + [place for name, child in children for place in places(child, (*at, name))]


PLACES = places(WRITTEN)
MOMENTS = st.sampled_from(
    "2022-02-30T12:00:00.000Z 2022-02-07T12:00:00.0005Z 2022-02-07T12:00:00Z 2022-02-07T13:00:00.000+01:00 "
    "2022-02-07T12:00:00.000 0000-01-01T00:00:00.000Z 2022-02-07T24:00:00.000Z yesterday".split()
)
ODD: st.SearchStrategy[Any] = st.one_of(
    st.none(), st.booleans(), st.integers(-20, 20), st.sampled_from([101, 1e300, 0.5, 2.0, -0.0, 2**53 + 1]), MOMENTS,
    st.sampled_from(["", "5", "reported", "REPORTED", "a" * 64, "b" * 64 + "\n", "x" * 301, "naïve \u0000"]),
    st.just([]), st.just({}), st.just([None]), st.just({"lat": 91, "lon": 0}),
)  # fmt: skip


def put(document: dict[str, Any], place: tuple[Any, ...], change: Callable[[Any, Any], None]) -> bytes:
    """The JSON with one of its values changed."""
    changed = deepcopy(document)
    holder: Any = changed
    for name in place[:-1]:
        holder = holder[name]
    change(holder, place[-1])
    return orjson.dumps(changed)


def fate(read: Callable[[bytes], Document], raw: bytes) -> str:
    """The document in words, or why there is none."""
    try:
        document = read(raw)
    except ValidationError as refused:
        return str(refused)
    return "|".join(repr(getattr(document, name)) for name in FIELDS)


@given(st.sampled_from(PLACES), ODD)
def test_whatever_a_value_is_both_make_the_same_of_it_or_refuse_it_for_the_same_reason(
    place: tuple[Any, ...], odd: Any
) -> None:
    raw = put(WRITTEN, place, lambda holder, name: holder.__setitem__(name, odd))
    assert fate(read_document, raw) == fate(Document.model_validate_json, raw)


@given(st.sampled_from(PLACES))
def test_whatever_is_missing_both_make_the_same_of_it_or_refuse_it_for_the_same_reason(place: tuple[Any, ...]) -> None:
    raw = put(WRITTEN, place, lambda holder, name: holder.__delitem__(name))
    assert fate(read_document, raw) == fate(Document.model_validate_json, raw)


@pytest.mark.parametrize(
    "raw",
    [b"", b"null", b"[]", RICH.encoded[:-1], RICH.encoded + b" x", RICH.encoded.replace(b"Troops", b"Tr\xff", 1),
     RICH.encoded.replace(b"Troops", b"\\ud800", 1), RICH.encoded.replace(b'{"@', b'{"new":' + b"[" * 99_999 + b',"@')],
)  # fmt: skip
def test_what_is_no_document_is_rejected_with_the_reason_that_a_document_gives(raw: bytes) -> None:
    with pytest.raises(Rejected) as rejected:
        ENRICHED.decode(raw)
    assert rejected.value.reason is Reason.UNREADABLE
    assert rejected.value.detail == fate(Document.model_validate_json, raw)


def test_fields_of_a_newer_version_are_passed_over() -> None:
    assert read_document(orjson.dumps(WRITTEN | {"mood": {"grim": True}})) == RICH


class _Even(BaseModel):
    number: int = Field(multiple_of=2)


class _Opaque(BaseModel):
    number: complex


class _Short(BaseModel):
    words: Annotated[str, Field(min_length=2)]


@pytest.mark.parametrize("model", [_Even, _Opaque, _Short])
def test_a_model_with_rules_that_cannot_be_checked_is_refused_at_once(model: type[BaseModel]) -> None:
    with pytest.raises(TypeError, match="cannot check"):
        plain_reader(model)
