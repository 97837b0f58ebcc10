"""Tokens and sentences."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.enrich.core.text import MAX_SENTENCE_TOKENS, read


def sentences(content: str) -> list[str]:
    return [content[s.start : s.end] for s in read(content).sentences]


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("He left. She stayed.", ["He left.", "She stayed."]),
        ("Mr. Weber met Gen. Ito. They talked.", ["Mr. Weber met Gen. Ito.", "They talked."]),
        ("The U.S. Navy sailed.", ["The U.S. Navy sailed."]),
        ("They met in the U.S. The talks failed.", ["They met in the U.S.", "The talks failed."]),
        ('"Leave!" she said. They left.', ['"Leave!" she said.', "They left."]),
        ('He said "No." They left.', ['He said "No."', "They left."]),
        ("We … wait. See example.com today.", ["We … wait.", "See example.com today."]),
        ("Troops gather\nThe army moved.", ["Troops gather", "The army moved."]),
        ("About 3.5 million fled.", ["About 3.5 million fled."]),
        ("", []),
        (" \n\t\n", []),
    ],
)
def test_sentences_end_at_end_signs_and_line_feeds_only(content: str, expected: list[str]) -> None:
    assert sentences(content) == expected


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Russia’s 4,600 men", ["russia's", "4,600", "men"]),
        ("the U.S.-led 2.5m force", ["the", "u.s.", "-", "led", "2.5m", "force"]),
        ("don't", ["don't"]),
    ],
)
def test_words_numbers_and_signs_are_tokens(content: str, expected: list[str]) -> None:
    assert read(content).words == expected


@given(st.text())
def test_sentences_partition_the_tokens_of_any_text(content: str) -> None:
    text = read(content)
    assert [i for s in text.sentences for i in range(s.first, s.last)] == list(range(len(text.words)))
    assert [content[start:end] for start, end in zip(text.starts, text.ends, strict=True)] == text.spelled
    assert [s.number for s in text.sentences] == list(range(len(text.sentences)))


def test_a_run_without_full_stops_is_cut() -> None:
    text = read("word " * 10_000)
    assert max(s.last - s.first for s in text.sentences) <= MAX_SENTENCE_TOKENS


@pytest.mark.parametrize(("offset", "number"), [(0, 0), (8, 0), (9, 1), (99, 1)])
def test_an_offset_belongs_to_the_sentence_that_holds_it_or_ends_before_it(offset: int, number: int) -> None:
    assert read("He left. She stayed.").sentence_at(offset) == number


_PIECES = st.sampled_from(["U.S.", "don't", "Σ.", "ΑΣ", "Σ’s", "İ", "4,600", "a\nb", "\t", "\u3000", "", "-", "x" * 30])


@given(st.one_of(st.text(max_size=100), st.lists(_PIECES, max_size=30).map(" ".join)))
def test_what_stands_between_spaces_is_read_as_it_is_alone(content: str) -> None:
    text = read(content)
    alone = [read(chunk) for chunk in content.split(" ")]
    assert text.spelled == [token for chunk in alone for token in chunk.spelled]
    assert text.words == [word for chunk in alone for word in chunk.words]
    assert [content[start:end] for start, end in zip(text.starts, text.ends, strict=True)] == text.spelled
