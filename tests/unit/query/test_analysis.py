"""Text becomes tokens as the index makes them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.query.analysis import lower, occurrences, tokens, words


@pytest.mark.parametrize(
    ("text", "terms"),
    [
        ("", []),
        ("... — _ 😀", []),
        ("Kyiv's 190,000 troops", ["kyiv", "s", "190", "000", "troops"]),
        ("snake_case a.b a:b C++", ["snake", "case", "a", "b", "a", "b", "c"]),
        ("Été e\u0301te\u0301", ["été", "e\u0301te\u0301"]),
        ("İSTANBUL ΣΊΣΥΦΟΣ", ["istanbul", "σίσυφοσ"]),
        ("日本語 हिन्दी ½ ٣", ["日本語", "हिन्दी", "½", "٣"]),
    ],
)
def test_tokens_are_runs_of_letters_digits_and_marks_in_lower_case(text: str, terms: list[str]) -> None:
    assert words(text) == terms


def test_a_token_over_255_units_is_dropped_and_keeps_its_position() -> None:
    text = f"a {'b' * 255} {'c' * 256} {'𐐀' * 128} d"
    assert [(t.term[:1], t.position) for t in tokens(text)] == [("a", 0), ("b", 1), ("d", 4)]
    assert [w[:1] for w in words(text)] == ["a", "b", "", "", "d"]


@given(st.text() | st.text(st.characters(max_codepoint=127)))
def test_any_text_gives_tokens_that_are_slices_of_it(text: str) -> None:
    found = list(tokens(text))
    assert all(t.term == lower(text[t.start : t.end]) for t in found)
    assert [t.term for t in found] == [w for w in words(text) if w]
    for term in {t.term for t in found}:
        assert occurrences(lower(text), term) == [(t.start, t.end) for t in found if t.term == term]


@given(st.characters(exclude_categories=["Cs"]))
def test_lower_case_keeps_the_number_of_code_points(letter: str) -> None:
    assert len(lower(f"a{letter}A{letter}")) == 4
