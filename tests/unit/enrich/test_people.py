"""Surnames, offices, introduced strangers and misspellings, and the people they must not be taken for."""

import pytest

from services.contracts.vocabulary import ActorType, Found
from services.enrich.core.actors.fuzzy import FuzzyIndex
from tests.unit.enrich.test_naming import actor, actors, found


def people(content: str, on: str = "2022-02-07") -> set[str]:
    return {a.id for a in found(content, on).actors if a.type == ActorType.PERSON}


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        ("1985-06-01", {"francois-mitterrand"}),
        ("2001-06-01", {"jacques-chirac"}),
        ("2010-06-01", {"nicolas-sarkozy"}),
        ("2015-06-01", {"francois-hollande"}),
        ("2022-06-01", {"emmanuel-macron"}),
    ],
)
def test_an_office_means_its_holder_on_the_day_of_the_article(day: str, expected: set[str]) -> None:
    assert people("The French president spoke.", day) == expected
    assert people("He met the president of France.", day) == expected


@pytest.mark.parametrize(
    "content",
    [
        "The former French president spoke.",
        "The US president-elect spoke.",
        "A British prime minister once said so.",
        "They bought the rights to the Indian Premier League.",
        "The first Prime Minister of Canada was a Scot.",
    ],
)
def test_an_office_of_the_past_of_many_or_of_a_league_names_nobody(content: str) -> None:
    assert people(content) == set()


@pytest.mark.parametrize(
    ("content", "day", "expected"),
    [
        ("US voters backed Bush.", "1990-05-01", {"george-h-w-bush"}),
        ("US voters backed Bush.", "2004-05-01", {"george-w-bush"}),
        ("Syria's Assad spoke.", "1995-05-01", {"hafez-al-assad"}),
        ("Syria's Assad spoke.", "2012-05-01", {"bashar-al-assad"}),
        ("Pyongyang said Kim was well.", "2020-05-01", {"kim-jong-un"}),
    ],
)
def test_a_surname_means_who_was_in_office_then(content: str, day: str, expected: set[str]) -> None:
    assert people(content, day) == expected


def test_a_namesake_with_a_given_name_is_somebody_else() -> None:
    content = "Britain's Tony Blair spoke. Ian Blair stayed silent."
    assert [content[a.start : a.end] for a in found(content, "2005-07-07").actors if a.id == "tony-blair"] == [
        "Tony Blair"
    ]


def test_an_uncommon_surname_needs_the_full_name_first() -> None:
    assert people("Kuznetsov and Rinkevics met. Karis left.") == set()
    assert people("Alar Karis spoke. Karis left.") == {"alar-karis"}


@pytest.mark.parametrize(
    "content",
    [
        "Darin Johnson, a plumber, spoke.",
        "Hal Holbrook played the part.",
        "The crowd at Sheikh Zayed Road grew.",
        "It happened in Mazar-i-Sharif.",
        "A US travel ban, the Travel Ban, was lifted.",
        "The plumber Dovid Schroeder of Germany spoke.",
        "He went to class XI in China.",
        "Merkelson Avenue was closed.",
    ],
)
def test_other_people_streets_and_words_are_not_taken_for_leaders(content: str) -> None:
    assert people(content) == set()


@pytest.mark.parametrize(
    ("content", "quote", "country"),
    [
        ("Slovenian Foreign Minister Karlo Erjavitz spoke.", "Karlo Erjavitz", "SVN"),
        ("Latvian Prime Minister Ivar Osols stayed.", "Ivar Osols", "LVA"),
        ("Foreign Minister Ukraine Petro Halych told them.", "Petro Halych", "UKR"),
        ("Kremlin spokesman Ivan Belkov denied it.", "Ivan Belkov", "RUS"),
        ("South Korean Prime Minister Lee Nak-yong spoke.", "Lee Nak-yong", "KOR"),
        ("Iraqi Gen. Salim Darbandi fled.", "Salim Darbandi", "IRQ"),
    ],
)  # fmt: skip
def test_a_title_introduces_an_unknown_person_with_a_country(content: str, quote: str, country: str) -> None:
    mention = actor(content, quote)
    assert (mention.type, mention.country, mention.how) == (ActorType.PERSON, country, Found.ROLE)


def test_an_introduced_person_is_known_by_surname_afterwards() -> None:
    content = "Slovenian Foreign Minister Karlo Erjavitz spoke. Erjavitz then left."
    assert actor(content, "Erjavitz").id == "karlo-erjavitz"


@pytest.mark.parametrize(
    "content", ["Club President Dirk Mayer resigned.", "Sgt. Tim Shields spoke.", "Dr. Ann Low left."]
)
def test_people_without_a_state_are_no_actors(content: str) -> None:
    assert actors(content) == set()


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("Makron spoke to reporters.", "emmanuel-macron"),
        ("Ukraine's Zelenskij spoke.", "volodymyr-zelensky"),
        ("Ukraine's Selenskyy spoke.", "volodymyr-zelensky"),
        ("Russia's Poutin spoke.", "vladimir-putin"),
        ("Turkey's Erdoghan spoke.", "recep-tayyip-erdogan"),
        ("Belarus's Lukaschenko spoke.", "alexander-lukashenko"),
        ("He drove along Route 52 in Holland.", None),
        ("Hal Holbrooke was an actor.", None),
        ("Ranil Wickremasinghe resigned.", "ranil-wickremesinghe"),
        ("President Laurent Gbagdo fled.", "laurent-gbagbo"),
        ("A Merckel shop opened in Germany.", "angela-merkel"),
    ],
)
def test_misspelt_leaders_are_found_and_ordinary_words_are_not(content: str, expected: str | None) -> None:
    assert people(content) == ({expected} if expected else set())


def test_misspelt_states_are_found() -> None:
    assert {p.id for p in found("Troops left Afganistan and the Phillipines.").places} == {"AFG", "PHL"}


@pytest.mark.parametrize(("word", "known"), [("lukashenka", "lukashenko"), ("karzay", "karzai"), ("table", None)])
def test_spelling_is_compared_by_sound_and_one_letter(word: str, known: str | None) -> None:
    assert FuzzyIndex(["lukashenko", "karzai", "putin"]).nearest(word) == known
