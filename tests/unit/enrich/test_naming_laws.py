"""Laws of the finder that hold for any text, and bounds of its work on hostile ones."""

from datetime import date
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.enrich.core.mentions import ActorMention, PlaceMention
from services.enrich.core.naming import NameFinder, find_mentions
from services.enrich.core.places.gazetteer import load
from services.enrich.core.roster.files import load_roster
from services.enrich.core.text import read
from tests.unit.enrich.work import work

_DAY = date(2022, 2, 7)
_NAMES = st.sampled_from(
    "Moscow Russia's Kyiv Putin Macron president of the Paris , Texas and said . ( ) — : \n President Foreign Minister "
    "N.C. US NATO KREMLIN Kim Jong Un George Washington Ms. São İstanbul 7 Xi-an's ’ St. Louis de al-".split(" ")
)
_TEXTS = st.one_of(st.text(max_size=300), st.lists(_NAMES, max_size=60).map(" ".join))


@settings(max_examples=300, deadline=None)
@given(_TEXTS)
def test_any_text_is_read_and_every_mention_lies_within_its_tokens(content: str) -> None:
    text = read(content)
    actors, places = find_mentions(text, _DAY)
    mentions: list[ActorMention | PlaceMention] = [*actors, *places]
    for mention in mentions:
        assert 0 <= mention.first < mention.last <= len(text.words)
        assert text.starts[mention.first] == mention.start < mention.end <= text.ends[mention.last - 1]
        assert mention.sentence == text.sentence_at(mention.start)
        assert content[mention.start : mention.end].strip() == content[mention.start : mention.end]


@settings(max_examples=50, deadline=None)
@given(_TEXTS)
def test_the_same_text_gives_the_same_mentions(content: str) -> None:
    fresh = _fresh_finder()
    assert find_mentions(read(content), _DAY, fresh) == find_mentions(read(content), _DAY)


_FRESH: list[NameFinder] = []


def _fresh_finder() -> NameFinder:
    if not _FRESH:
        _FRESH.append(NameFinder(load_roster(), load()))
    return _FRESH[0]


@settings(max_examples=100, deadline=None)
@given(_TEXTS)
def test_mentions_come_in_order_and_places_do_not_overlap(content: str) -> None:
    actors, places = find_mentions(read(content), _DAY)
    assert [a.start for a in actors] == sorted(a.start for a in actors)
    assert all(a.last <= b.first for a, b in pairwise(places))


_PROSE = (
    "Russian officials said on Monday that President Vladimir Putin had met Emmanuel Macron in Moscow. The "
    "talks went on for five hours, and the French president told reporters that Ukraine would be asked for its "
    "view. Troops near the border with Belarus stayed where they were, people in Kharkiv said, while ministers "
    "from Germany came together. "
)
_SIZE = 40_000


def _calls(unit: str, size: int = _SIZE) -> int:
    """Calls made for a text of `size` code points that repeats `unit`."""
    text = read((unit * (size // len(unit) + 1))[:size])
    find_mentions(text, _DAY)
    return work(lambda: find_mentions(text, _DAY))


@pytest.mark.parametrize(
    "unit", ["A", "ABC ", "([", "7", "Mos\u200bcow ", "\u200b", "É", "İ", "President ", "\n", "'s "]
)
def test_hostile_text_costs_at_most_five_times_prose(unit: str) -> None:
    assert _calls(unit) < 5 * _calls(_PROSE)


@pytest.mark.parametrize(
    "unit", ["Oxford ", "San ", "Paris, ", "Paris and ", "Kyiv, \n", "the president of France ", _PROSE]
)
def test_the_work_grows_no_faster_than_the_text(unit: str) -> None:
    assert _calls(unit, 160_000) < 4 * 1.2 * _calls(unit, 40_000) + 100
