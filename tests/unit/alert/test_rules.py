"""What may be a subscription, and what is said about the rest."""

import re
from datetime import timedelta
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.alert.core.durations import format_duration, parse_duration
from services.alert.core.rule_files import id_of_name
from services.alert.core.rules import InvalidRule, compile_rule, query_warnings, read_draft
from services.alert.core.subscriptions import ID_PATTERN, Subscription, revise
from services.contracts.alert import Trigger
from services.query import parse
from tests.articles import NOON
from tests.subscriptions import SECRET, TROOPS, ladder, read_rules, subscription, webhook

LATER = NOON + timedelta(hours=1)


def problems(**values: Any) -> list[str]:
    with pytest.raises(InvalidRule) as caught:
        read_draft({"name": "x", "query": TROOPS} | values)
    return [str(problem) for problem in caught.value.problems]


def count(**changes: Any) -> dict[str, Any]:
    return {"count": {"at_least": 3, "window": "6h"} | changes}


def spike(**changes: Any) -> dict[str, Any]:
    return {"spike": {"window": "1h", "ratio": 3, "baseline": "14d"} | changes}


@pytest.mark.parametrize(
    ("trigger", "kind"),
    [
        (ladder(100_000), Trigger.CROSSES),
        (count(sources=2, by=["quantities.near"]), Trigger.COUNT),
        (spike(), Trigger.SPIKE),
        ({"first": {"field": "dyad_ids", "look_back": "90d"}}, Trigger.FIRST),
        ({"silence": {"window": "12h"}}, Trigger.SILENCE),
        ({"changes": {"by": 10, "window": "24h", "half_life": "3d", "dyads": ["RUS-UKR"]}}, Trigger.CHANGES),
    ],
)
def test_a_trigger_is_read_back_as_it_was_written(trigger: dict[str, Any], kind: Trigger) -> None:
    stored = subscription(query=TROOPS, trigger=trigger)
    assert compile_rule(stored).subscription.kind is kind
    again = Subscription.model_validate_json(stored.model_dump_json())
    assert again == stored
    assert revise(stored, again.draft, LATER) is stored


def test_the_trigger_is_a_word_or_a_mapping() -> None:
    assert compile_rule(subscription(trigger="each")).subscription.kind is Trigger.EACH
    crosses = read_draft({"name": "x", "query": TROOPS, "trigger": ladder(100_000, window="14d")}).trigger
    assert crosses.model_dump(mode="json") == {  # type: ignore[union-attr]
        "crosses": {
            "field": "quantities.low",
            "by": ["quantities.who", "quantities.near"],
            "ladder": [100_000.0],
            "hysteresis": 0.1,
            "window": "14d",
        }
    }


@pytest.mark.parametrize(
    ("values", "says"),
    [
        ({"trigger": ladder()}, "trigger.crosses.ladder: Tuple should have at least 1 item"),
        ({"trigger": ladder(1, hysteresis=1)}, "trigger.crosses.hysteresis: Input should be less than 1"),
        ({"trigger": ladder(1, window="2 weeks")}, "trigger.crosses.window: write a whole number and a unit"),
        ({"trigger": ladder(1, window="4000d")}, "trigger.crosses.window: at most 3650d"),
        ({"trigger": ladder(float("inf"))}, "trigger.crosses.ladder: every rung is a finite number"),
        ({"trigger": ladder(1, field="quantities.start")}, "trigger.crosses.field: 'quantities.start' is no number"),
        (
            {"trigger": ladder(1, by=["signals.source"])},
            "trigger.crosses.by.0: 'signals.source' cannot group",
        ),
        ({"trigger": ladder(1, by=["quantities.quote"])}, "trigger.crosses.by.0: 'quantities.quote' cannot group"),
        ({"trigger": ladder(1), "query": f"not {TROOPS}"}, "query: the query never enters quantities"),
        ({"trigger": {"tally": {}}}, "trigger: write `each`, or one of crosses, count"),
        ({"trigger": {}}, "trigger: write `each`, or one of crosses, count"),
        ({"trigger": "count"}, "trigger: "),
        ({"trigger": {"count": {"at_least": 3}}}, "trigger.count.window: Field required"),
        ({"trigger": {"count": {"at_least": 0, "window": "1h"}}}, "trigger.count.at_least: Input should be greater"),
        ({"trigger": {"count": {"at_least": 3, "window": "30s"}}}, "trigger.count.window: at least 1m"),
        ({"trigger": {"count": {"at_least": 3, "windw": "1h"}}}, "trigger.count.windw: no such field (did you mean"),
        ({"trigger": count(by=["title"])}, "trigger.count.by.0: 'title' is no field of nested objects"),
        ({"trigger": count(by=["actors.id"])}, "query: the query never enters actors"),
        (
            {"trigger": count(by=["quantities.near", "places.id"])},
            "trigger.count.by.1: 'places.id' cannot group quantities",
        ),
        ({"trigger": {"count": {"at_least": 1, "window": "1h"}, "spike": {}}}, "trigger.spike: no such field (a trig"),
        ({"trigger": spike(ratio=1)}, "trigger.spike.ratio: Input should be greater than 1"),
        ({"trigger": spike(ratio=float("inf"))}, "trigger.spike.ratio: Input should be"),
        ({"trigger": spike(baseline="90m")}, "trigger.spike: write a baseline of 2 to 1000 windows"),
        ({"trigger": {"first": {"field": "title", "look_back": "90d"}}}, "trigger.first.field: Input should be"),
        ({"trigger": {"silence": {}}}, "trigger.silence.window: Field required"),
        ({"trigger": {"changes": {"by": 0, "window": "1d"}}}, "trigger.changes.by: Input should be greater than 0"),
        ({"trigger": {"changes": {"by": 9, "window": "1d", "half_life": "2d"}}}, "trigger.changes.half_life: Input"),
        ({"trigger": {"changes": {"by": 9, "window": "1d", "dyads": ["Russia"]}}}, "trigger.changes.dyads.0: String"),
        ({"severity": "panic"}, "severity: Input should be 'low', 'medium', 'high' or 'critical'"),
        ({"id": "a b"}, "id: String should match pattern"),
        ({"query": "a" * 20_001}, "query: String should have at most 20000 characters"),
        ({"query": "(" * 200 + "a" + ")" * 200}, "query at position 100: "),
        ({"channels": [webhook(), webhook()]}, "channels: a channel is named twice"),
        ({"channels": [{"type": "pigeon"}]}, "channels.0: Input tag 'pigeon'"),
        ({"channels": [webhook("https://user:pass@receiver.example/")]}, "channels.0.url: a URL with a user"),
        ({"channels": [webhook("https://" + "a" * 254 + "/")]}, "channels.0.url: write an absolute http or https URL"),
        ({"channels": [webhook("https://a:99999/")]}, "channels.0.url: write an absolute http or https URL"),
        ({"channels": [webhook(secret="whsec_c2hvcnQ=")]}, "channels.0.secret: write whsec_"),
        ({"channels": [{"type": "webhook", "url": "https://a", "sekret": "x"}]}, "did you mean secret?"),
    ],
)
def test_each_problem_names_its_field(values: dict[str, Any], says: str) -> None:
    found = problems(**values)
    assert any(says in problem for problem in found), found


def test_all_problems_come_at_once() -> None:
    found = problems(severity="panic", trigger=ladder(2, 1), nmae="y")
    assert len(found) == 3


def test_a_field_that_no_document_has_is_a_warning() -> None:
    assert read_draft({"name": "x", "query": "titel:a"}).query == "titel:a"
    assert [p.hint for p in query_warnings(parse("titel:a"))] == ["write title:a"]


def test_to_change_nothing_makes_no_version() -> None:
    stored = subscription(channels=[webhook()])
    assert revise(stored, stored.draft, LATER) is stored
    without_secret = stored.draft.model_copy(
        update={"channels": subscription(channels=[webhook(secret=None)]).channels}
    )
    assert revise(stored, without_secret, LATER) is stored


def test_a_change_is_the_next_version_and_keeps_id_and_birth() -> None:
    stored = subscription()
    changed = revise(stored, stored.draft.model_copy(update={"query": "siege", "id": None}), LATER)
    assert changed == Subscription.model_validate(
        stored.model_dump() | {"query": "siege", "version": 2, "updated_at": LATER}
    )


def test_secrets_are_not_shown() -> None:
    assert SECRET not in str(subscription(channels=[webhook()]).public())


@given(st.integers(1, 3650 * 86_400))
def test_a_duration_is_written_as_it_is_read(seconds: int) -> None:
    span = timedelta(seconds=seconds)
    assert parse_duration(format_duration(span)) == span


@pytest.mark.parametrize("text", ["", "d", "0d", "-1d", "1.5h", "1 d", "1y", "1d ", "１d", 5])
def test_other_spellings_of_a_duration_are_refused(text: Any) -> None:
    with pytest.raises(ValueError, match="whole number and a unit"):
        parse_duration(text)


FILE = """
rules:
  - name: troops-near-ukraine
    query: 'quantities:{ unit:troops and near:UKR and low >= 100000 and status:reported }'
    trigger: each
  - name: build-up near Ukraine
    query: 'quantities:{ unit:troops and near:UKR and movement:build_up and status:reported }'
    trigger: { crosses: { field: quantities.low, by: [quantities.who], ladder: [100000, 150000], window: 14d } }
"""


def test_a_name_makes_an_id() -> None:
    assert [rule.id for rule in read_rules(FILE)] == [None, None]
    assert id_of_name("troops-near-ukraine") == "troops-near-ukraine"
    assert re.fullmatch(ID_PATTERN, id_of_name("build-up near Ukraine"))


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "line 1: file: write one key, rules"),
        ("rules: []", "line 1: file: write one key, rules"),
        ("- a", "line 1: file: write one key, rules"),
        ("rules:\n  - name: [", "line 2: file: not YAML"),
        ("rules: \x00", "file: not YAML"),
        ("rules: [{name: a, query: b}]\nrule: c", "line 2: rule: no such key"),
        ("rules:\n\n  - name: a\n    query: 'b:('", "line 4: [rule a] query at position 3"),
        ("rules:\n  - name: a\n    query: b\n  - name: a\n    query: c", "line 4: [rule a] name: another rule"),
        ("rules:\n  - just text", "line 2: subscription: "),
        ("rules:\n  - name: a\n    query: b\n    triger: each", "line 4: [rule a] triger: no such field (did you mean"),
        ("a: &a [b]\nrules: *a", "line 1: a: no such key"),
        ("rules:\n  - name: a\n    query: b\n    name: c", "line 4: file: not YAML: the key 'name' stands twice"),
        (
            "rules:\n  - name: a\n    query: b\n    channels:\n      - type: console\n      - type: webhook\n"
            "        url: x",
            "line 7: [rule a] channels.1.url: write an absolute http or https URL",
        ),
        (
            "rules:\n  - template: deployment-to\n    with:\n      contry: LTU",
            "line 4: with.contry: no such parameter (did you mean country?)",
        ),
        ("rules:\n  - !!python/object/apply:os.system [ls]", "not YAML"),
    ],
)
def test_a_file_that_cannot_be_used_says_why_and_where(text: str, says: str) -> None:
    with pytest.raises(InvalidRule) as caught:
        read_rules(text)
    assert says in str(caught.value)


@pytest.mark.parametrize("query", ["a" * 50_000, "(" * 200 + "a" + ")" * 200, "not (" * 200 + "a" + ")" * 200])
def test_a_rule_that_is_too_long_or_too_deep_is_refused_in_milliseconds(query: str) -> None:
    started = process_time()
    with pytest.raises(InvalidRule) as refused:
        read_draft({"name": "greedy", "query": query})
    assert process_time() - started < 0.1
    (problem,) = refused.value.problems
    assert problem.field == "query"
    assert "at most 20000" in problem.reason or "more than 100 brackets" in problem.reason
