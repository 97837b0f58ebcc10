"""Which documents satisfy a query, and which words, values and objects are the reason."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from services.query import Hit, compile_query, evaluate, parse, prepare
from services.query.leaves import AnyOf, Place
from services.query.text_index import TextIndex

NOW = datetime(2022, 2, 8, 9, 30, tzinfo=UTC)
DOCUMENT: dict[str, Any] = {
    "@timestamp": "2022-02-07T12:00:00.000Z",
    "id": "a" * 64,
    "revision": 2,
    "title": "Kremlin denies plan",
    "text": "Full-scale invasion of Ukraine? Russia's 190,000 troops wait. Été à Kyïv.",
    "asserted": ["Russia massed troops near Ukraine", "Red lines were drawn"],
    "denied": ["there is a plan to invade"],
    "source": {"name": "Example News", "domain": "news.example"},
    "historic": False,
    "escalation": {"score": 61.5},
    "actor_ids": ["RUS", "UKR"],
    "troops_reported_max": None,
    "clauses": [{"start": 0, "end": 5, "sentence": 0, "stance": "reported"}],
    "quantities": [
        {"unit": "troops", "low": 190000.0, "near": "UKR", "status": "reported", "who": "RUS"},
        {"unit": "troops", "low": 30000, "near": "BLR", "status": "denied", "who": None},
        {"unit": "tanks", "low": 1200, "near": "UKR", "status": "estimated"},
    ],
    "signals": [],
}


def holds(query: str) -> bool:
    tree = parse(query)
    by_walk = evaluate(tree, DOCUMENT, now=NOW) is not None
    assert compile_query(tree).matches(prepare(DOCUMENT), now=NOW) == by_walk
    return by_walk


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        # Words: any of them, whole tokens, no case, title or text by default.
        ("invasion", True),
        ("INVASION", True),
        ("peace invasion", True),
        ("invas", False),
        ("kremlin", True),
        ("massed", False),
        ("asserted:massed", True),
        ("text:full-scale", True),
        ("text:190,000", True),
        ("été", True),
        ("ete", False),
        ("text:KYÏV", True),
        # Phrases: tokens in a row, across signs but not across entries of an array.
        ('"full scale invasion"', True),
        ('"scale full"', False),
        ('"190.000 troops"', True),
        ('asserted:"near Ukraine"', True),
        ('asserted:"Ukraine red"', False),
        ('text:"..."', False),
        # And, or, not, groups, lists.
        ("invasion and kremlin", True),
        ("invasion and peace", False),
        ("peace or kremlin", True),
        ("not peace", True),
        ("not (peace or kremlin)", False),
        ("peace or kremlin and not invasion", False),
        ("actor_ids:(RUS and UKR)", True),
        ("actor_ids:(RUS and not UKR)", False),
        ("actor_ids:(BLR or UKR)", True),
        # Keywords letter by letter.
        ("actor_ids:rus", False),
        ("source.name:Example News", True),
        ("source.name:Example", False),
        ('source.name:"Example News"', True),
        ("source.name:Ex*ws", True),
        ("source.name:*ex*", False),
        ("source.name > Ex", True),
        # Patterns on text match tokens.
        ("text:inva*", True),
        ("text:*vas*", True),
        ("text:full-sc*", False),
        ("text:peace inv*", True),
        (r"text:inva\*", False),
        ("text:**", True),
        # Numbers and truth.
        ("escalation.score > 61.4", True),
        ("escalation.score >= 6.15e1", True),
        ("escalation.score < 61.5", False),
        ("escalation.score:61.5", True),
        ("revision:2", True),
        ("revision:2.5", False),
        ("revision > 1.5", True),
        ("historic:false", True),
        ("historic:true", False),
        # Dates: periods, zones, date math.
        ("@timestamp:2022-02-07", True),
        ("@timestamp:2022-02", False),
        ('@timestamp:"2022-02||/M"', True),
        ("@timestamp > 2022-02-07", False),
        ("@timestamp >= 2022-02-07", True),
        ('@timestamp >= "2022-02-07T13:00:00+01:00"', True),
        ("@timestamp >= now-1d", True),
        ("@timestamp >= now-21h", False),
        ("@timestamp >= now-1d/d", True),
        ("@timestamp < now/d", True),
        ("@timestamp:1644235200000", True),
        # Existence.
        ("title:*", True),
        ("revised_at:*", False),
        ("troops_reported_max:*", False),
        ("source:*", True),
        ("story:*", False),
        ("clauses:*", False),
        ("troops_reported_max >= null", False),
        ("escalation.score >= null", True),
        # Nested: one object satisfies all of it.
        ("quantities:{ unit:troops and near:UKR and low >= 100000 }", True),
        ("quantities:{ unit:tanks and low >= 100000 }", False),
        ("quantities:{ unit:troops and not status:denied }", True),
        ("quantities:{ not unit:troops }", True),
        ("not quantities:{ unit:troops }", False),
        ("quantities:{ not who:* }", True),
        ("quantities:{ near:(UKR and BLR) }", False),
        ("quantities:{ *:* }", True),
        ("signals:{ *:* }", False),
        ("not signals:{ event:ASSAULT }", True),
        ("signals:{ not event:ASSAULT }", False),
        ("quantities.unit:troops", False),
        ("quantities:*", False),
        ("quantities:{ troops }", False),
        ("quantities:{ *:BLR }", True),
        ("quantities:{ title:Kremlin }", False),
        # Patterns of field names enter nested objects by themselves.
        ("*.unit:tanks", True),
        ("source.*:news.example", True),
        ("*_ids:UKR", True),
        ("zz*:a", False),
        # What cannot be true is false, and its negation true.
        ("escalation.score >= 1,0", False),
        ("not escalation.score >= 1,0", True),
        ("nowhere:{ a:b }", False),
        ("unknown:a", False),
        ("text:null", False),
        ("", True),
    ],
)
def test_a_document_satisfies_a_query_or_not(query: str, expected: bool) -> None:
    assert holds(query) is expected


def test_a_hit_names_clause_field_entry_and_place() -> None:
    match = evaluate(parse('invasion and asserted:"red lines" and revision > 1'), DOCUMENT, now=NOW)
    assert match is not None
    assert match.hits == (
        Hit("invasion", "text", start=11, end=19),
        Hit('asserted:"red lines"', "asserted", entry=1, start=0, end=9),
        Hit("revision > 1", "revision"),
    )
    assert DOCUMENT["text"][11:19] == "invasion"
    assert DOCUMENT["asserted"][1][0:9] == "Red lines"


def test_objects_are_those_that_satisfy_the_whole_braces() -> None:
    match = evaluate(parse("quantities:{ unit:troops and low >= 1000 }"), DOCUMENT, now=NOW)
    assert match is not None
    assert match.objects("quantities") == (0, 1)
    assert match.objects("signals") == ()
    assert [(h.clause, h.path, h.object) for h in match.hits] == [
        ("unit:troops", "quantities", 0),
        ("low >= 1000", "quantities", 0),
        ("unit:troops", "quantities", 1),
        ("low >= 1000", "quantities", 1),
    ]


def test_only_the_branches_that_hold_are_reasons_and_nothing_under_not_is() -> None:
    query = (
        "(peace or kremlin) and not quantities:{ unit:ships } and (quantities:{ unit:tanks } or quantities:{ low < 0 })"
    )
    match = evaluate(parse(query), DOCUMENT, now=NOW)
    assert match is not None
    assert [h.clause for h in match.hits] == ["kremlin", "unit:tanks"]
    assert match.objects("quantities") == (2,)


def test_a_phrase_counts_dropped_tokens_as_places() -> None:
    long = "x" * 256
    document = {"text": f"red {long} line"}
    assert evaluate(parse('text:"red line"'), document, now=NOW) is None
    assert evaluate(parse(f'text:"red {long} line"'), document, now=NOW) is not None
    assert evaluate(parse(f"text:{long}"), document, now=NOW) is None


def test_a_long_text_with_thousands_of_hits_reports_a_bounded_number() -> None:
    match = evaluate(parse("text:war"), {"text": "war " * 10_000}, now=NOW)
    assert match is not None
    assert len(match.hits) == 50


def test_a_prepared_document_serves_many_queries() -> None:
    prepared = prepare(DOCUMENT)
    assert evaluate(parse("invasion"), prepared, now=NOW) == evaluate(parse("invasion"), DOCUMENT, now=NOW)
    assert evaluate(compile_query(parse("peace")), prepared, now=NOW) is None


def test_what_satisfied_a_shared_clause_is_looked_for_once_a_document(monkeypatch: pytest.MonkeyPatch) -> None:
    looked: list[str] = []
    places = AnyOf.places

    def spied(test: AnyOf, *at: Any) -> Iterator[Place]:
        looked.append(test.path)
        return places(test, *at)

    monkeypatch.setattr(AnyOf, "places", spied)
    prepared = prepare(DOCUMENT)
    queries = [compile_query(parse(f"text:invasion and revision > {number}")) for number in (-1, 0)]
    matches = [match for compiled in queries if (match := evaluate(compiled, prepared, now=NOW)) is not None]
    assert looked == []
    assert [match.hits[0] for match in matches] == 2 * [Hit("text:invasion", "text", start=11, end=19)]
    assert looked == ["text"]


def test_objects_are_known_without_looking_for_words(monkeypatch: pytest.MonkeyPatch) -> None:
    match = evaluate(parse("invasion and quantities:{ unit:troops }"), DOCUMENT, now=NOW)
    monkeypatch.setattr(TextIndex, "places", None)
    assert match is not None
    assert match.objects("quantities") == (0, 1)


def test_a_pattern_with_many_stars_stays_fast() -> None:
    document = {"text": "a" * 255, "url": "a" * 8000}
    query = "text:" + "a*" * 100 + "b or url:" + "*a" * 200 + "b"
    assert evaluate(parse(query), document, now=NOW) is None
