"""The marked article: the whole text, each stance where it changes, each finding in its table or list."""

from io import StringIO

import pytest
from rich.console import Console

from services.cli.marked import marked, number
from services.contracts.document import Clause, Document, KeywordHit, Place, Quantity, Signal
from services.contracts.vocabulary import Op, Stance, Unit, Use
from tests.articles import document

TEXT = "110,000 troops stand there. Russia denied that it plans an invasion."


def quantity(**changes: object) -> Quantity:
    found: dict[str, object] = {
        "quote": "110,000 troops", "start": 0, "end": 14, "sentence": 0,
        "value": 110_000, "low": 110_000, "high": 110_000, "op": Op.EQ, "unit": Unit.TROOPS,
    }  # fmt: skip
    return Quantity.model_validate(found | changes)


def drawn(shown: Document, width: int = 200) -> str:
    console = Console(file=StringIO(), width=width)
    with console.capture() as capture:
        console.print(marked(shown))
    return capture.get()


@pytest.fixture
def shown() -> Document:
    return document(
        title="",
        text=TEXT,
        clauses=(
            Clause(start=0, end=27, sentence=0, stance=Stance.REPORTED),
            Clause(start=28, end=68, sentence=1, stance=Stance.DENIED, speaker="RUS"),
        ),
        quantities=(quantity(who="RUS", near="UKR"),),
        keywords=(
            KeywordHit(
                quote="invasion", start=59, end=67, sentence=1, term="invasion", topic="invasion", stance=Stance.DENIED
            ),
        ),
    )


def test_the_stance_stands_behind_a_clause_that_is_not_plainly_reported(shown: Document) -> None:
    assert "110,000 troops stand there. Russia denied that it plans an invasion. ⟨denied by RUS⟩" in drawn(shown)


def test_each_finding_has_a_row(shown: Document) -> None:
    rows = [line.split() for line in drawn(shown).splitlines()]
    assert ["110,000", "troops", "RUS", "UKR", "reported", "none", "110,000", "troops"] in rows
    assert ["invasion", "invasion", "denied", "invasion"] in rows


def test_an_event_stands_over_its_clause_which_a_narrow_terminal_has_room_for() -> None:
    shown = document(
        text=TEXT,
        signals=(
            Signal(
                quote="Russia denied that it plans an invasion.", start=28, end=68, sentence=1, event="ASSAULT",
                source="RUS", stance=Stance.DENIED, weight=-9.5, speaker="RUS",
            ),
        ),
    )  # fmt: skip
    lines = [line.rstrip() for line in drawn(shown, width=60).splitlines()]
    assert lines[lines.index("Events") + 1 :][:2] == [
        "ASSAULT RUS → ?, denied by RUS (-9.5)",
        "    “Russia denied that it plans an invasion.”",
    ]


def test_a_place_that_is_named_again_is_counted() -> None:
    text = "Trains run to Kyiv. In Kyiv it snows."
    shown = document(
        text=text,
        places=tuple(
            Place(
                quote="Kyiv", start=start, end=start + 4, sentence=sentence, id="703448", name="Kyiv", country="UKR",
                use=Use.PLACE,
            )
            for sentence, start in enumerate((14, 23))
        ),
    )  # fmt: skip
    assert ["703448", "Kyiv", "UKR", "place", "Kyiv", "2"] in [line.split() for line in drawn(shown).splitlines()]


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, "110,000"),
        ({"op": Op.APPROX}, "about 110,000"),
        ({"op": Op.GE, "high": None}, "at least 110,000"),
        ({"op": Op.LE, "low": 0, "high": 350}, "at most 350"),
        ({"op": Op.RANGE, "low": 30_000, "high": 40_000}, "30,000 to 40,000"),
        ({"op": Op.VAGUE, "low": 10_000, "high": 99_999}, "10,000 to 99,999"),
        ({"low": 2_500_000.5, "high": 2_500_000.5}, "2,500,000.5"),
    ],
)
def test_a_number_is_shown_with_its_bounds(changes: dict[str, object], words: str) -> None:
    assert number(quantity(**changes)) == words
