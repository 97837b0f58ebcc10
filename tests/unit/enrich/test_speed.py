"""What no text may do to the speed of the extractor: grow faster than its length, or cost much more than prose."""

from time import process_time

import pytest

from bench.extractors import article
from bench.hostile import hostile_texts
from bench.prose import text as prose
from services.enrich.core.enrich import enrich

_SIZE = 40_000
_MOST_TIMES_PROSE = 5


def _seconds(text: str) -> float:
    """CPU seconds of the fastest of three readings."""
    read = article(text)
    best = float("inf")
    for _ in range(3):
        begun = process_time()
        enrich(read)
        best = min(best, process_time() - begun)
    return best


@pytest.fixture(scope="module")
def seconds_of_prose() -> float:
    return _seconds(prose(1, _SIZE))


@pytest.mark.parametrize(
    "text",
    [
        *(pytest.param(text, id=name) for name, text in hostile_texts(_SIZE)),
        *(
            pytest.param((unit * _SIZE)[:_SIZE], id=repr(unit))
            for unit in ("A", "7", "\n", "'s ", "İ", "Mos\u200bcow ", "Oxford ", "San ", "President ", "China, ")
        ),
    ],
)
def test_a_hostile_text_costs_at_most_five_times_prose(text: str, seconds_of_prose: float) -> None:
    assert _seconds(text) < _MOST_TIMES_PROSE * seconds_of_prose


def test_a_text_that_names_china_in_every_paragraph_costs_no_more_for_its_length(seconds_of_prose: float) -> None:
    assert _seconds(prose(1, 8 * _SIZE)) < 8 * 1.8 * seconds_of_prose
