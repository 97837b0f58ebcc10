"""Who and where an article names: names, aliases, surnames, seats of government, letters."""

from datetime import UTC, date, datetime

import pytest

from services.contracts.vocabulary import ActorType, Found, Use
from services.enrich.core.mentions import ActorMention
from services.enrich.core.naming import Mentions, NameFinder, find_mentions
from services.enrich.core.places.gazetteer import load
from services.enrich.core.roster.files import load_roster
from services.enrich.core.text import read


def found(content: str, on: str = "2022-02-07") -> Mentions:
    return find_mentions(read(content), date.fromisoformat(on))


def actors(content: str, on: str = "2022-02-07") -> set[str]:
    return {actor.id for actor in found(content, on).actors}


def actor(content: str, quote: str, on: str = "2022-02-07") -> ActorMention:
    """The one actor whose quote it is."""
    (mention,) = [a for a in found(content, on).actors if content[a.start : a.end] == quote]
    return mention


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("President Emmanuel Macron met Vladimir Putin.", {"emmanuel-macron", "vladimir-putin"}),
        ("The UE’s envoy spoke to NATO.", {"EU", "NATO"}),
        ("US officials said that Moscow had sent troops.", {"USA", "RUS"}),
        ("The Kremlin denied it.", {"RUS"}),
        ("U.S. forces struck Hezbollah positions.", {"USA", "HEZBOLLAH"}),
        ("The White House and Downing Street agreed.", {"USA", "GBR"}),
        ("The Soviet Union invaded.", {"RUS"}),
        ("François Hollande and Francois Hollande are one.", {"francois-hollande"}),
        ("The Burmese army shelled them.", {"MMR"}),
    ],
)
def test_names_lead_to_canonical_ids(content: str, expected: set[str]) -> None:
    assert actors(content) == expected


@pytest.mark.parametrize(
    ("content", "quote", "how"),
    [
        ("Emmanuel Macron spoke.", "Emmanuel Macron", Found.EXACT),
        ("Emmanuel Macron spoke. Macron left.", "Macron", Found.COREFERENCE),
        ("The UN met.", "UN", Found.ALIAS),
        ("Russians protested.", "Russians", Found.ALIAS),
        ("The Kremlin warned them.", "Kremlin", Found.METONYM),
        ("Officials said Moscow insisted on it.", "Moscow", Found.METONYM),
        ("The French president left early.", "French president", Found.ROLE),
        ("Russia said Putin and Makron had met.", "Makron", Found.FUZZY),
    ],
)
def test_how_an_actor_was_recognised_is_told(content: str, quote: str, how: Found) -> None:
    assert actor(content, quote).how == how


def test_a_possessive_ending_is_no_part_of_the_quote() -> None:
    assert actor("The Kremlin’s men denied it.", "Kremlin").country == "RUS"


def test_a_person_carries_state_type_and_the_office_of_the_day() -> None:
    mention = actor("Olaf Scholz spoke.", "Olaf Scholz")
    assert (mention.type, mention.country, mention.role) == (ActorType.PERSON, "DEU", "Chancellor")
    assert actor("Olaf Scholz spoke.", "Olaf Scholz", "2025-09-01").role == "former Chancellor"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (
            "INSURGENTS OF THE FMLN ATTACKED SAN SALVADOR, PRESIDENT CRISTIANI SAID.",
            {"FMLN", "SLV", "alfredo-cristiani"},
        ),
        ("THEY TOLD US WHO IT IS.", set()),
        ("BOGOTA, 21 JAN 89 -- THE MEDELLIN CARTEL THREATENED THEM.", {"MEDELLIN_CARTEL"}),
    ],
)
def test_all_capitals_newswire_is_read(content: str, expected: set[str]) -> None:
    assert actors(content, "1989-11-01") == expected


@pytest.mark.parametrize("content", ["He told us who it is.", "The polish was fine.", "A turkey dinner, china cups."])
def test_words_in_small_letters_are_no_names(content: str) -> None:
    assert found(content) == ([], [])


def test_an_acronym_of_a_party_needs_its_country() -> None:
    assert actors("The MDC said it had won.") == set()
    assert actors("Zimbabwe's MDC said it had won.") >= {"MDC"}


def test_several_countries_share_one_mention_each() -> None:
    places = found("Talks between Egypt, Sudan and Ethiopia failed.").places
    assert [(p.id, p.use) for p in places] == [("EGY", Use.ACTOR), ("SDN", Use.ACTOR), ("ETH", Use.ACTOR)]


def test_a_moment_serves_as_the_day_of_publication() -> None:
    text = read("The US president spoke.")
    (who,) = [a for a in find_mentions(text, datetime(2018, 5, 1, tzinfo=UTC)).actors if a.type == ActorType.PERSON]
    assert who.id == "donald-trump"


def test_a_user_roster_extends_the_finder_without_code() -> None:
    extra = """
    [[person]]
    name = "Mara Ilesova"
    country = "LTU"
    short = ["!Ilesova"]
    roles = ["Defence Minister 2020/"]

    [[organisation]]
    id = "RIVER_GUARD"
    name = "River Guard"
    type = "armed_group"
    country = "LTU"
    """
    finder = NameFinder(load_roster(extra), load())
    content = "Ilesova accused the River Guard."
    mentions = find_mentions(read(content), date(2022, 2, 7), finder).actors
    assert [(m.id, m.role) for m in mentions] == [("mara-ilesova", "Defence Minister"), ("RIVER_GUARD", None)]
