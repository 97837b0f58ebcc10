"""The number grammar, as tables: what is written, and what it means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import Op
from services.enrich.core.numbers import Kind, Number, find, find_numbers
from services.enrich.core.text import read


def numbers_in(content: str) -> list[Number]:
    return find_numbers(read(content))


def only(content: str) -> Number:
    found = numbers_in(content)
    assert len(found) == 1, found
    return found[0]


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("7,250 tents", 7250),
        ("7.250 tents", 7250),
        ("3,00,000 tents", 300_000),
        ("23,45,678.25 tents", 2_345_678.25),
        ("7'250 tents", 7250),
        ("31 000 tents", 31_000),
        ("2 450 000 tents", 2_450_000),
        ("6,50 euros", 6.5),
        ("7.250 km", 7.25),
        ("0.125 of it", 0.125),
        ("a rate of .75", 0.75),
        ("6.5k tents", 6500),
        ("3.4bn tents", 3.4e9),
        ("12M tents", 12e6),
        ("$4m", 4e6),
        ("9 lakh tents", 900_000),
        ("four crore tents", 4e7),
        ("minus 12 degrees", -12),
        ("-12 degrees", -12),
        ("5e3 tents", 5000),
        ("4.2x10^3 tents", 4200),
        ("2½ tents", 2.5),
        ("6 3/4 tents", 6.75),
        ("6-3/4 percent", 6.75),
        ("7x tents", 7),
        ("plus or minus 4 percent", 4),
    ],
)
def test_figures_are_read_with_any_grouping_and_suffix(written: str, value: float) -> None:
    assert only(written).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("written", "value"),
    [
        ("eighteen tents", 18),
        ("forty-three tents", 43),
        ("six hundred and twelve tents", 612),
        ("seven thousand and forty tents", 7040),
        ("four point six million tents", 4.6e6),
        ("half a million tents", 500_000),
        ("a quarter of a million tents", 250_000),
        ("three quarters of a million tents", 750_000),
        ("one and a half million tents", 1.5e6),
        ("two million and a half", 2.5e6),
        ("seven and a quarter", 7.25),
        ("half a dozen tents", 6),
        ("three dozen tents", 36),
        ("a hundred tents", 100),
        ("12 hundred tents", 1200),
        ("3 million tents", 3e6),
        ("a couple of hundred tents", 200),
        ("two fifths of them", 0.4),
        ("one-third of them", 1 / 3),
        ("one in five people", 0.2),
        ("three out of four", 0.75),
        ("1 in 3 tents", 1 / 3),
        ("one in eight of its staff", 0.125),
        ("one billion three hundred million tents", 1.3e9),
        ("two thousand million tents", 2e9),
        ("a quarter point", 0.25),
    ],
)
def test_words_are_composed_to_one_number(written: str, value: float) -> None:
    assert only(written).value == pytest.approx(value)


@pytest.mark.parametrize(
    ("written", "op", "low", "high"),
    [
        ("62 boats", Op.EQ, 62, 62),
        ("exactly 62 boats", Op.EQ, 62, 62),
        ("about 62 boats", Op.APPROX, 62, 62),
        ("some 62 boats", Op.APPROX, 62, 62),
        ("an estimated 62 boats", Op.APPROX, 62, 62),
        ("close to 62 boats", Op.APPROX, 62, 62),
        ("62 boats or so", Op.APPROX, 62, 62),
        ("at least 62 boats", Op.GE, 62, None),
        ("more than 62 boats", Op.GE, 62, None),
        ("at least another 62 boats", Op.GE, 62, None),
        ("more than an estimated 62 boats", Op.GE, 62, None),
        ("no fewer than 62 boats", Op.GE, 62, None),
        ("over $62", Op.GE, 62, None),
        (">62 boats", Op.GE, 62, None),
        ("62 or more boats", Op.GE, 62, None),
        ("62+ boats", Op.GE, 62, None),
        ("62 boats or more", Op.GE, 62, None),
        ("up to 62 boats", Op.LE, 0, 62),
        ("as many as 62 boats", Op.LE, 0, 62),
        ("no more than 62 boats", Op.LE, 0, 62),
        ("fewer than 62 boats", Op.LE, 0, 62),
        ("under 62 boats", Op.LE, 0, 62),
        ("62 boats at most", Op.LE, 0, 62),
        ("north of 62 boats", Op.GE, 62, None),
        ("over the age of 62", Op.GE, 62, None),
        ("62 and rising", Op.GE, 62, None),
        ("just shy of 62 boats", Op.LE, 0, 62),
        ("62 boats, tops", Op.EQ, 62, 62),
        ("62 tops", Op.LE, 0, 62),
        ("something like 62 boats", Op.APPROX, 62, 62),
        ("Scores were hurt", Op.VAGUE, 20, 99),
        ("dozens of boats", Op.VAGUE, 12, 99),
        ("tens of boats", Op.VAGUE, 10, 99),
        ("scores of boats", Op.VAGUE, 20, 99),
        ("hundreds of boats", Op.VAGUE, 100, 999),
        ("thousands of boats", Op.VAGUE, 1000, 9999),
        ("tens of thousands of boats", Op.VAGUE, 10_000, 99_999),
        ("hundreds of thousands of boats", Op.VAGUE, 100_000, 999_999),
        ("several hundred boats", Op.VAGUE, 300, 999),
    ],
)
def test_the_words_around_a_number_bound_it(written: str, op: Op, low: float, high: float | None) -> None:
    number = only(written)
    assert (number.op, number.low, number.high) == (op, low, high)


def test_a_vague_word_carries_its_lower_bound_as_value() -> None:
    assert only("tens of thousands of boats").value == 10_000


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("70-90 boats", 70, 90),
        ("70–90 boats", 70, 90),
        ("between 70 and 90 boats", 70, 90),
        ("between 20,000 and 35,000 boats", 20_000, 35_000),
        ("from 70 to 90 boats", 70, 90),
        ("from 90 to 70 boats", 70, 90),
        ("70 to 90 boats", 70, 90),
        ("two or three boats", 2, 3),
        ("2-4 million boats", 2e6, 4e6),
        ("six to seven thousand boats", 6000, 7000),
        ("$2 billion to $3 billion", 2e9, 3e9),
        ("3% to 8%", 3, 8),
        ("more than 30 and less than 50", 30, 50),
        ("between a quarter and a half of them", 0.25, 0.5),
        ("grew 3 to 5 percent", 3, 5),
        ("6k-9k boats", 6000, 9000),
    ],
)
def test_two_bounds_make_one_range_without_a_value(written: str, low: float, high: float) -> None:
    number = only(written)
    assert (number.op, number.value, number.low, number.high) == (Op.RANGE, None, low, high)


@pytest.mark.parametrize(
    "written",
    [
        "rose 88 cents to $81.20",
        "climbed 2.5 points to 310",
        "test scores rose 4 points to 61",
        "exports fell 6% to $3 billion",
        "more than 50 and less than 30",
        "either 5 or 9 boats",
        "7- or 9-metre boats",
    ],
)
def test_two_numbers_of_different_things_stay_two(written: str) -> None:
    assert [n.op == Op.RANGE for n in numbers_in(written)] == [False, False]


@pytest.mark.parametrize(
    ("written", "kinds"),
    [
        ("62 boats", [Kind.CARDINAL]),
        ("a 25-minute call", [Kind.DURATION]),
        ("within 36 hours", [Kind.DURATION]),
        ("62 km away", [Kind.DISTANCE]),
        ("62 tonnes of wheat", [Kind.MEASURE]),
        ("62 percent", [Kind.PERCENT]),
        ("62 per cent", [Kind.PERCENT]),
        ("€62 million", [Kind.MONEY]),
        ("62 million euros", [Kind.MONEY]),
        ("half of them", [Kind.FRACTION]),
        ("a 62-year-old farmer", [Kind.AGE]),
        ("the farmer, aged 62", [Kind.AGE]),
        ("Petra Novak, 62, said", [Kind.AGE]),
        ("on the 21st floor", [Kind.ORDINAL]),
        ("the third boat", [Kind.ORDINAL]),
        ("on 17 August", [Kind.DATE]),
        ("on August 17", [Kind.DATE]),
        ("on Aug. 17-19", [Kind.DATE, Kind.DATE]),
        ("on 17 August 2019", [Kind.DATE, Kind.YEAR]),
        ("2019-08-17", [Kind.DATE]),
        ("in 1987", [Kind.YEAR]),
        ("the 2024 elections", [Kind.YEAR]),
        ("in the 1970s", [Kind.YEAR]),
        ("at 18:30", [Kind.TIME]),
        ("at 7 a.m.", [Kind.TIME]),
        ("at 0415 local", [Kind.TIME]),
        ("call +31 20 555 0199", [Kind.PHONE]),
        ("call 555-0142", [Kind.PHONE]),
        ("call 0800 555 0142", [Kind.PHONE]),
        ("6ft 4in tall", [Kind.DISTANCE, Kind.DISTANCE]),
        ("on runway 18", [Kind.NAME]),
        ("won 4-1 at home", [Kind.SCORE, Kind.SCORE]),
        ("Resolution 2118", [Kind.SECTION]),
        ("Article 9", [Kind.SECTION]),
        ("a T-90 and an F-35", [Kind.NAME, Kind.NAME]),
        ("a Boeing 747 jet", [Kind.NAME]),
        ("Flight 812", [Kind.NAME]),
        ("62 Mill Lane Road", [Kind.NAME]),
        ("no one came", [Kind.PRONOUN]),
    ],
)
def test_what_only_looks_like_a_count_is_recognised_as_what_it_is(written: str, kinds: list[Kind]) -> None:
    assert [n.kind for n in numbers_in(written)] == kinds


def test_a_plain_number_of_people_is_no_year() -> None:
    assert [only(text).kind for text in ("2000 people left", "some 1950 were hurt")] == [Kind.CARDINAL] * 2


def test_the_items_of_a_list_share_the_bound_before_the_first() -> None:
    numbers = numbers_in("up to 800 boats, 60 Greek ferries and 5 tankers")
    assert [(n.op, n.low, n.high) for n in numbers] == [(Op.LE, 0, 800), (Op.LE, 0, 60), (Op.LE, 0, 5)]


def test_a_bound_ends_with_its_own_statement() -> None:
    numbers = numbers_in("at least 34 farmers dead and 12 missing")
    assert [n.op for n in numbers] == [Op.GE, Op.EQ]


@pytest.mark.parametrize(
    ("written", "whole", "numeral", "unit"),
    [
        ("They saw at least 62 fishing boats in port.", "at least 62", "62", "fishing boats"),
        ("A 90-strong crew.", "90", "90", "strong crew"),
        ("tens of thousands of small boats sank", "tens of thousands", "tens of thousands", "small boats sank"),
        ("about $62, he said", "about $62", "62", ""),
    ],
)
def test_spans_hold_the_number_its_numeral_and_its_unit(written: str, whole: str, numeral: str, unit: str) -> None:
    n = numbers_in(written)[0]
    assert written[n.start : n.end] == whole
    assert written[n.numeral_start : n.numeral_end] == numeral
    assert written[n.unit_start : n.unit_end] == unit


def test_capitals_change_nothing() -> None:
    assert only("AT LEAST TWO DOZEN BOATS") == only("at least two dozen boats")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "9" * 5000,
        "1.2.3.4.5",
        "the only one",
        "(",
        "a thousand " * 400,
        "1/0",
        "½" * 50,
        "5/2019:30",
        "½:3",
        "3'5:1",
    ],
)
def test_no_text_is_too_strange(text: str) -> None:
    numbers_in(text)


@pytest.mark.parametrize("written", ["forty_boats", "forty5 boats", "x_forty boats"])
def test_a_number_word_inside_an_identifier_is_none(written: str) -> None:
    assert 40 not in [n.value for n in numbers_in(written)]


def test_a_table_of_figures_is_cut_at_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(find, "MAX_NUMBERS", 40)
    assert len(numbers_in("17 boats, " * 45)) == 40


_WORDS = st.sampled_from(
    "at least up to between and or 5 12,500 3.5 million hundred half a dozen of tens thousands point minus third "
    "- / : % $ May "
    "2019 km years-old one in twenty \n ( ) , . ½ +44 7th İ".split(" ")
)


@given(st.one_of(st.text(), st.lists(_WORDS).map(" ".join), st.lists(_WORDS).map("".join)))
def test_any_text_gives_ordered_separate_numbers_with_valid_spans_and_bounds(text: str) -> None:
    numbers = numbers_in(text)
    assert numbers_in(text) == numbers
    reached = 0
    for n in numbers:
        assert 0 <= n.start <= n.numeral_start < n.numeral_end <= n.end <= len(text) or n.op == Op.RANGE
        assert n.numeral_start >= reached
        assert n.numeral_end <= n.unit_start <= n.unit_end <= len(text)
        assert (n.value is None) == (n.op == Op.RANGE)
        assert n.high is None or n.low <= n.high
        reached = n.numeral_end
