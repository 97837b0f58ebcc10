"""Templates that users write: what works, what is refused and where, what can never take long or grow large."""

import re
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from services.alert.core.channels import EmailChannel
from services.alert.core.channels.templates import Template
from services.alert.core.letters.wording import wording
from services.alert.core.rules import InvalidRule, read_draft
from services.alert.core.templating.sandbox import FILTERS, InvalidTemplate, check_template, render_template
from services.alert.core.templating.variables import MAX_LISTED, VARIABLES, variables_of
from services.contracts.alert import Kind, Level
from tests.unit.alert.test_delivery import NOTICE, alert, digest, quote

DOCS = (Path(__file__).parents[3] / "docs" / "delivery.md").read_text()


def said(template: str, **changes: Any) -> str:
    return render_template(template, variables_of(alert(**changes)))


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{{ rule }}: {{ title|upper }}", "invasion: TALKS FAIL"),
        ("{% for q in quotes %}{{ loop.index }} {{ q.text }};{% endfor %}", "1 Leaders fear an invasion.;"),
        ("{% if severity == 'medium' and not level %}m{% else %}other{% endif %}", "m"),
        ("{{ source ~ '/' ~ published }}", "Example News/2022-02-07 12:00 UTC"),
        (
            "{{ title|truncate(8, true, '…') }} {{ quotes|length }} {{ url|default('none') }}",
            "Talks f… 1 https://news.example/a",
        ),
        ("{{ 'yes' if url is defined }}", "yes"),
        ("{{ 2.345|round(1) }} {{ 2.345|round(1, 'ceil') }}", "2.3 2.4"),
        ("no variable", "no variable"),
    ],
)
def test_what_a_template_says(template: str, text: str) -> None:
    check_template(template)
    assert said(template) == text


@pytest.mark.parametrize(
    ("template", "line", "reason"),
    [
        ("a\n{{ titel }}", 2, "did you mean title?"),
        ("a\n\n{{ quotes.0.txt }}", 3, "txt"),
        ("{% for q in quotes %}\n{{ q.quote }}{% endfor %}", 2, "quote"),
        ("{% if %}", 1, "Expected an expression"),
        ("x\n{% for q in quotes %}", 2, "Unexpected end of template"),
        ("{{ title.format(1) }}", 1, "Call"),
        ("{{ ''.__class__.__mro__ }}", 1, "unsafe"),
        ("{{ cycler.__init__.__globals__ }}", 1, "no variable cycler"),
        ("{% for a in quotes %}{% for b in quotes %}{% endfor %}{% endfor %}", 1, "a loop may not stand in a loop"),
        ("{% for a in quotes recursive %}{% endfor %}", 1, "a loop may not stand in a loop"),
        ("{% for c in title %}{{ c }}{% endfor %}", 1, "only quotes, items, paragraphs and links"),
        ("{% for n in range(9) %}{% endfor %}", 1, "Call"),
        ("{{ quotes|join(quotes|join('-')) }}", 1, "a loop may not stand in a loop"),
        ("{% for q in quotes %}{{ quotes|join }}{% endfor %}", 1, "a loop may not stand in a loop"),
        ("{{ 1|round(999999999, 'ceil') }}", 1, "15 places"),
        ("{{ 1|round('-999999999'|int) }}", 1, "15 places"),
        ("{{ 1|round(0.5) }}", 1, "15 places"),
        ("{{ 1|round(1, 'up') }}", 1, "method"),
        ("{{ title|truncate(1) }}", 1, "expected length"),
        ("{{ 'a' * 999999999 }}", 1, "Mul"),
        ("{{ 10 ** 999999999 }}", 1, "Pow"),
        ("{{ '%0999999999d' % 1 }}", 1, "Mod"),
        ("{% set x = 1 %}", 1, "Assign"),
        ("{% macro m() %}{% endmacro %}", 1, "Macro"),
        ("{% include 'letter.txt.jinja' %}", 1, "Include"),
        ("{% import 'x' as y %}", 1, "Import"),
        ("{{ title|center(99999999) }}", 1, "filter"),
        ("{{ title|replace('a', 'aaaa') }}", 1, "filter"),
        ("{{ title|join(title) }}", 1, "only quotes"),
        ("{{ title|attr('x') }}", 1, "filter"),
        ("{{ 1 is divisibleby(2) }}", 1, "no test"),
        ("{{ " + "(" * 1_990 + "1" + ")" * 1_990 + " }}", 1, "too deep"),
        ("{{ " + "not " * 990 + "1 }}", 1, "too deep"),
        ("x" * 4_001, 1, "longer than 4000"),
    ],
)  # fmt: skip
def test_what_is_refused_where_and_why(template: str, line: int, reason: str) -> None:
    with pytest.raises(InvalidTemplate) as refused:
        check_template(template)
    assert str(refused.value).startswith(f"line {line}: ")
    assert reason in str(refused.value)


def test_a_refusal_names_the_field_of_the_subscription() -> None:
    channel = {"type": "email", "address": "a@reader.example", "template": {"body": "a\n{{ titel }}"}}
    with pytest.raises(InvalidRule) as refused:
        read_draft({"name": "n", "query": "invasion", "channels": [channel]})
    (problem,) = refused.value.problems
    assert (problem.field, problem.reason) == (
        "channels.0.template.body", "line 2: there is no variable titel; did you mean title?",
    )  # fmt: skip


WORST = "{% for q in quotes %}" + "{{ q.text }}{{ q.text|title|upper|lower|e|truncate(9) }}" * 68 + "{% endfor %}"


def test_the_longest_work_that_a_template_can_ask_for_is_short() -> None:
    many = [quote(n, "word " * 60, clause=str(n)) for n in range(500)]
    variables = variables_of(alert(*many))
    check_template(WORST)
    began = process_time()
    with pytest.raises(InvalidTemplate, match="more than 20000 characters"):
        render_template(WORST, variables)
    assert process_time() - began < 1.0


@settings(deadline=None, max_examples=150)
@given(st.text(alphabet=st.sampled_from("{}%|.'\"() \nabtitlefornq_0*~-"), max_size=60))
def test_any_text_is_rendered_or_refused(template: str) -> None:
    refusal = "line 1: none"
    try:
        check_template(template)
    except InvalidTemplate as error:
        refusal = str(error)
    assert re.match(r"line \d+: ", refusal)


@pytest.mark.parametrize(
    "message", [alert(), digest(99), NOTICE, alert(quote(0), quote(1, denial=True)), alert(article=None)]
)
def test_every_notification_has_every_variable(message: Any) -> None:
    variables = variables_of(message)
    assert variables.keys() == VARIABLES.keys()
    assert all(len(value) <= MAX_LISTED for value in variables.values() if isinstance(value, list))


def test_a_template_that_fails_when_it_is_sent_costs_nobody_the_alert() -> None:
    template = Template(subject="{{ level.rung|int }} troops", body="own words")
    level = Level(field="quantities.low", group={}, before=None, after=2, rung=150_000)
    good = wording(alert(level=level), template)
    assert (good.subject, good.text, good.fault) == ("150000 troops", "own words", "")
    failed = wording(alert(), template)
    assert failed.subject == "[MEDIUM] invasion: Talks fail"
    assert "Leaders fear an invasion." in failed.text
    assert "line 1" in failed.fault


def test_a_filter_that_refuses_its_arguments_costs_nobody_the_alert() -> None:
    failed = wording(alert(), Template(subject="{{ title|truncate(9 if level else 1) }}", body="own words"))
    assert (failed.subject, "line 1" in failed.fault) == ("[MEDIUM] invasion: Talks fail", True)


def test_a_template_of_a_mail_keeps_the_way_out_and_escapes_its_html() -> None:
    words = wording(alert(title="<script>x</script>"), Template(body="{{ title }}"), "https://t.example/u")
    assert "Stop these mails: https://t.example/u" in words.text
    assert "<script>" not in words.html


def test_a_subject_is_one_line() -> None:
    assert wording(alert(), Template(subject="a\nBcc: x@y.example")).subject == "a Bcc: x@y.example"


def test_a_question_is_always_ours() -> None:
    question = NOTICE.model_copy(update={"kind": Kind.CONFIRMATION})
    assert wording(question, Template(subject="s", body="b")).subject != "s"


def test_a_channel_with_a_template_is_the_same_channel() -> None:
    plain = EmailChannel(type="email", address="a@reader.example")
    worded = EmailChannel(type="email", address="a@reader.example", template=Template(subject="s"))
    assert plain.key == worded.key
    with pytest.raises(ValidationError):
        EmailChannel.model_validate({"type": "email", "address": "a@reader.example", "template": {"text": "s"}})


def test_variables_and_filters_are_documented() -> None:
    section = DOCS.split("## Templates", 1)[1].split("\n## ", 1)[0]
    assert VARIABLES.keys() | FILTERS <= set(re.findall(r"`(\w+)`", section))
