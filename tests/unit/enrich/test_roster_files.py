"""The roster: what it holds, and how an error in a file is told."""

import pycountry
import pytest

from services.enrich.core.roster.files import RosterError, load_roster, read_rows, slug
from services.enrich.core.roster.regions import load_regions


def test_the_roster_is_as_large_as_promised() -> None:
    roster = load_roster()
    assert len(roster.people) >= 400
    assert len(roster.organisations) >= 150
    assert {p.country for p in roster.people if p.country} <= {s.code for s in roster.states}


def test_codes_of_states_are_iso_3166() -> None:
    unknown = [s.code for s in load_roster().states if pycountry.countries.get(alpha_3=s.code) is None]
    assert unknown == ["XKX"], "Kosovo has no code of its own and goes by the user-assigned XKX"


def test_every_sovereign_state_of_the_united_nations_is_there() -> None:
    codes = {s.code for s in load_roster().states}
    assert {"AFG", "BRA", "CHN", "DEU", "FRA", "IND", "NGA", "PRK", "RUS", "SYR", "TUV", "UKR", "USA", "ZWE"} <= codes
    assert len(codes) >= 195


def test_ids_are_unique() -> None:
    roster = load_roster()
    for ids in ([p.id for p in roster.people], [o.id for o in roster.organisations], [s.code for s in roster.states]):
        assert len(ids) == len(set(ids))


def test_terms_of_office_run_forward() -> None:
    backwards = [
        (p.name, r) for p in load_roster().people for r in p.roles if r.since and r.until and r.since > r.until
    ]
    assert backwards == []


def test_regions_lie_in_known_states() -> None:
    codes = {s.code for s in load_roster().states}
    assert {r.country for r in load_regions() if r.country} <= codes


@pytest.mark.parametrize(
    ("toml", "message"),
    [
        (
            '[[person]]\nname = "A B"\ncountry = "Russia"\n',
            r"mine.toml:1: country 'Russia' is no ISO 3166 alpha-3 code",
        ),
        ('\n\n[[person]]\ncountry = "RUS"\n', r"mine.toml:3: name is missing"),
        ('[[person]]\nname = "A B"\nborn = "1960"\n', r"mine.toml:1: unknown key 'born' of a person; known: aliases, "),
        ('[[person]]\nname = "A B"\n\n[[person]]\nname = 5\n', r"mine.toml:4: name must be text or a list of texts"),
        ('[[person]]\nname = "A B"\nroles = ["King since 1960"]\n', r"mine.toml:1: role 'King since 1960' is not of"),
        ('[[person]]\nname = "A B"\nroles = ["King 1960-13/"]\n', r"mine.toml:1: '1960-13' is no date"),
        ('[[organisation]]\nname = "A"\ntype = "club"\n', r"mine.toml:1: type 'club' is none of person, state, "),
        ("[[people]]\n", r"mine.toml:1: unknown table 'people'; known: state, person, organisation"),
        ("[person]\n", r"mine.toml:1: write \[\[person\]\], one table for each person"),
        ('[[person]]\nname = "A\n', r"mine.toml:2: "),
    ],
)
def test_an_error_names_file_line_and_reason(toml: str, message: str) -> None:
    with pytest.raises(RosterError, match=message):
        load_roster(toml, "mine.toml")


def test_a_row_with_too_few_columns_is_named() -> None:
    with pytest.raises(RosterError, match=r"states\.csv:4: 2 columns where the header has 3: FRA,France"):
        list(read_rows("states.csv", ["# head", "code,name,aliases", "", "FRA,France"]))


def test_a_user_entry_replaces_ours() -> None:
    mine = load_roster('[[person]]\nname = "Emmanuel Macron"\ncountry = "FRA"\nroles = ["Citizen 2030/"]\n')
    (macron,) = [p for p in mine.people if p.id == "emmanuel-macron"]
    assert [r.title for r in macron.roles] == ["Citizen"]
    assert len(mine.people) == len(load_roster().people)


@pytest.mark.parametrize(
    ("name", "expected"), [("Łukasz Ünal", "lukasz-unal"), ("O'Neil", "o-neil"), ("Ωμέγα", "unnamed")]
)
def test_an_id_is_plain_letters(name: str, expected: str) -> None:
    assert slug(name) == expected
