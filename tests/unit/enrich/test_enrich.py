"""One article in, one document out."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from services.contracts.document import MAX_FINDINGS, Document
from services.contracts.vocabulary import ASSERTED, DENIED, Category
from services.enrich.core.default_rule import would_alert
from services.enrich.core.enrich import VERSION, enrich
from tests.articles import NOON, article
from tests.unit.enrich.work import work

STORY = (
    "US officials said Russia had massed 90,000 troops near the border with Ukraine and was likely to invade soon. "
    "Russia denied that it plans to invade and accused NATO of stoking fear. "
    "Germany said it would send up to 350 soldiers to Lithuania. "
    "Emmanuel Macron met Vladimir Putin in Moscow on Monday."
)


def document(text: str = STORY, **changes: Any) -> Document:
    return enrich(article("one", **({"title": ""} | changes), text=text))


def test_an_article_keeps_its_own_fields_and_is_a_story_of_its_own() -> None:
    found = document(title="Build-up", url="https://news.example/1", revision=3, historic=True)
    assert found.published == NOON
    assert (found.title, found.text, found.revision, found.historic) == ("Build-up", STORY, 3, True)
    assert found.story.id == found.id
    assert found.enricher == VERSION
    assert found.indexed_at is None


def test_findings_stand_together_in_one_document() -> None:
    found = document()
    assert {"RUS", "UKR", "USA", "DEU", "LTU"} <= set(found.countries)
    assert {"RUS", "NATO", "emmanuel-macron", "vladimir-putin"} <= set(found.actor_ids)
    assert {q.low for q in found.quantities} >= {90_000.0}
    assert found.troops_reported_max == 90_000.0
    assert ("MOBILIZE", "DEU", "LTU", "planned") in {(s.event, s.source, s.target, s.stance) for s in found.signals}
    assert ("RUS-UKR") in found.dyad_ids
    assert found.escalation.score > 20


def test_a_denied_term_is_in_no_asserted_clause() -> None:
    found = document("Russia denied that it plans to invade.")
    assert found.asserted == ()
    assert found.denied == ("Russia denied that it plans to invade.",)
    assert found.terms_asserted == ()
    assert [(hit.topic, hit.stance, hit.speaker) for hit in found.keywords] == [("invasion", "denied", "RUS")]


@pytest.mark.parametrize("language", ["fr", "de", "uk"])
def test_other_languages_get_no_findings(language: str) -> None:
    found = document(language=language)
    assert (found.actors, found.signals, found.keywords, found.clauses, found.asserted) == ((), (), (), (), ())
    assert found.escalation.score == 0


def test_an_unknown_language_is_read() -> None:
    assert document(language="und").signals


def test_a_title_counts_as_content() -> None:
    found = document("Nothing moved.", title="Russia invaded Ukraine")
    assert [hit.term for hit in found.keywords] == ["invade"]
    assert found.content[found.keywords[0].start : found.keywords[0].end] == "invaded"


def test_what_is_cut_is_said() -> None:
    found = document("Russia invaded Ukraine. " * (MAX_FINDINGS + 10))
    assert len(found.keywords) == len(found.actors) == MAX_FINDINGS
    assert found.truncated
    assert not document().truncated


def assert_sound(found: Document) -> None:
    """What holds for any document."""
    content = found.content
    for kind in (found.actors, found.places, found.quantities, found.signals, found.keywords, found.dyads):
        assert len(kind) <= MAX_FINDINGS
        assert all(content[f.start : f.end] == f.quote and len(f.quote) <= 300 for f in kind)
    assert list(found.asserted) == [content[c.start : c.end] for c in found.clauses if c.stance in ASSERTED]
    assert list(found.denied) == [content[c.start : c.end] for c in found.clauses if c.stance in DENIED]
    assert Document.model_validate_json(found.model_dump_json()) == found


def test_a_document_survives_its_topic() -> None:
    assert_sound(document())


@settings(deadline=None)
@given(st.text(min_size=1), st.text())
def test_any_text_gives_a_sound_document(text: str, title: str) -> None:
    assert_sound(document(text, title=title))


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("Russia invaded Ukraine on Monday.", True),
        ("Officials fear that Russia will invade Ukraine.", True),
        ("It is unclear whether Russia will invade Ukraine.", True),
        ("NATO denied that there was any withdrawal of troops.", True),
        ("Greece deployed 900 soldiers to its border with Turkey.", True),
        ("Russia denied that it plans to invade Ukraine.", False),
        ("In 1941 Germany invaded Greece.", False),
        ("Beetles invaded the wheat crop.", False),
        ("The striker led the attack as the home team won the match.", False),
        ("About 9,000 troops from nine countries train in the exercise.", False),
        ("France met Italy on Friday.", False),
    ],
)
def test_the_default_rule_tells_threats_from_what_only_sounds_like_one(text: str, told: bool) -> None:
    assert would_alert(document(text)) is told


PROSE = STORY + " "
HOSTILE = {
    "one sentence without end": "Russia and Ukraine agreed to attack the border of France and ",
    "no punctuation": "russia said ukraine will not attack russia because germany would send troops ",
    "table": "Russia\t90,000\t12\tUkraine\t4,000\t7\n",
    "names": "Emmanuel Macron, Vladimir Putin, Olaf Scholz, Joe Biden, ",
    "transcript": "Q: Will Russia attack?\nA: No.\n",
    "quotes": '"“(‘" ',
    "negations": "not never no ",
    "triggers": "attack attacked attacks attacking to attack will attack ",
    "numbers": "1,000 2,000 3.5 million ",
    "dots": ". . . ",
}


@pytest.mark.parametrize("unit", HOSTILE.values(), ids=HOSTILE)
def test_hostile_shapes_cost_at_most_five_times_prose_and_grow_in_line(unit: str) -> None:
    def per_character(part: str, size: int) -> float:
        text = part * (size // len(part))
        return work(lambda: document(text)) / len(text)

    document()  # caches are filled once
    prose, small, large = per_character(PROSE, 4_000), per_character(unit, 4_000), per_character(unit, 16_000)
    assert small < 5 * prose
    assert large < 1.3 * small


def test_victims_are_near_a_town_that_was_attacked() -> None:
    (killed,) = document("At least 19 fighters were killed in strikes on Deir Ezzor.").quantities
    assert (killed.near, killed.category) == ("SYR", Category.MILITANT)
