"""Characters and white space."""

import sys
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.ingest.core.clean import MAX_TITLE, clean_line, clean_text, is_binary

WRAPPED = """The minister told reporters in the capital late on Monday that Vladimir
Putin had moved more than 40,000 soldiers to the west of the country.
He called the move a threat to all neighbours, and he asked that NATO
answer it.

A second paragraph starts here."""


@pytest.mark.parametrize(
    ("written", "cleaned"),
    [
        ("cafe\u0301", "café"),
        ("mis\u00adsile\u200b strike\ufeff", "missile strike"),
        ("a\u0000b\u0007c", "abc"),
        ("\u202eevil\u202c", "evil"),
        ("می\u200cخواهم", "می\u200cخواهم"),
        ("a\u200cb", "ab"),
        ("tabs\tand\u00a0no-break\u2003spaces", "tabs and no-break spaces"),
        ("one.\r\ntwo.\rthree.\u2028four.", "one.\ntwo.\nthree.\nfour."),
        ("one.\n\n \n\t\n\ntwo.", "one.\n\ntwo."),
        ("\n\n  padded  \n\n", "padded"),
        ("troops are\nnear the border", "troops are near the border"),
        ("A headline\nA paragraph under it.", "A headline\nA paragraph under it."),
        ("", ""),
        (" \u200b\n\x00", ""),
    ],
)
def test_a_text_keeps_its_words_and_paragraphs_only(written: str, cleaned: str) -> None:
    assert clean_text(written) == cleaned


def test_lines_that_were_wrapped_at_a_margin_are_joined_up_to_the_end_of_their_sentence() -> None:
    assert clean_text(WRAPPED) == (
        "The minister told reporters in the capital late on Monday that Vladimir Putin had moved more than 40,000 "
        "soldiers to the west of the country.\n"
        "He called the move a threat to all neighbours, and he asked that NATO answer it.\n\n"
        "A second paragraph starts here."
    )


def test_a_list_of_names_is_no_wrapped_text() -> None:
    names = "\n".join(["Emmanuel Macron, President of the French Republic", "Olaf Scholz, Chancellor", "Joe Biden"])
    assert clean_text(names) == names


@given(st.text())
def test_any_text_becomes_composed_and_visible(text: str) -> None:
    cleaned = clean_text(text)
    assert unicodedata.is_normalized("NFC", cleaned)
    assert cleaned == cleaned.strip()
    assert "\n\n\n" not in cleaned
    assert not {unicodedata.category(c) for c in cleaned.replace("\n", "")} & {"Cs", "Cc"}
    cleaned.encode()


@given(st.text())
def test_any_title_becomes_one_bounded_line(text: str) -> None:
    line = clean_line(text)
    assert len(line.splitlines()) <= 1
    assert len(line) <= MAX_TITLE
    assert clean_line(line) == line


def test_a_long_title_is_cut_after_a_word() -> None:
    assert clean_line("word " * 200, limit=12) == "word word…"


@pytest.mark.parametrize(
    ("text", "binary"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00\x00\rIHDR\x00\x00\x01\x00".decode("latin-1"), True),
        ("Путин приехал".encode("cp1251").decode("utf-8", "replace"), True),
        ("Troops".encode("utf-16-le").decode(), True),
        ("Le président a déclaré à la presse".replace("é", "\ufffd"), False),
        ("Officials said\x0c110,000 troops", False),
        ("", False),
    ],
)
def test_binary_is_told_from_damaged_text(text: str, binary: bool) -> None:
    assert is_binary(text) is binary


def test_no_printable_character_needs_to_be_looked_for() -> None:
    """What is plain is not searched; something invisible at its end has all of it searched, and changes no more."""
    printable = " ".join(filter(str.isprintable, map(chr, range(sys.maxunicode + 1))))
    assert clean_text(printable + "\u200b") == clean_text(printable)


def test_an_odd_blank_in_one_line_leaves_the_others_as_they_are() -> None:
    assert clean_text("One.\nTwo\u00a0three.  Four.\n Five.") == "One.\nTwo three. Four.\nFive."
