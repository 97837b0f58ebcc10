"""Who and where an article names."""

from datetime import date

import pytest

from services.contracts.vocabulary import Found, Use
from services.enrich.core.naming import Mentions, find_mentions
from services.enrich.core.text import read


def found(content: str, on: str = "2022-02-07") -> Mentions:
    return find_mentions(read(content), date.fromisoformat(on))


def actors(content: str, on: str = "2022-02-07") -> set[str]:
    return {actor.id for actor in found(content, on).actors}


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("President Emmanuel Macron met Vladimir Putin.", {"emmanuel-macron", "vladimir-putin"}),
        ("The UE’s envoy spoke to NATO.", {"EU", "NATO"}),
        ("US officials said that Moscow had sent troops.", {"USA", "RUS"}),
        ("The Kremlin denied it.", {"RUS"}),
    ],
)
def test_names_lead_to_canonical_ids(content: str, expected: set[str]) -> None:
    assert actors(content) == expected


def test_a_misspelt_leader_is_found_and_marked_fuzzy() -> None:
    (mention,) = found("Makron spoke to reporters.").actors
    assert (mention.id, mention.how) == ("emmanuel-macron", Found.FUZZY)


@pytest.mark.parametrize(
    ("content", "use"),
    [
        ("Moscow: Talks went on.", Use.DATELINE),
        ("They met in Moscow on Monday.", Use.PLACE),
        ("Officials said Moscow insisted on it.", Use.ACTOR),
    ],
)
def test_a_capital_is_a_dateline_a_place_or_a_government(content: str, use: Use) -> None:
    assert [place.use for place in found(content).places] == [use]
