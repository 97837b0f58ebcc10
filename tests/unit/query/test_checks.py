"""What can find nothing is an error, what looks wrong a warning; each names its place and what works."""

import pytest

from services.query import Problem, Severity, check, evaluate, parse
from services.query.checks import Severity as S
from tests.articles import NOON


def problems(query: str) -> list[Problem]:
    return check(parse(query))


@pytest.mark.parametrize(
    "query",
    [
        "",
        "*",
        "invasion",
        'asserted:"red line" and not denied:plan',
        "quantities:{ unit:troops and near:UKR and low >= 100000 and not status:denied }",
        "signals:{ event:(ASSAULT or COERCE) and weight < -5 }",
        "@timestamp >= now-7d/d and @timestamp < 2022-03",
        "source.*:a and *.id:RUS and title:*",
        "source:* and revised_at:*",
        "quantities:{ *:* }",
        "historic:false and revision > 1.5",
    ],
)
def test_a_sound_query_has_no_problems(query: str) -> None:
    assert problems(query) == []


@pytest.mark.parametrize(
    ("query", "severity", "position", "words", "suggestion"),
    [
        # A nested field outside its braces, and what is foreign inside them.
        ("quantities.unit:troops", S.ERROR, 0, "outside its braces", "quantities:{ unit:troops }"),
        ("a and quantities.low >= 5", S.ERROR, 6, "outside its braces", "quantities:{ low >= 5 }"),
        ("quantities:{ quantities.unit:troops }", S.ERROR, 13, "without quantities.", "unit:troops"),
        ("quantities:{ text:a }", S.ERROR, 13, "put it outside", ""),
        ("quantities:{ nera:UKR }", S.ERROR, 13, "no field nera", "near:UKR"),
        ("quantities:{ troops }", S.ERROR, 13, "needs a field", "FIELD:troops"),
        ("quantities:troops", S.ERROR, 0, "holds objects", "quantities:{ FIELD:VALUE }"),
        ("quantities:*", S.ERROR, 0, "holds objects", "quantities:{ *:* }"),
        ("quantities.lwo > 5", S.ERROR, 0, "no field lwo", "quantities:{ low > 5 }"),
        ("quantitys:{ unit:troops }", S.ERROR, 0, "holds no objects", "quantities:{ ... }"),
        ("source:{ name:a }", S.ERROR, 0, "holds no objects", ""),
        ("clauses.start > 5", S.ERROR, 0, "cannot be searched", ""),
        # Values that the field cannot have.
        ("quantities:{ low >= 100,000 }", S.ERROR, 20, "no number", "low >= 100000"),
        ("revision:one", S.ERROR, 9, "no number", ""),
        ("revision > 99999999999", S.ERROR, 11, "32 bits", ""),
        ("escalation.score:5*", S.ERROR, 17, "takes no pattern", ""),
        ("@timestamp > yesterday", S.ERROR, 13, "no date", ""),
        ("historic:yes", S.ERROR, 9, "neither true nor false", ""),
        ('locations:"50,30"', S.ERROR, 10, "map", ""),
        ("title:null", S.ERROR, 6, "null is no value", "not title:*"),
        ('title:"..."', S.ERROR, 6, "no letter", ""),
        # Unknown names and words.
        ("asertd:invasion", S.WARNING, 0, "no field is called asertd", "asserted:invasion"),
        ("unit:troops", S.WARNING, 0, "no field is called unit", "quantities:{ unit:troops }"),
        ("low >= 100,000", S.WARNING, 0, "no field is called low", "quantities:{ low >= 100000 }"),
        ("zzzzzz:a", S.WARNING, 0, "no field is called zzzzzz", ""),
        ("region:a", S.WARNING, 0, "no field is called region", ""),
        ("sentiment:bad", S.WARNING, 0, "no field is called sentiment", ""),
        ("quantities:{ unit:dead }", S.WARNING, 18, "never 'dead'", ""),
        ("zz*:a", S.WARNING, 0, "no field is called zz*", ""),
        ("source:reuters", S.WARNING, 0, "it has source.name", "source.name:reuters"),
        ("https://example.org/a", S.WARNING, 0, "quotation marks", 'url:"https://example.org/a"'),
        ("quantities:{ unit:troop }", S.WARNING, 18, "never 'troop'", "unit:troops"),
        ("signals:{ event:assault }", S.WARNING, 16, "never 'assault'", "event:ASSAULT"),
        ("@timestamp:2022-02", S.WARNING, 11, "first day", "@timestamp:2022-02||/M"),
        ("@timestamp <= 2022", S.WARNING, 14, "first day", "@timestamp <= 2022||/y"),
    ],
)
def test_a_problem_names_its_place_and_what_works(
    query: str, severity: Severity, position: int, words: str, suggestion: str
) -> None:
    (found,) = problems(query)
    assert (found.severity, found.position, found.suggestion) == (severity, position, suggestion)
    assert words in found.message
    if suggestion and "FIELD" not in suggestion and "..." not in suggestion:
        parse(suggestion)


@pytest.mark.parametrize(
    "query", ["quantities.unit:troops", "revision:one", "title:null", "clauses.start > 5", "x:{ y:z }"]
)
def test_a_query_with_an_error_still_finds_nothing_without_failing(query: str) -> None:
    assert evaluate(parse(query), {"title": "a", "revision": 1}, now=NOON) is None


def test_all_problems_are_told_in_the_order_of_the_text() -> None:
    found = problems("foo:a or not (quantities:{ unit:x } and revision:y)")
    assert [p.position for p in found] == [0, 32, 49]
