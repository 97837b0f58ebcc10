"""What an alert quotes: each hit once, in its clause, and who denies it."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.alert.core.evidence import MAX_EVIDENCE, Proof, prove
from services.contracts.alert import AlertEvidence
from services.contracts.document import MAX_QUOTE, Document
from services.contracts.vocabulary import ASSERTED, DENIED, Stance
from services.query import evaluate, parse
from tests.articles import NOON, document
from tests.subscriptions import news, troops

Part = tuple[str, str] | tuple[str, str, str]


def article(*parts: Part, title: str = "", **changes: Any) -> Document:
    """Sentences of one clause each: (text, stance, speaker)."""
    text = " ".join(part[0] for part in parts)
    start = len(title) + 1 if title else 0
    clauses: list[dict[str, Any]] = []
    for number, (words, stance, *speaker) in enumerate(parts):
        end = start + len(words)
        said = {"stance": stance, "speaker": speaker[0] if speaker else None}
        clauses.append({"start": start, "end": end, "sentence": number} | said)
        start = end + 1
    made = document("a", title=title, text=text, clauses=clauses, **changes)
    asserted = tuple(made.content[c.start : c.end] for c in made.clauses if c.stance in ASSERTED)
    denied = tuple(made.content[c.start : c.end] for c in made.clauses if c.stance in DENIED)
    return made.model_copy(update={"asserted": asserted, "denied": denied})


def hits(made: Document, *found: tuple[str, str, str]) -> Document:
    """With keyword hits: (term, topic, stance), each at its first place after the one before."""
    keywords, at = [], 0
    for term, topic, stance in found:
        at = made.content.index(term, at)
        sentence = next(c.sentence for c in made.clauses if c.start <= at < c.end)
        place = {"quote": term, "start": at, "end": at + len(term), "sentence": sentence}
        keywords.append(place | {"term": term, "topic": topic, "stance": stance})
        at += len(term)
    return Document.model_validate(made.model_dump() | {"keywords": keywords})


def proof(query: str, made: Document) -> Proof:
    match = evaluate(parse(query), made.model_dump(mode="json"), now=NOON)
    assert match is not None
    return prove(made, match.hits)


def quotes(query: str, made: Document) -> list[str]:
    return [quote.quote for quote in proof(query, made).evidence]


WAR = article(
    ("Leaders fear an invasion.", "predicted"),
    ("Russia denied plans to invade.", "denied", "RUS"),
    ("The market fell.", "reported"),
    ("An invasion would be costly, and an invasion is near.", "hypothetical"),
    title="Talks fail",
)
HITS = hits(
    WAR,
    ("invasion", "invasion", "predicted"),
    ("invade", "invasion", "denied"),
    ("invasion", "invasion", "hypothetical"),
    ("invasion", "invasion", "hypothetical"),
)


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("asserted:invasion", ["Leaders fear an invasion.", "Russia denied plans to invade."]),
        (
            "keywords:{ term:invasion and stance:predicted }",
            ["Leaders fear an invasion.", "Russia denied plans to invade."],
        ),
        ("market", ["The market fell."]),
        ("title:talks", ["Talks fail"]),
        ('"plans to invade"', ["Russia denied plans to invade."]),
        ("language:en", ["Talks fail"]),
        ("*:*", ["Talks fail"]),
    ],
)
def test_a_match_quotes_the_clauses_that_hold_it(query: str, expected: list[str]) -> None:
    assert quotes(query, HITS) == expected


def test_each_mention_is_one_quote_even_in_one_clause() -> None:
    evidence = proof("invasion", HITS).evidence
    assert [q.finding["start"] for q in evidence if not q.denial] == sorted(
        k.start for k in HITS.keywords if k.term == "invasion"
    )


def test_a_denial_of_the_same_topic_is_carried_with_its_speaker_last() -> None:
    *for_it, against = proof("asserted:invasion", HITS).evidence
    assert [quote.denial for quote in for_it] == [False]
    assert (against.denial, against.stance, against.speaker, against.clause) == (True, Stance.DENIED, "RUS", "")


def test_a_denied_clause_with_the_same_word_is_carried_though_no_list_foresaw_the_word() -> None:
    made = article(("A blockade began.", "reported"), ("Officials denied any blockade.", "denied", "USA"))
    *_, against = proof("asserted:blockade", made).evidence
    assert (against.quote, against.denial, against.speaker) == ("Officials denied any blockade.", True, "USA")


def test_a_denied_mention_that_the_query_itself_finds_speaks_against_the_others() -> None:
    evidence = proof("keywords:{ topic:invasion }", HITS).evidence
    assert [(q.finding["term"], q.denial) for q in evidence] == [("invasion", False)] * 3 + [("invade", True)]


def test_a_rule_on_denials_has_them_as_its_proof() -> None:
    (quote,) = proof("denied:invade", HITS).evidence
    assert (quote.denial, quote.clause, quote.stance) == (False, "denied:invade", Stance.DENIED)


def test_a_number_comes_with_what_was_read_and_the_clauses_that_it_satisfied() -> None:
    (quote,) = proof("quantities:{ unit:troops and low >= 5 }", troops("a", 7)).evidence
    assert (quote.field, quote.clause) == ("quantities", "unit:troops and low >= 5")
    assert {"low": 7.0, "who": "RUS", "unit": "troops", "quote": "7 troops"}.items() <= quote.finding.items()


def test_a_flat_field_quotes_the_findings_beside_it() -> None:
    made = troops("a", 7, 9).model_copy(update={"troops_reported_max": 9.0})
    (quote,) = proof("troops_reported_max >= 8", made).evidence
    assert (quote.field, quote.finding["quote"]) == ("quantities", "9 troops")


def test_a_long_clause_is_cut_around_the_hit() -> None:
    made = news("a", "word " * 200 + "invasion " + "word " * 200)
    (quote,) = proof("invasion", made).evidence
    assert "invasion" in quote.quote
    assert len(quote.quote) <= MAX_QUOTE
    assert quote.quote.startswith("word")
    assert quote.quote.endswith("word")


def test_evidence_is_bounded_and_says_what_it_left_out() -> None:
    made = article(*[(f"An invasion {n}.", "reported") for n in range(300)], ("No invasion.", "negated"))
    made = hits(made, *[("invasion", "invasion", "reported")] * 300, ("invasion", "invasion", "negated"))
    found = proof("keywords:{ term:invasion }", made)
    assert (len(found.evidence), found.omitted) == (MAX_EVIDENCE, 101)
    assert found.evidence[-1].denial


@settings(max_examples=200, deadline=None)
@given(
    sentences=st.lists(
        st.tuples(
            st.text("ab \n.\U0001f600é", min_size=0, max_size=400).map(lambda t: t + " invasion "),
            st.sampled_from([s.value for s in Stance]),
        ),
        min_size=1,
        max_size=5,
    ),
    title=st.sampled_from(["", "Title of an invasion"]),
    query=st.sampled_from(["invasion", "text:invasion", "not siege", "asserted:invasion or denied:invasion or a or b"]),
)
def test_every_quote_is_exact_and_short(sentences: list[tuple[str, str]], title: str, query: str) -> None:
    made = article(*sentences, title=title)
    match = evaluate(parse(query), made.model_dump(mode="json"), now=NOON)
    if match is None:
        return
    found = prove(made, match.hits).evidence
    assert found
    for quote in found:
        assert isinstance(quote, AlertEvidence)
        assert made.content[quote.start : quote.end] == quote.quote
        assert 0 < len(quote.quote) <= MAX_QUOTE
