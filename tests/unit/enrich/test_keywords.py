"""Terms of the watch list."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.document import KeywordHit
from services.enrich.core.clauses import find_clauses
from services.enrich.core.keywords import WatchList, find_keywords, load_watch_list
from services.enrich.core.lexicon_file import LexiconError
from services.enrich.core.text import read
from services.enrich.core.word_masks import Marks

DEFAULT = load_watch_list()


def hits(content: str, watch_list: WatchList = DEFAULT) -> list[KeywordHit]:
    text = read(content)
    marks = Marks(text.words)
    return find_keywords(text, marks, find_clauses(text, marks, [], []), watch_list)


@pytest.mark.parametrize(
    ("content", "term"),
    [
        ("The invasion began.", "invasion"),
        ("They invaded at dawn.", "invade"),
        ("An attack on the port.", "attack"),
        ("They attacked the port.", "attack"),
        ("Two air strikes hit it.", "airstrike"),
        ("It blockades the strait.", "blockade"),
        ("Residents fled.", "refugees"),
    ],
)
def test_inflections_count_as_their_term(content: str, term: str) -> None:
    assert [hit.term for hit in hits(content)] == [term]


def test_invasion_invade_and_attack_share_a_topic() -> None:
    found = hits("They feared an invasion. They invaded. They attacked.")
    assert {hit.topic for hit in found} == {"invasion"}


@pytest.mark.parametrize("content", ["The invasiveness of it.", "He had a heart attack.", "A coup de grace.", "Warm."])
def test_only_whole_words_of_the_meant_sense_count(content: str) -> None:
    assert hits(content) == []


def test_a_hit_has_the_stance_of_its_clause_and_its_own_words_as_quote() -> None:
    content = "Ruritania insisted on not having a plan to attack and instead filed a complaint."
    [hit] = hits(content)
    assert (hit.term, hit.stance) == ("attack", "denied")
    assert hit.quote == "attack" == content[hit.start : hit.end]


@pytest.mark.parametrize(
    ("content", "stance"),
    [
        ("The army has stepped up its preparation for a full-scale invasion.", "predicted"),
        ("The threat of war has grown.", "predicted"),
        ("The army denied preparations for an invasion.", "denied"),
        ("The invasion has begun.", "reported"),
    ],
)
def test_an_act_that_is_only_prepared_is_foreseen(content: str, stance: str) -> None:
    assert {hit.stance for hit in hits(content)} == {stance}


def test_two_mentions_in_one_clause_are_two_hits() -> None:
    content = "The invasion of the north followed the invasion of the south."
    assert [(hit.quote, hit.start) for hit in hits(content)] == [("invasion", 4), ("invasion", 39)]


def test_a_user_extends_the_list() -> None:
    extra = '[[term]]\nterm = "grain corridor"\ntopic = "shipping"\nforms = "grain corridor; ~reroute"\n'
    found = hits("Ships were rerouted; the grain corridor closed.", load_watch_list(extra))
    assert [(hit.term, hit.topic) for hit in found] == [("grain corridor", "shipping")] * 2


@pytest.mark.parametrize(
    ("extra", "reason"),
    [
        ("\n[[term]\n", "mine.toml, line 2: "),
        ('[[term]]\nterm = "a"\n\n[[term]]\ntopic = "b"\n', "mine.toml, line 4: term is missing"),
        ('[[term]]\nterm = "a"\ntopic = 7\n', "mine.toml, line 3: topic must be a text"),
        ('[[term]]\nterm = "a"\nform = "b"\n', "mine.toml, line 3: unknown key form; known: forms, term, topic"),
        ('[[term]]\nterm = ""\n', "mine.toml, line 2: term is empty"),
        ('[[term]]\nterm = "a"\nforms = " ; "\n', "mine.toml, line 3: a has no form"),
        ('[terms]\nx = "a"\n', "mine.toml, line 1: unknown table terms"),
        ('term = "a"\n', "mine.toml, line 1: each term is a table of its own"),
    ],
)
def test_an_error_names_file_line_and_reason(extra: str, reason: str) -> None:
    with pytest.raises(LexiconError, match=reason):
        load_watch_list(extra, "mine.toml")


@given(st.text())
def test_any_extra_list_is_read_or_refused_with_a_reason(extra: str) -> None:
    with suppress(LexiconError):
        load_watch_list(extra, "mine.toml")
