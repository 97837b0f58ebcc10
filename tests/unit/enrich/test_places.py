"""Which place a name means, and what it stands for in its sentence."""

import pytest

from services.contracts.vocabulary import Use
from services.enrich.core.mentions import PlaceMention
from services.enrich.core.places.cut import cut
from services.enrich.core.places.gazetteer import gazetteer_of, load
from tests.unit.enrich.test_naming import found


def place(content: str, quote: str) -> PlaceMention:
    """The first place whose quote it is."""
    return next(p for p in found(content).places if content[p.start : p.end] == quote)


def test_a_town_has_country_and_position() -> None:
    mention = place("Shells fell in Mariupol on Monday.", "Mariupol")
    assert mention.country == "UKR"
    assert (round(mention.lat or 0), round(mention.lon or 0)) == (47, 38)


@pytest.mark.parametrize(
    ("content", "quote", "country"),
    [
        ("He spoke in Paris.", "Paris", "FRA"),
        ("He spoke in Paris, Texas.", "Paris", "USA"),
        ("OXFORD, N.C. (AP) - Fire destroyed a barn.", "OXFORD", "USA"),
        ("Students marched in Oxford.", "Oxford", "GBR"),
        ("Ontario police said a man from London was held. Canada's premier came to London.", "London", "CAN"),
        ("The queen left London for Scotland.", "London", "GBR"),
        ("Georgia and Armenia signed it; Georgian troops left.", "Georgia", "GEO"),
        ("Voters in Georgia, Alabama, Florida and Texas chose. US officials agreed.", "Georgia", "USA"),
        ("A fire near Holdenburg, Missouri, was put out.", "Holdenburg", "USA"),
        ("Rebels hold Idlib.", "Idlib", "SYR"),
        ("They sailed the Taiwan Strait.", "Taiwan Strait", "TWN"),
        ("War came to the Donbas.", "Donbas", "UKR"),
        ("Troops closed the West Bank.", "West Bank", "PSE"),
        ("Ships met in the Gulf of Oman and the Gulf.", "the Gulf", None),
        ("Syrian rebels fled.", "Syrian", "SYR"),
        ("Clashes in Helmand killed ten.", "Helmand", "AFG"),
        ("Shells fell near Duhok.", "Duhok", "IRQ"),
        ("Pilgrims left Mashad, Iran said.", "Mashad", "IRN"),
        ("Gunmen came to Sulu and Basilan, Manila said.", "Basilan", "PHL"),
        ("Herders fought in Turkana, Kenya said.", "Turkana", "KEN"),
        ("Farmers fought in Plateau State.", "Plateau", "NGA"),
        ("Troops left Lower Juba.", "Lower Juba", "SOM"),
        ("Lebanon sent guards to Tripoli, where Lebanese voters and Lebanese banks wait.", "Tripoli", "LBN"),
        ("Dominican police came to Santiago.", "Santiago", "DOM"),
        ("It burned the village of Solhan in Burkina Faso.", "Solhan", "BFA"),
        ("A mine near Kalandu in Zambia was shut.", "Kalandu", "ZMB"),
        ("Hamilton, New Zealand, was chosen.", "Hamilton", "NZL"),
        ("Oil flows through Port Sudan.", "Port Sudan", "SDN"),
        ("Raids in Tahoua, Mopti and Gao went on.", "Tahoua", "NER"),
    ],
)
def test_of_many_places_of_a_name_the_fitting_one_is_meant(content: str, quote: str, country: str | None) -> None:
    assert place(content, quote).country == country


def test_another_spelling_of_a_town_counts_where_no_other_country_is_spoken_of() -> None:
    assert place("Shells fell near Merawi.", "Merawi").country == "SDN"
    assert [p.country for p in found("Shells fell near Merawi, Ethiopia said.").places] == ["ETH"]


def test_a_sea_belongs_to_no_country() -> None:
    assert place("Ships crossed the Black Sea.", "Black Sea").country is None


@pytest.mark.parametrize(
    "content",
    [
        "Reading is fun. Nice weather. Same again. Of course. Mobile phones.",
        "George Washington crossed the river.",
        "Michael Jordan scored. Paris Hilton sang. Jack London wrote.",
        "The bird, a turkey, was served. Turkey is best roasted.",
        "She said it in French and then in English.",
        "Change is hard. Star players left. Commerce grew.",
        "Mario de Santiago painted.",
        "It cost US$14 million.",
    ],
)
def test_words_people_and_languages_are_no_places(content: str) -> None:
    assert found(content).places == []


@pytest.mark.parametrize(
    ("content", "quote"),
    [
        ("Moscow: Talks went on.", "Moscow"),
        ("KYIV, Feb 7 (Agency) - Talks went on.", "KYIV"),
        ("BEIRUT (AP) — Talks went on.", "BEIRUT"),
        ("SAN SALVADOR, 9 JUN 89 (ACAN) -- [TEXT] A BOMB WENT OFF.", "SAN SALVADOR"),
        ("It rained.\nPARIS, France — Talks went on.", "PARIS"),
    ],
)
def test_the_town_at_the_head_of_a_report_is_a_dateline(content: str, quote: str) -> None:
    assert place(content, quote).use == Use.DATELINE


@pytest.mark.parametrize(
    ("content", "quote", "use"),
    [
        ("They met in Moscow on Monday.", "Moscow", Use.PLACE),
        ("Officials said Moscow insisted on it.", "Moscow", Use.ACTOR),
        ("Egypt condemned the raid.", "Egypt", Use.ACTOR),
        ("They lived in Egypt.", "Egypt", Use.PLACE),
        ("Planes carried out attacks on Syria.", "Syria", Use.ACTOR),
        ("He travelled to Syria.", "Syria", Use.PLACE),
        ("They sold jets to Iraq.", "Iraq", Use.ACTOR),
        ("The war between Iran and Iraq ended.", "Iraq", Use.ACTOR),
        ("The border between Iran and Iraq is long.", "Iraq", Use.PLACE),
        ("The border with Ukraine was closed.", "Ukraine", Use.PLACE),
        ("He is president of Chile.", "Chile", Use.PLACE),
        ("The invasion of Kuwait began.", "Kuwait", Use.ACTOR),
        ("Russian troops moved.", "Russian", Use.ACTOR),
        ("The Ukrainian border was quiet.", "Ukrainian", Use.PLACE),
        ("Iran's nuclear programme grew.", "Iran", Use.ACTOR),
        ("Iran's largest city grew.", "Iran", Use.PLACE),
        ("US officials spoke.", "US", Use.ACTOR),
        ("Peru is a country in the Andes.", "Peru", Use.PLACE),
        ("He was sent to fight against Peru.", "Peru", Use.ACTOR),
        ("The US-led alliance met.", "US", Use.ACTOR),
        ("Moscow-installed officials fled.", "Moscow", Use.ACTOR),
        ("Manila-based banks closed.", "Manila", Use.PLACE),
        ("US-Iran talks resumed.", "US", Use.ACTOR),
        ("The India-Pakistan border was closed.", "Pakistan", Use.PLACE),
        ("The Cairo talks failed.", "Cairo", Use.PLACE),
        ("The Berlin government fell.", "Berlin", Use.ACTOR),
        ("Laos, a landlocked country, sells power.", "Laos", Use.ACTOR),
        ("In Laos, a landlocked country, power is cheap.", "Laos", Use.PLACE),
        ("The test alarmed Tokyo.", "Tokyo", Use.ACTOR),
        ("Ankara complained to Athens.", "Athens", Use.ACTOR),
        ("A gas pipeline from Algeria burst.", "Algeria", Use.PLACE),
        ("They bought gas from Algeria.", "Algeria", Use.ACTOR),
        ("Kigali was calm.", "Kigali", Use.PLACE),
        ("Nigeria lost 1-0 to Ghana in Lagos.", "Ghana", Use.ACTOR),
        ("Buses between Kigali and Kampala resumed.", "Kampala", Use.PLACE),
        ("The deal between Kigali and Kampala collapsed.", "Kampala", Use.ACTOR),
        ("Raiders struck Kaduna state.", "Kaduna", Use.PLACE),
        ("Peru's highlands are cold.", "Peru", Use.PLACE),
    ],
)
def test_the_words_around_tell_the_place_from_those_who_act(content: str, quote: str, use: Use) -> None:
    assert place(content, quote).use == use


def test_a_country_that_acts_is_an_actor_and_a_place() -> None:
    mentions = found("Egypt condemned the raid in Sudan.")
    assert [a.id for a in mentions.actors] == ["EGY"]
    assert [(p.id, p.use) for p in mentions.places] == [("EGY", Use.ACTOR), ("SDN", Use.PLACE)]


def test_the_packaged_gazetteer_is_what_the_installed_packages_give() -> None:
    fresh, packaged = gazetteer_of(cut()), load()
    assert len(fresh.names) > 60_000
    assert packaged.names.keys() == fresh.names.keys()
    assert [t.country for t in fresh.towns("kharkiv")] == ["UKR"]
    assert set(fresh.centres) >= {"UKR", "FRA", "USA"}
