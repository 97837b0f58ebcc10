"""What no text may ask of the extractor: work that grows faster than its length, or much more than prose."""

import pytest

from bench.extractors import article
from bench.hostile import hostile_texts
from bench.prose import text as prose
from services.enrich.core.enrich import enrich
from tests.unit.enrich.work import work

_SIZE = 20_000
_MOST_TIMES_PROSE = 5


def _calls(text: str) -> int:
    """Calls made for one reading, everything that is kept between texts known already."""
    read = article(text)
    enrich(read)
    return work(lambda: enrich(read))


@pytest.fixture(scope="module")
def calls_of_prose() -> int:
    return _calls(prose(1, _SIZE))


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
def test_a_hostile_text_costs_at_most_five_times_prose(text: str, calls_of_prose: int) -> None:
    assert _calls(text) < _MOST_TIMES_PROSE * calls_of_prose


def test_a_text_that_names_china_in_every_paragraph_costs_no_more_for_its_length(calls_of_prose: int) -> None:
    assert _calls(prose(1, 8 * _SIZE)) < 8 * 1.2 * calls_of_prose
