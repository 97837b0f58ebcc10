"""What news of all kinds counts: models of arms, parts of a whole, headings, and whose people they are."""

import pytest

from services.contracts.vocabulary import Category, Movement, Unit
from tests.unit.enrich.scene import quantities_of

Counted = tuple[float | None, str]


def counted(content: str) -> list[Counted]:
    return [(q.value, q.unit.value) for q in quantities_of(content)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("It sent 250 police officers to the island.", [(250, "personnel")]),
        ("It raised its garrison there to 12,000 men.", [(12_000, "troops")]),
        ("It put 1,400 men on alert.", [(1400, "troops")]),
        ("Some 700 blue helmets serve there.", [(700, "troops")]),
        ("Three service members were hurt.", [(3, "wounded")]),
        ("Two F-16s took off.", [(2, "aircraft")]),
        ("Six F-15 fighters took off.", [(6, "aircraft")]),
        ("It sent two more B-52s.", [(2, "aircraft")]),
        ("Two F-16 pilots were killed.", [(2, "killed")]),
        ("Spotted: 4x Su-34, 2x Su-35.", [(4, "aircraft"), (2, "aircraft")]),
        ("It has 40 T-72s.", [(40, "tanks")]),
        ("It sank three landing craft.", [(3, "ships")]),
        ("Some 60 lorries carrying soldiers were seen.", [(60, "vehicles")]),
        ("It withdrew 4,000 of its 9,000 soldiers.", [(4000, "troops"), (9000, "troops")]),
        ("It shot down 21 of 30 drones launched by the navy.", [(21, "aircraft"), (30, "aircraft")]),
    ],
)
def test_a_force_is_counted_however_news_names_it(written: str, expected: list[Counted]) -> None:
    assert counted(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Fatalities: 3. Wounded: 12.", [(3, "killed"), (12, "wounded")]),
        ("Raiders stabbed two vendors to death.", [(2, "killed")]),
        ("Four herders were hacked to death.", [(4, "killed")]),
        ("Four men were sentenced to death.", []),
        ("They shot dead three shepherds.", [(3, "killed")]),
        ("The clash claimed the lives of 26 people.", [(26, "killed")]),
        ("The storm changed the lives of 26 people.", []),
        ("The bodies of six miners were found.", [(6, "killed")]),
        ("It caused the death of one guard and injuries to two cooks.", [(1, "killed"), (2, "wounded")]),
        ("It left one man dead and another five with serious injuries.", [(1, "killed"), (5, "wounded")]),
        ("Doctors treated 31 people for burns.", [(31, "wounded")]),
        ("At least 26 dead, dozens missing", [(26, "killed")]),
        ("It left 9 dead: 6 soldiers and 3 clerks.", [(9, "killed"), (6, "killed"), (3, "killed")]),
        ("The blast hurt 11 passers-by, two of them children.", [(11, "wounded"), (2, "wounded")]),
        ("Nine of the 14 hostages were freed.", [(9, "released")]),
        ("Seven doctors are held by kidnappers.", [(7, "captured")]),
        ("Gangs are holding 40 guards hostage.", [(40, "captured")]),
        ("Officers rounded up 80 students.", [(80, "detained")]),
        ("They freed nine of the 14 loggers they had seized.", [(9, "released")]),
        ("The rebels returned the remains of six soldiers.", [(6, "killed")]),
        ("A boat rescued 60 soldiers.", []),
        ("Some 3,200 islanders have sought refuge abroad.", [(3200, "refugees")]),
        ("Some 5,000 islanders live as refugees abroad.", [(5000, "refugees")]),
        ("Scores were wounded.", [(20, "wounded")]),
    ],
)
def test_victims_are_counted_however_news_tells_their_harm(written: str, expected: list[Counted]) -> None:
    assert counted(written) == expected


@pytest.mark.parametrize(
    ("written", "movement"),
    [
        ("Norland rotates 300 soldiers through the camp.", Movement.DEPLOY),
        ("It parachuted 300 soldiers in.", Movement.DEPLOY),
        ("It recalled 300 soldiers.", Movement.WITHDRAW),
        ("It promised 30 F-16s to its ally.", Movement.TRANSFER),
        ("It deployed 300 soldiers to help border guards.", Movement.DEPLOY),
        ("It deployed 300 soldiers along the border.", Movement.BUILD_UP),
    ],
)
def test_every_form_of_a_verb_moves_a_force(written: str, movement: Movement) -> None:
    assert [q.movement for q in quantities_of(written)] == [movement]


def test_the_whole_does_not_move_with_its_part() -> None:
    part, whole = quantities_of("It withdrew 4,000 of its 9,000 soldiers.")
    assert (part.movement, whole.movement) == (Movement.WITHDRAW, Movement.NONE)


@pytest.mark.parametrize(
    ("written", "whose"),
    [
        ("Norland shot down two Su-25 jets.", [None]),
        ("Norland shot down two jets launched by Sudland.", ["SUD"]),
        ("Norland lost two Su-25 jets.", ["NOR"]),
        ("Norland lost three soldiers from Sudland.", ["SUD"]),
        ("Norland sent 73 police officers, Sudland 37.", ["NOR", "SUD"]),
    ],
)
def test_what_is_destroyed_or_sent_belongs_to_its_owner(written: str, whose: list[str | None]) -> None:
    actors = {name: name[:3].upper() for name in ("Norland", "Sudland") if name in written}
    assert [q.who for q in quantities_of(written, actors=actors)] == whose


def test_a_sentence_without_names_tells_of_the_one_country_of_the_article() -> None:
    (killed, wounded) = quantities_of("Six soldiers died in Norland.\nTwo guards were hurt.", places={"Norland": "NOR"})
    assert (killed.near, wounded.near, wounded.who) == ("NOR", "NOR", "NOR")


@pytest.mark.parametrize(
    "written",
    ["Sudland hosts 40,000 refugees.", "Sudland has taken in 40,000 refugees.", "It sent 40 tanks to Sudland."],
)
def test_who_hosts_or_gets_what_is_counted_is_where_it_is(written: str) -> None:
    assert [q.near for q in quantities_of(written, actors={"Sudland": "SUD"})] == ["SUD"]


def test_a_head_ends_before_what_its_people_did() -> None:
    (hurt,) = quantities_of("Three officers sustained injuries.")
    assert (hurt.unit, hurt.category) == (Unit.WOUNDED, Category.POLICE)


def test_people_in_flight_whose_nation_alone_is_named_are_civilians() -> None:
    (fled,) = quantities_of("Over 100,000 Norlanders fled to Sudland.")
    assert fled.category is Category.CIVILIAN
