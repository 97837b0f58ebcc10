"""A document always fits into its topic, and says when it had to lose something for that."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.article import MAX_TEXT_BYTES
from services.contracts.document import MAX_FINDINGS, MAX_QUOTE, Clause, Document, Signal
from services.contracts.topics import ENRICHED, MAX_MESSAGE_BYTES
from services.contracts.vocabulary import ASSERTED, DENIED, Event, Stance
from services.enrich.core.fit import fit
from tests.articles import document


def signals(count: int) -> tuple[Signal, ...]:
    return tuple(
        Signal(quote="é" * MAX_QUOTE, start=n, end=n + MAX_QUOTE, sentence=n, event=Event.ASSAULT, weight=-10)
        for n in range(count)
    )


def size(document: Document) -> int:
    return len(document.model_dump_json().encode())


def test_a_document_that_fits_is_left_as_it_is() -> None:
    small = document(signals=signals(10))
    assert fit(small, MAX_MESSAGE_BYTES) is small


def test_a_document_that_does_not_fit_keeps_the_first_findings_and_all_of_its_text() -> None:
    large = document(signals=signals(MAX_FINDINGS), text="x" * 50_000)
    cut = fit(large, 150_000)
    assert size(cut) <= 150_000
    assert cut.truncated
    assert cut.text == large.text
    assert 0 < len(cut.signals) < MAX_FINDINGS
    assert cut.signals == large.signals[: len(cut.signals)]


@pytest.mark.parametrize("letter", ["x", "é", "\n", '"'])
def test_the_largest_article_with_the_most_findings_fits_into_the_topic(letter: str) -> None:
    text = letter * (MAX_TEXT_BYTES // len(letter.encode()))
    clauses = tuple(Clause(start=n, end=n + 2, sentence=n, stance=Stance.REPORTED) for n in range(100_000))
    findings = signals(MAX_FINDINGS)
    largest = document(text=text, title=letter * 1_000, asserted=(text,), signals=findings, clauses=clauses)
    encoded = ENRICHED.encode(fit(largest, MAX_MESSAGE_BYTES))
    assert ENRICHED.decode(encoded).text == text


def test_the_texts_of_clauses_are_cut_with_their_clauses() -> None:
    stances = [Stance.REPORTED, Stance.DENIED, Stance.HYPOTHETICAL, Stance.PLANNED] * 2_000
    clauses = tuple(Clause(start=n, end=n + 1, sentence=n, stance=stance) for n, stance in enumerate(stances))
    asserted = tuple(f"asserted {n}" for n, stance in enumerate(stances) if stance in ASSERTED)
    denied = tuple(f"denied {n}" for n, stance in enumerate(stances) if stance in DENIED)
    made = document(clauses=clauses, asserted=asserted, denied=denied)
    cut = fit(made, size(made) // 2)
    assert 0 < len(cut.clauses) < len(clauses)
    assert len(cut.asserted) == sum(clause.stance in ASSERTED for clause in cut.clauses)
    assert len(cut.denied) == sum(clause.stance in DENIED for clause in cut.clauses)
    assert asserted[: len(cut.asserted)] == cut.asserted


@settings(max_examples=30, deadline=None)
@given(st.integers(0, MAX_FINDINGS), st.integers(20_000, 400_000))
def test_the_result_always_fits_and_is_cut_only_when_it_must_be(count: int, limit: int) -> None:
    made = document(signals=signals(count))
    cut = fit(made, limit)
    assert size(cut) <= limit
    assert cut.truncated == (size(made) > limit)
