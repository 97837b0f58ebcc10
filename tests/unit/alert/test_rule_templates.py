"""Each template fires on its own sentence and stays silent on a near miss; what is filled in wrongly is explained."""

import asyncio
from typing import Any

import pytest

from services.alert.app import build_replay
from services.alert.core.rules import InvalidRule, parse_query, query_warnings, read_draft
from services.alert.core.templates.catalogue import templates
from services.alert.core.templates.countries import country_code, force_code
from services.alert.core.templates.expansion import expand_entry
from services.alert.core.templates.parameters import Kind
from services.enrich.core.enrich import enrich
from services.query import compile_query, prepare
from tests.articles import NOON, article
from tests.subscriptions import subscription

CASES = [
    (
        "keyword-watch",
        {"words": ["martial law", "curfew"]},
        "Poland declared martial law on Friday.",
        "Poland denied that it plans to declare martial law.",
    ),
    (
        "keyword-watch",
        {"words": "curfew", "said": "denied"},
        "The mayor denied that a curfew is planned.",
        "The mayor announced a curfew.",
    ),
    (
        "keyword-watch",
        {"words": "curfew", "said": "anyhow"},
        "The mayor denied that a curfew is planned.",
        "The mayor opened a market.",
    ),
    (
        "topic-watch",
        {"topic": "invasion"},
        "Russia will invade Ukraine soon, officials said.",
        "Russia denied that it plans to invade Ukraine.",
    ),
    (
        "topic-watch",
        {"topic": "coup", "country": "Niger"},
        "Soldiers staged a coup in Niger on Wednesday.",
        "Soldiers staged a coup in Gabon on Wednesday.",
    ),
    (
        "troop-ladder",
        {"country": "Ukraine"},
        "Russia has massed 120,000 troops near the border with Ukraine, officials said.",
        "Russia has massed 12,000 troops near the border with Ukraine, officials said.",
    ),
    (
        "troop-ladder",
        {"country": "UKR", "force": "Belarus", "ladder": [5000]},
        "Belarus has massed 6,000 troops near the border with Ukraine, officials said.",
        "Russia has massed 120,000 troops near the border with Ukraine, officials said.",
    ),
    (
        "deployment-to",
        {"country": "Lithuania"},
        "Germany said it would send up to 350 soldiers to Lithuania.",
        "Germany said it would send up to 350 soldiers to Latvia.",
    ),
    (
        "deployment-to",
        {"country": "Lithuania", "force": "Germany"},
        "Germany said it would send up to 350 soldiers to Lithuania.",
        "Canada said it would send up to 350 soldiers to Lithuania.",
    ),
    (
        "dyad-escalation",
        {"source": "Russia", "target": "Ukraine"},
        "Russia shelled Kharkiv in Ukraine on Monday, killing 20 civilians.",
        "Russia and Ukraine agreed to meet in Istanbul.",
    ),
    (
        "ceasefire-talks",
        {},
        "Russia and Ukraine held ceasefire talks in Istanbul on Monday.",
        "Ukraine rejected a ceasefire.",
    ),
    (
        "ceasefire-talks",
        {"country": "Ukraine"},
        "Peace talks between Russia and Ukraine will resume on Friday.",
        "Peace talks between Sudan and its rebels will resume on Friday.",
    ),
    (
        "casualties",
        {"country": "Syria", "at_least": 100},
        "At least 120 civilians were killed in Syria, officials said.",
        "At least 12 civilians were killed in Syria, officials said.",
    ),
    (
        "casualties",
        {"country": "Ukraine", "whose": "civilian"},
        "At least 120 civilians were killed in Ukraine, officials said.",
        "At least 120 soldiers were killed in Ukraine, officials said.",
    ),
    (
        "sanctions",
        {"country": "Russia"},
        "The European Union imposed new sanctions on Russia's central bank.",
        "The United States lifted sanctions on Iran.",
    ),
    (
        "refugees",
        {"country": "Ukraine"},
        "More than 500,000 refugees have fled Ukraine, the UN said.",
        "More than 500 refugees have fled Ukraine, the UN said.",
    ),
]


def raised(entry: dict[str, Any], text: str) -> int:
    """How many alerts a filled-in template raises on an article of this text, the first that ever came."""
    replay = build_replay([subscription(**expand_entry(entry))])
    return len(asyncio.run(replay.feed([enrich(article("one", title="", text=text))])))


@pytest.mark.parametrize(("name", "filled", "fires", "silent"), CASES)
def test_a_template_fires_on_its_sentence_and_not_on_a_near_miss(
    name: str, filled: dict[str, Any], fires: str, silent: str
) -> None:
    entry = {"template": name, "with": filled}
    assert (raised(entry, fires), raised(entry, silent)) == (1, 0)


def test_every_template_has_a_case() -> None:
    assert {name for name, *_ in CASES} == templates().keys()


@pytest.mark.parametrize("name", templates())
def test_the_examples_of_a_template_make_a_rule_without_fault(name: str) -> None:
    template = templates()[name]
    draft = read_draft(expand_entry({"template": name, "with": {p.name: p.example for p in template.parameters}}))
    assert query_warnings(parse_query(draft.query)) == []
    assert "$" not in draft.name + draft.query
    assert all(p.description and p.example is not None for p in template.parameters)
    assert all(p.options for p in template.parameters if p.kind is Kind.CHOICE)


def test_what_an_entry_says_itself_stands_over_the_template() -> None:
    entry = {"template": "deployment-to", "with": {"country": "lithuania"}, "severity": "low", "tags": ["baltics"]}
    assert read_draft(expand_entry(entry)).model_dump(exclude_defaults=True) == {
        "name": "Deployment to Lithuania",
        "query": "quantities:{ is_deployment:true and near:LTU "
        "and status:(reported or estimated or predicted or planned) }",
        "severity": "low",
        "tags": ("baltics",),
    }


def test_an_entry_without_a_template_is_left_as_it_is() -> None:
    for entry in ({"name": "a"}, "text", None, ["template"]):
        assert expand_entry(entry) is entry


@pytest.mark.parametrize(
    ("entry", "says"),
    [
        ({"template": "deploymentto"}, "template: there is no template 'deploymentto' (did you mean deployment-to?)"),
        ({"template": 5}, "template: there is no template 5 (one of keyword-watch, "),
        ({"template": "deployment-to"}, "with.country: is needed, for example country: Lithuania"),
        ({"template": "deployment-to", "with": "Lithuania"}, "with: write the template's parameters as name: value"),
        (
            {"template": "deployment-to", "with": {"contry": "LTU"}},
            "with.contry: no such parameter (did you mean country?)",
        ),
        ({"template": "deployment-to", "with": {"country": "Lithunia"}}, "did you mean Lithuania?"),
        ({"template": "deployment-to", "with": {"country": ["a"]}}, "with.country: write a country's name or code"),
        ({"template": "deployment-to", "with": {"country": "NATO"}}, "with.country: 'NATO' is no country"),
        (
            {"template": "deployment-to", "with": {"country": "LTU"}, "query": "a"},
            "query: the template writes the query",
        ),
        (
            {"template": "troop-ladder", "with": {"country": "UKR", "ladder": [2, 1]}},
            "with.ladder: write up to 50 rising numbers",
        ),
        (
            {"template": "troop-ladder", "with": {"country": "UKR", "ladder": ["many"]}},
            "with.ladder: write a number such as 100000",
        ),
        (
            {"template": "troop-ladder", "with": {"country": "UKR", "window": "2 weeks"}},
            "with.window: write a whole number and a unit",
        ),
        (
            {"template": "casualties", "with": {"country": "UKR", "at_least": True}},
            "with.at_least: write a number above 0",
        ),
        (
            {"template": "casualties", "with": {"country": "UKR", "whose": "mine"}},
            "with.whose: write one of civilian, military",
        ),
        ({"template": "keyword-watch", "with": {"words": []}}, "with.words: write a word, a phrase, or a list"),
        ({"template": "keyword-watch", "with": {"words": "}"}}, "with.words: write a word, a phrase, or a list"),
        ({"template": "keyword-watch", "with": {"words": [{"a": 1}]}}, "with.words: write a word, a phrase, or a list"),
    ],
)
def test_what_is_filled_in_wrongly_is_named_with_what_works(entry: dict[str, Any], says: str) -> None:
    with pytest.raises(InvalidRule) as caught:
        expand_entry(entry)
    assert says in str(caught.value)


def test_all_that_is_filled_in_wrongly_is_named_at_once() -> None:
    with pytest.raises(InvalidRule) as caught:
        expand_entry({"template": "troop-ladder", "with": {"ladder": [], "widow": 1}, "trigger": "each"})
    assert [p.field for p in caught.value.problems] == ["trigger", "with.widow", "with.country", "with.ladder"]


@pytest.mark.parametrize(
    ("written", "code"),
    [
        ("Lithuania", "LTU"),
        ("ltu", "LTU"),
        ("LT", "LTU"),
        (" south  korea ", "KOR"),
        ("Russia", "RUS"),
        ("Russian Federation", "RUS"),
        ("Kosovo", "XKX"),
        ("UK", "GBR"),
        ("the Gambia", None),
        ("Türkiye", "TUR"),
        ("Netherlands", "NLD"),
        ("Syria", "SYR"),
        ("", None),
    ],
)
def test_a_country_is_known_by_its_names_and_codes(written: str, code: str | None) -> None:
    if code is None:
        with pytest.raises(ValueError, match="no country is called"):
            country_code(written)
    else:
        assert country_code(written) == code


def test_a_force_may_be_an_organisation() -> None:
    assert [force_code(name) for name in ("NATO", "european union", "Germany")] == ["NATO", "EU", "DEU"]


@pytest.mark.parametrize("word", ['say "no"', "a\\b", "not", "* or x", "} a {", "x:(y", "troops\nor"])
def test_no_word_can_leave_its_place_in_the_query(word: str) -> None:
    draft = read_draft(expand_entry({"template": "keyword-watch", "with": {"words": word}, "name": "x"}))
    compiled = compile_query(parse_query(draft.query))
    assert not compiled.matches(prepare({"asserted": ["nothing of the kind"], "text": "troops y"}), now=NOON)
    assert compiled.matches(prepare({"asserted": [word]}), now=NOON)


def test_the_code_of_norway_is_no_false() -> None:
    assert "near:NOR" in expand_entry({"template": "deployment-to", "with": {"country": False}})["query"]
