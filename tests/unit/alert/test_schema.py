"""The JSON Schema and the models say the same of a file, as far as a schema can say it."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from services.alert.core.rule_files import check_rules
from services.alert.core.schema import rules_schema
from services.alert.core.templates.catalogue import templates
from services.cli.rule_book import SAMPLE_RULES
from services.cli.rule_checking import schema_text
from tests.unit.alert.test_docs import RULES, blocks

ROOT = Path(__file__).parents[3]
VALIDATOR = Draft202012Validator(rules_schema())


def faults(text: str) -> list[str]:
    return [error.message for error in VALIDATOR.iter_errors(yaml.safe_load(text))]


def rule(**values: Any) -> str:
    return yaml.safe_dump({"rules": [{"name": "a", "query": "b"} | values]})


def filled(template: str, **values: Any) -> str:
    return yaml.safe_dump({"rules": [{"template": template, "with": values}]})


def test_the_schema_is_one() -> None:
    Draft202012Validator.check_schema(rules_schema())


def test_the_page_is_what_make_docs_would_write() -> None:
    assert (ROOT / "docs/rules.schema.json").read_text(encoding="utf-8") == schema_text()


GOOD = {
    "the sample rules": SAMPLE_RULES.read_text(),
    "the least": rule(),
    "each": rule(trigger="each"),
    "a ladder": rule(
        query="quantities:{ low > 1 }",
        trigger={"crosses": {"field": "quantities.low", "ladder": [1, 2.5]}},
    ),
    "a count": rule(trigger={"count": {"at_least": 3, "sources": 2, "window": "6h"}}),
    "a spike": rule(trigger={"spike": {"window": "1h", "ratio": 3, "baseline": "7d"}}),
    "something new": rule(trigger={"first": {"field": "actors.id", "look_back": "30d"}}),
    "a silence": rule(trigger={"silence": {"window": "12h"}}),
    "a change": rule(trigger={"changes": {"by": 10, "window": "1d", "dyads": ["RUS-UKR"]}}),
    "channels": rule(channels=[{"type": "console"}, {"type": "webhook", "url": "https://a.example/b"}]),
    "the rest": rule(id="x.y-z", severity="critical", tags=["a", "b"], paused=True),
    "a template with more": yaml.safe_dump(
        {"rules": [{"template": "ceasefire-talks", "name": "talks", "severity": "low", "tags": ["a"]}]}
    ),
    "Norway": "rules:\n  - { template: deployment-to, with: { country: NO } }",
    "a number with commas": filled("casualties", country="Syria", at_least="1,000"),
    "one rung": filled("troop-ladder", country="UKR", ladder=5000, window="2w"),
}
GOOD |= {
    f"template {t.name}": filled(t.name, **{p.name: p.example for p in t.parameters}) for t in templates().values()
}
GOOD |= {f"documented {number}": text for number, text in enumerate(blocks(RULES, "yaml"))}
BAD = {
    "nothing": "{}",
    "no list": "rules: {}",
    "an empty list": "rules: []",
    "another key": "rules: [{ name: a, query: b }]\nrule: c",
    "no name": "rules: [{ query: b }]",
    "no query": "rules: [{ name: a }]",
    "an empty name": rule(name=""),
    "a misspelt field": rule(triger="each"),
    "an unknown trigger": rule(trigger="sometimes"),
    "two triggers": rule(trigger={"count": {"at_least": 3, "window": "6h"}, "silence": {"window": "12h"}}),
    "a ladder without rungs": rule(trigger={"crosses": {"field": "quantities.low", "ladder": []}}),
    "a window without a unit": rule(trigger={"silence": {"window": "12"}}),
    "a window in words": rule(trigger={"silence": {"window": "12 hours"}}),
    "an unknown setting": rule(trigger={"silence": {"window": "12h", "by": []}}),
    "an unknown severity": rule(severity="panic"),
    "an id with a blank": rule(id="a b"),
    "an unknown channel": rule(channels=[{"type": "pigeon"}]),
    "a webhook without a URL": rule(channels=[{"type": "webhook"}]),
    "too many tags": rule(tags=[str(n) for n in range(21)]),
    "a long query": rule(query="a" * 20_001),
    "an unknown template": filled("deployment"),
    "a template without its parameter": "rules: [{ template: deployment-to }]",
    "an unknown parameter": filled("deployment-to", contry="LTU"),
    "a list of countries": filled("deployment-to", country=["LTU", "LVA"]),
    "an option that is none": filled("keyword-watch", words="a", said="perhaps"),
    "a duration in words": filled("troop-ladder", country="UKR", window="2 weeks"),
    "no words": filled("keyword-watch", words=[]),
    "a query beside a template": "rules: [{ template: ceasefire-talks, query: a }]",
}


@pytest.mark.parametrize("case", GOOD)
def test_both_accept_what_is_good(case: str) -> None:
    assert faults(GOOD[case]) == []
    assert check_rules(GOOD[case]).problems == ()


@pytest.mark.parametrize("case", BAD)
def test_both_refuse_what_is_bad(case: str) -> None:
    assert faults(BAD[case])
    assert check_rules(BAD[case]).problems


def test_a_template_is_told_apart_so_that_faults_are_few() -> None:
    """Not one fault for each alternative."""
    assert len(faults(filled("deployment-to", contry="LTU", country="Lithuania"))) == 1
