"""Quantities of force and harm: what a number counts, of whom, where, how certain, and what they do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.contracts.document import MAX_FINDINGS, MAX_QUOTE
from services.contracts.vocabulary import Category, Movement, Op, Stance, Unit
from tests.unit.enrich.scene import quantities_of

Counted = tuple[float | None, str]


def counted(content: str) -> list[Counted]:
    return [(q.value, q.unit.value) for q in quantities_of(content)]


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("Some 7,200 soldiers are based there.", [(7200, "troops")]),
        ("Norland lost 70-100 soldiers a day.", [(None, "killed")]),
        ("They have 310 military personnel.", [(310, "personnel")]),
        ("About 900 rebels hold the valley.", [(900, "fighters")]),
        (
            "It keeps 45 tanks, 120 armoured vehicles and 16 howitzers.",
            [(45, "tanks"), (120, "vehicles"), (16, "artillery")],
        ),
        ("The navy has 3 aircraft carriers and 40 frigates.", [(3, "ships"), (40, "ships")]),
        ("The army fired 26 ballistic missiles.", [(26, "missiles")]),
        ("Twelve fighter jets took off.", [(12, "aircraft")]),
        ("A 240-strong battalion marched in.", [(240, "troops")]),
        ("A 6,000-member peacekeeping force is wanted.", [(6000, "troops")]),
        ("It raised an army of 85,000 men.", [(85_000, "troops")]),
        ("The king marched 30,000 men over the pass.", [(30_000, "troops")]),
        ("It lost 15 T-72 tanks in a day.", [(15, "tanks")]),
        ("They pledged 18 F-16 fighter jets.", [(18, "aircraft")]),
        ("It donated 30 Gepard anti-aircraft guns.", [(30, "artillery")]),
        ("Nearly 64,000 refugees arrived.", [(64_000, "refugees")]),
        ("The valley shelters 5,400 displaced people.", [(5400, "displaced")]),
        ("It raised its forces there by 2,000 to 31,000.", [(2000, "troops"), (31_000, "troops")]),
        ("Troops of three armies, 2,100 American, Dutch and Danish soldiers, took part.", [(2100, "troops")]),
    ],
)
def test_forces_and_people_on_the_move_are_counted(written: str, expected: list[Counted]) -> None:
    assert counted(written) == expected


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("The blast killed 23 villagers.", [(23, "killed")]),
        ("Twenty-three villagers were killed.", [(23, "killed")]),
        ("Twenty-three villagers died and 31 were hurt.", [(23, "killed"), (31, "wounded")]),
        ("The raid left 23 people dead.", [(23, "killed")]),
        ("The raid claimed 23 lives.", [(23, "killed")]),
        ("The murder of four priests and their two guards shocked the town.", [(4, "killed"), (2, "killed")]),
        ("The death toll rose to 23.", [(23, "killed")]),
        ("The raid killed 8 and wounded 15 others.", [(8, "killed"), (15, "wounded")]),
        ("Four wounded soldiers were carried off.", [(4, "wounded")]),
        ("A guard and three drivers were killed.", [(1, "killed"), (3, "killed")]),
        ("At least 23 people, among them two nurses, were killed at dawn.", [(23, "killed"), (2, "killed")]),
        ("Six guards, all of them locals, were killed at dawn.", [(6, "killed")]),
        ("Police detained 64 protesters.", [(64, "detained")]),
        ("The rebels kidnapped 12 pupils and freed three teachers.", [(12, "captured"), (3, "released")]),
        ("Ninety sailors were taken prisoner.", [(90, "captured")]),
        ("The ministry expelled five diplomats.", [(5, "expelled")]),
        ("Some 3,000 residents fled their homes.", [(3000, "displaced")]),
        ("Some 3,000 people fled to the island.", [(3000, "refugees")]),
        ("The army lost 70 soldiers in a day.", [(70, "killed")]),
        ("The clash left 40 dead or wounded.", [(40, "killed_or_wounded")]),
        ("Some 60 hostages were taken.", [(60, "captured")]),
        ("Some 800 islanders were forced from their homes.", [(800, "displaced")]),
        ("Nine men were shot dead.", [(9, "killed")]),
        ("Two suicide bombers killed 14 worshippers.", [(14, "killed")]),
        ("23 FARMERS HAVE BEEN KILLED IN THE HILLS.", [(23, "killed")]),
    ],
)
def test_victims_are_counted_by_what_they_suffered(written: str, expected: list[Counted]) -> None:
    assert counted(written) == expected


@pytest.mark.parametrize(
    "written",
    [
        "They spoke for 35 minutes within 72 hours of the raid.",
        "The soldiers, 60 percent of them conscripts, are 40 km away.",
        "The tanks cost $30 million.",
        "The brigade won 3-1 on 12 June 2018.",
        "A T-72 and an F-16 were shown.",
        "Three soldiers are accused of theft.",
        "They hired 300 workers and bought 200 trucks.",
        "The bomb killed 40 sheep.",
        "Exports lost 300 places.",
        "Three army bases were closed.",
        "Two-thirds of the troops are ill.",
        "No soldiers were killed.",
        "Four soldiers sang.",
    ],
)
def test_what_is_no_number_of_force_or_harm_is_left_out(written: str) -> None:
    assert counted(written) == []


def test_bounds_come_from_the_number_grammar() -> None:
    (q,) = quantities_of("The plan is for up to 2,500 marines.")
    assert (q.value, q.low, q.high, q.op) == (2500, 0, 2500, Op.LE)


def test_a_range_has_no_value() -> None:
    (q,) = quantities_of("Between 400 and 600 militants gave up.")
    assert (q.value, q.low, q.high, q.op, q.movement) == (None, 400, 600, Op.RANGE, Movement.SURRENDER)


def test_a_listed_number_shares_bound_and_harm_even_where_its_noun_is_garbled() -> None:
    found = quantities_of("It would kill up to 900 civilians, 80 Finnish troops and 70 Polish trips.")
    assert [(q.value, q.op, q.unit) for q in found] == [
        (900, Op.LE, Unit.KILLED),
        (80, Op.LE, Unit.KILLED),
        (70, Op.LE, Unit.KILLED),
    ]


@pytest.mark.parametrize(
    ("written", "movement"),
    [
        ("The army massed 4,000 troops in the north.", Movement.BUILD_UP),
        ("A build-up of 4,000 troops was seen.", Movement.BUILD_UP),
        ("It sent 4,000 troops to the island.", Movement.DEPLOY),
        ("It deployed 4,000 troops along the border.", Movement.BUILD_UP),
        ("It will withdraw 4,000 troops.", Movement.WITHDRAW),
        ("It pulled out 4,000 troops.", Movement.WITHDRAW),
        ("The drill involves 4,000 troops.", Movement.EXERCISE),
        ("It put 4,000 troops on high alert.", Movement.ALERT),
        ("It supplied 40 tanks to its ally.", Movement.TRANSFER),
        ("Some 400 soldiers defected.", Movement.DEFECT),
        ("Some 400 fighters laid down their arms.", Movement.SURRENDER),
        ("Some 400 fighters stormed the town.", Movement.ATTACK),
        ("It has 4,000 troops.", Movement.NONE),
    ],
)
def test_the_nearest_word_of_movement_says_what_a_force_does(written: str, movement: Movement) -> None:
    (q,) = quantities_of(written)
    assert q.movement == movement
    assert q.is_deployment == (movement in (Movement.DEPLOY, Movement.BUILD_UP))


@pytest.mark.parametrize(
    ("written", "stance", "status"),
    [
        ("It has 4,000 troops.", Stance.REPORTED, Stance.REPORTED),
        ("It has 4,000 troops.", Stance.DENIED, Stance.DENIED),
        ("It has an estimated 4,000 troops.", Stance.REPORTED, Stance.ESTIMATED),
        ("It will send 4,000 troops.", Stance.REPORTED, Stance.PLANNED),
        ("It is up from 4,000 soldiers.", Stance.REPORTED, Stance.HISTORICAL),
        ("It sent 4,000 troops before talks on peace.", Stance.PLANNED, Stance.REPORTED),
        ("Norway to send 4,000 troops", Stance.REPORTED, Stance.PLANNED),
        ("Some 4,000 soldiers will deploy there.", Stance.REPORTED, Stance.PLANNED),
        ("It hit a market, killing 40 people.", Stance.PREDICTED, Stance.REPORTED),
        ("It may send 4,000 troops.", Stance.HYPOTHETICAL, Stance.HYPOTHETICAL),
        ("It killed 40 people.", Stance.NON_CONFLICT, Stance.REPORTED),
    ],
)
def test_status_is_the_stance_of_the_clause_unless_nearer_words_say_more(
    written: str, stance: Stance, status: Stance
) -> None:
    (q,) = quantities_of(written, stance=stance)
    assert q.status == status


def test_a_number_may_differ_from_its_clause_and_leave_out_what_it_counts() -> None:
    has, adds = quantities_of("It has 9,000 troops and may add 5,000.")
    assert (has.value, has.status) == (9000, Stance.REPORTED)
    assert (adds.value, adds.unit, adds.status) == (5000, Unit.TROOPS, Stance.HYPOTHETICAL)


@pytest.mark.parametrize(
    ("written", "movement"),
    [
        ("Norway sent 40 tanks to Oman.", Movement.TRANSFER),
        ("Norway sent 900 soldiers and 40 tanks to Oman.", Movement.DEPLOY),
        ("Norway lost 40 tanks in an attack on Oman.", Movement.NONE),
    ],
)
def test_arms_sent_abroad_without_soldiers_are_given_and_lost_arms_do_nothing(written: str, movement: Movement) -> None:
    found = quantities_of(written, actors={"Norway": "NOR"}, places={"Oman": "OMN"})
    assert {q.movement for q in found} == {movement}


def test_who_is_named_in_the_phrase_and_near_is_the_place_behind_it() -> None:
    (q,) = quantities_of("Some 900 Dutch soldiers landed in Oman.", actors={"Dutch": "NLD"}, places={"Oman": "OMN"})
    assert (q.who, q.near) == ("NLD", "OMN")


def test_who_is_the_subject_where_the_phrase_names_nobody() -> None:
    (q,) = quantities_of("Norway sent 900 soldiers to Oman.", actors={"Norway": "NOR"}, places={"Oman": "OMN"})
    assert (q.who, q.near) == ("NOR", "OMN")


def test_who_merely_says_a_number_does_not_own_it() -> None:
    (q,) = quantities_of(
        "Norway said Chile sent 900 soldiers to Oman.",
        actors={"Norway": "NOR", "Chile": "CHL"},
        places={"Oman": "OMN"},
    )
    assert q.who == "CHL"


def test_an_alliance_keeps_its_own_name() -> None:
    (q,) = quantities_of("NATO has 900 soldiers in Oman.", actors={"NATO": "NATO"}, places={"Oman": "OMN"})
    assert (q.who, q.near) == ("NATO", "OMN")


@pytest.mark.parametrize("border", ["the Omani border", "the border with Omani land", "its border with Omani land"])
def test_a_border_is_where_troops_stand(border: str) -> None:
    (q,) = quantities_of(f"Chile has 900 soldiers at {border}.", actors={"Chile": "CHL", "Omani": "OMN"})
    assert (q.who, q.near) == ("CHL", "OMN")


def test_refugees_belong_to_the_country_they_flee() -> None:
    (q,) = quantities_of("Some 900 people fled Chile to Oman.", places={"Chile": "CHL", "Oman": "OMN"})
    assert (q.unit, q.who, q.near) == (Unit.REFUGEES, "CHL", "OMN")


def test_whoever_lost_soldiers_is_whose_they_were() -> None:
    (q,) = quantities_of("Chile lost 90 soldiers in Oman.", actors={"Chile": "CHL"}, places={"Oman": "OMN"})
    assert (q.unit, q.who, q.near) == (Unit.KILLED, "CHL", "OMN")


@pytest.mark.parametrize(
    ("written", "category"),
    [
        ("The bomb killed 9 soldiers.", Category.MILITARY),
        ("The bomb killed 9 policemen.", Category.POLICE),
        ("The bomb killed 9 villagers.", Category.CIVILIAN),
        ("The bomb killed 9 rebels.", Category.MILITANT),
        ("The bomb killed 9 military and civilian workers.", Category.MIXED),
    ],
)
def test_category_is_that_of_the_people(written: str, category: Category) -> None:
    (q,) = quantities_of(written)
    assert q.category == category


@pytest.mark.parametrize(
    ("written", "low", "high"),
    [
        ("It sent two brigades north.", 6000, 10_000),
        ("An armoured brigade crossed the river.", 3000, 5000),
        ("Between two and three battalions are there.", 600, 3000),
    ],
)
def test_army_formations_count_by_their_published_size_and_are_marked_derived(
    written: str, low: float, high: float
) -> None:
    (q,) = quantities_of(written)
    assert (q.derived, q.op, q.value, q.low, q.high, q.unit) == (True, Op.RANGE, None, low, high, Unit.TROOPS)


@pytest.mark.parametrize(
    "written", ["The firm merged two divisions.", "The 155th Brigade fought.", "A company of 14 tanks crossed."]
)
def test_no_size_is_derived_from_names_firms_and_counted_formations(written: str) -> None:
    assert [q for q in quantities_of(written) if q.derived] == []


def test_the_quote_holds_the_bounds_and_what_is_counted() -> None:
    content = "He said at least 40 young soldiers drowned."
    (q,) = quantities_of(content)
    assert q.quote == "at least 40 young soldiers" == content[q.start : q.end]
    assert q.sentence == 0


def test_a_document_of_counts_is_cut_where_it_can_say_that_it_was() -> None:
    assert len(quantities_of("It has 900 troops. " * (MAX_FINDINGS + 9))) == MAX_FINDINGS + 1


_WORDS = st.sampled_from(
    "5 9,000 two dozen dozens troops soldiers people killed wounded were , and . ( ) - of the a civilian brigade "
    "to sent toll "
    "refugees fled including forced out border's % \n 400 may".split(" ")
)


@given(st.one_of(st.text(), st.lists(_WORDS).map(" ".join), st.lists(_WORDS).map("".join)))
def test_any_text_gives_the_same_true_quotes_twice(text: str) -> None:
    found = quantities_of(text)
    assert found == quantities_of(text)
    for q in found:
        assert text[q.start : q.end] == q.quote
        assert 0 < len(q.quote) <= MAX_QUOTE
        assert q.high is None or q.low is None or q.low <= q.high
