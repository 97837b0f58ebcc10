"""The diplomatic acts of a report on a crisis, each in the shape of sentence that states it there."""

import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from services.contracts.article import Article
from services.contracts.document import Signal
from services.contracts.vocabulary import Event
from services.enrich.core.enrich import enrich

FOLDER = Path(os.environ.get("TOCSIN_TEST_EVAL", Path(__file__).parents[3] / "../shared/eval"))
SAMPLE = FOLDER.parent / "000_f05ee9ab00acb566.txt"
"""A machine translation of a report of February 2022, garbled in places; it is no part of the project."""
PUBLISHED = datetime(2022, 2, 7, 12, tzinfo=UTC)
DIPLOMATIC = {Event.AGREE, Event.CONSULT, Event.SUPPORT, Event.CONCEDE, Event.COOPERATE, Event.REQUEST, Event.ACCUSE}
DIPLOMATIC |= {Event.REJECT}

Act = tuple[str, str | None, str | None]


def signals(content: str) -> tuple[Signal, ...]:
    article = Article(id="0" * 64, text=content, language="en", published=PUBLISHED, fetched_at=PUBLISHED)
    return enrich(article).signals


def acts(content: str) -> list[Act]:
    return [(str(s.event), s.source, s.target) for s in signals(content) if s.event in DIPLOMATIC]


@pytest.mark.parametrize(
    ("content", "act"),
    [
        ("Olaf Scholz, who met Narendra Modi, flew home.", ("CONSULT", "olaf-scholz", "narendra-modi")),
        (
            "The French President Emmanuel Macron will also meet Tuesday with US President Joe Biden in Boston.",
            ("AGREE", "emmanuel-macron", "joe-biden"),
        ),
        ("Iran insisted on not having a plan and instead filed its own demand.", ("REQUEST", "IRN", None)),
        ("Scholz, who will continue to Ankara Friday for talks, was late.", ("AGREE", "olaf-scholz", "TUR")),
        ("She said NATO would never accept “large changes” to its rules.", ("REJECT", "NATO", None)),
        ("Beijing accused Japan and NATO of ignoring its concerns.", ("ACCUSE", "CHN", "JPN")),
        ("Beijing accused Japan and NATO of ignoring its concerns.", ("ACCUSE", "CHN", "NATO")),
        ("Egypt demanded a permanent ban from Sudan.", ("REQUEST", "EGY", "SDN")),
        (
            "The Friday conversation between Scholz and Biden was long, an aide said.",
            ("CONSULT", "olaf-scholz", "joe-biden"),
        ),
        ("Macron led the negotiations with Iran.", ("CONSULT", "emmanuel-macron", "IRN")),
        (
            "Macron was tired. He had talked to Biden by telephone several times.",
            ("CONSULT", "emmanuel-macron", "joe-biden"),
        ),
        (
            "Macron was tired. He flew home and held a 20-minute call with Scholz.",
            ("CONSULT", "emmanuel-macron", "olaf-scholz"),
        ),
        ("The minister said that Poland would not succumb to threats.", ("REJECT", "POL", None)),
        ("Ahead of the talks between Biden and Modi, India waited.", ("CONSULT", "joe-biden", "narendra-modi")),
    ],
)
def test_each_shape_of_a_diplomatic_act_is_read(content: str, act: Act) -> None:
    assert act in acts(content)


@pytest.mark.parametrize("verb", ["swapped", "exchanged"])
def test_two_who_exchange_prisoners_cooperate(verb: str) -> None:
    assert acts(f"Armenia and Azerbaijan {verb} prisoners.") == [
        ("COOPERATE", "ARM", "AZE"),
        ("COOPERATE", "AZE", "ARM"),
    ]


@pytest.mark.parametrize(
    "content",
    [
        "Macron told reporters on his plane that he was “quite” optimistic in talks.",
        "Macron told reporters that he was hopeful about the summit.",
    ],
)
def test_what_somebody_feels_about_an_act_is_none_of_his(content: str) -> None:
    assert signals(content) == ()


def test_the_act_of_an_unknown_owner_is_not_that_of_the_clause() -> None:
    assert {s.source for s in signals("Poland was preparing for a neighbour's invasion.")} == {None}


FOURTEEN: list[Act] = [
    ("CONSULT", "emmanuel-macron", "vladimir-putin"),
    ("AGREE", "olaf-scholz", "joe-biden"),
    ("REQUEST", "RUS", None),
    ("AGREE", "emmanuel-macron", "UKR"),
    ("REJECT", "NATO", None),
    ("ACCUSE", "RUS", "USA"),
    ("ACCUSE", "RUS", "NATO"),
    ("REQUEST", "RUS", "UKR"),
    ("CONSULT", "emmanuel-macron", "vladimir-putin"),
    ("CONSULT", "emmanuel-macron", "RUS"),
    ("CONSULT", "emmanuel-macron", "vladimir-putin"),
    ("CONSULT", "emmanuel-macron", "joe-biden"),
    ("REJECT", "UKR", None),
    ("CONSULT", "olaf-scholz", "joe-biden"),
]
"""A meeting, one that is planned, a demand, planned talks, a refusal, two accusations, another demand, a conversation,
negotiations, telephone calls with two presidents, another refusal, and talks ahead."""


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample article is not there")
def test_fourteen_diplomatic_acts_of_the_sample_article_are_read() -> None:
    found = acts(SAMPLE.read_text("utf-8"))
    assert sorted(map(str, FOURTEEN)) == sorted(str(act) for act in FOURTEEN if found.count(act) >= FOURTEEN.count(act))


@pytest.mark.skipif(not SAMPLE.is_file(), reason="the sample article is not there")
def test_nobody_but_who_is_named_attacks_in_the_sample_article() -> None:
    found = signals(SAMPLE.read_text("utf-8"))
    assert {s.source for s in found if s.event is Event.ASSAULT} == {"RUS", None}
