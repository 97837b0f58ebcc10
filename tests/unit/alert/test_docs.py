"""What the documents say of rules and delivery is what the code does."""

import re
from datetime import timedelta
from pathlib import Path

import pytest

from services.alert.core.answers import Answer
from services.alert.core.channels.chats import HOSTS, OPTIONS
from services.alert.core.outbox import Cause, State
from services.alert.core.rules import query_errors, query_warnings
from services.alert.core.subscriptions import Draft
from services.alert.core.triggers.crosses import GroupState, Ladder, decide
from services.alert.core.triggers.grouping import Observed
from services.alert.core.triggers.settings import CrossesTrigger
from services.query import parse
from tests.articles import NOON
from tests.subscriptions import read_rules

DOCS = Path(__file__).parents[3] / "docs"
RULES = (DOCS / "rules.md").read_text()
DELIVERY = (DOCS / "delivery.md").read_text()


def blocks(text: str, language: str) -> list[str]:
    return re.findall(rf"```{language}\n(.*?)```", text, re.DOTALL)


def rows(text: str, heading: str) -> list[list[str]]:
    """The cells of the table under a heading row that starts so."""
    table = text.split(f"| {heading} |", 1)[1].split("\n\n", 1)[0].splitlines()[2:]
    return [[cell.strip() for cell in re.split(r"(?<!\\)\|", line)[1:-1]] for line in table]


@pytest.mark.parametrize("example", blocks(RULES, "yaml"))
def test_every_example_of_a_file_is_valid(example: str) -> None:
    assert read_rules(example)


@pytest.mark.parametrize("query", [cell[1].strip("`") for cell in rows(RULES, "you want")])
def test_every_example_of_a_query_is_without_fault(query: str) -> None:
    tree = parse(query)
    assert query_errors(tree) + query_warnings(tree) == []


def test_every_field_of_a_subscription_is_documented() -> None:
    assert {cell[0].strip("`") for cell in rows(RULES, "field")} == set(Draft.model_fields)


def test_the_example_of_a_ladder_is_what_happens() -> None:
    (trigger,) = [r.trigger for r in read_rules(blocks(RULES, "yaml")[0]) if isinstance(r.trigger, CrossesTrigger)]
    ladder = Ladder(rungs=trigger.crosses.ladder, hysteresis=trigger.crosses.hysteresis, window=trigger.crosses.window)
    state, told = GroupState(), []
    example = rows(RULES, "day")
    for day, number, *_ in example:
        seen = Observed("", (), float(number.replace(",", "")), True)
        state, decision = decide(state, ladder, seen, NOON + timedelta(days=int(day)))
        told.append(f"{decision.rung:,.0f}" if decision.rung else "")
    assert told == [row[2] for row in example]


def test_every_answer_state_and_cause_is_documented() -> None:
    assert {cell[0].strip("`") for cell in rows(RULES, "answer")} == set(Answer)
    states = rows(DELIVERY, "state")
    assert {cell[0].strip("`") for cell in states} == set(State)
    causes = {word for cell in states for word in re.findall(r"`(\w+)`", cell[1])}
    assert causes == {cause.value for cause in Cause if cause}


def test_every_chat_service_is_documented() -> None:
    section = DELIVERY.split("## Chat and paging services", 1)[1].split("##", 1)[0]
    assert HOSTS.keys() | OPTIONS <= set(re.findall(r"`(\w+)`", section))
