"""What words may take part in, and mentions in order."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.vocabulary import ActorType, Found
from services.enrich.core.keywords import load_watch_list
from services.enrich.core.mentions import IN_ORDER, ActorMention, by_sentence, merged
from services.enrich.core.word_masks import FINITE, PAST, PRONOUN, SAYS, YEAR, Marks, WordMasks


@pytest.mark.parametrize(
    ("word", "bits"),
    [("moved", FINITE | PAST), ("hundred", PAST), ("1999", YEAR), ("3999", 0), ("199", 0), ("zorvan", 0)],
)
def test_a_word_of_no_lexicon_is_known_by_its_form(word: str, bits: int) -> None:
    assert WordMasks().of([word]) == [bits, 0]


def test_a_word_takes_part_in_every_lexicon_that_lists_it() -> None:
    masks = WordMasks()
    masks.add(SAYS, ["said"])
    masks.add(FINITE, ["said", "went"])
    assert masks.of(["said", "went"]) == [SAYS | FINITE, FINITE, 0]


def test_a_word_that_was_read_before_its_lexicon_was_loaded_takes_part_in_it() -> None:
    masks = WordMasks()
    masks.of(["thou", "moved"])
    masks.add(PRONOUN, ["thou", "moved"])
    assert masks.of(["thou", "moved"]) == [PRONOUN, FINITE | PAST | PRONOUN, 0]


@pytest.mark.parametrize(
    ("words", "watched"),
    [
        ("a quiltek was seen", [1]),
        ("the mebbin zorvan left", [1]),
        ("the mebbin left", []),
        ("zorvan mebbin", []),
        ("mebbin", []),
    ],
)
def test_a_longer_phrase_may_begin_only_where_its_second_word_follows(words: str, watched: list[int]) -> None:
    load_watch_list('[[term]]\nterm = "quiltek"\n[[term]]\nterm = "mebbin zorvan"\n')
    assert Marks(words.split()).watched == watched


def _mention(start: int, length: int, id: str) -> ActorMention:
    return ActorMention(
        start, start + length, start, start + 1, start // 5, id, id, ActorType.STATE, None, None, Found.EXACT
    )


_MENTIONS = st.lists(st.builds(_mention, st.integers(0, 20), st.integers(1, 3), st.sampled_from("abc"))).map(
    lambda mentions: sorted(mentions, key=lambda mention: mention.start)
)


@given(_MENTIONS, _MENTIONS)
def test_two_lists_in_order_of_appearance_merge_as_sorting_would(
    mentions: list[ActorMention], others: list[ActorMention]
) -> None:
    expected = sorted([*mentions, *others], key=IN_ORDER) if others else mentions
    assert list(map(id, merged(mentions, others))) == list(map(id, expected))


@given(_MENTIONS)
def test_every_mention_is_in_its_sentence_in_order(mentions: list[ActorMention]) -> None:
    found = by_sentence(mentions, 5)
    assert [mention for sentence in found for mention in sentence] == mentions
    assert all(mention.sentence == number for number, sentence in enumerate(found) for mention in sentence)
