"""`tocsin rules validate`, `new` and `schema` need no server and tell their findings with file and line."""

import json
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner, Result

from services.alert.core.rule_files import check_rules
from services.alert.core.templates.catalogue import templates
from services.cli.app import app

BROKEN = """rules:
  - name: a
    query: 'b:('
  - name: b
    query: 'titel:x'
    severity: panic
  - template: deployment-to
    with:
      country: Lithunia
"""


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(app, ["rules", *map(str, arguments)])


def test_every_problem_of_every_file_is_told_with_its_place(tmp_path: Path) -> None:
    first, second = tmp_path / "a.yaml", tmp_path / "b.yaml"
    first.write_text(BROKEN)
    second.write_text("rules:\n  - { name: c, query: 'titel:x' }\n")
    done = run("validate", first, second, tmp_path / "missing.yaml")
    assert done.exit_code == 1
    starts = [
        f"{first}:3: [rule a] query at position 3: ",
        f"{first}:6: [rule b] severity: ",
        f"{first}:9: with.country: no country is called 'Lithunia'; did you mean Lithuania?",
        f"{second}:2: warning: [rule c] query at position 0: no field is called titel (write title:x)",
        f"{tmp_path / 'missing.yaml'}:1: file: cannot be read: No such file or directory",
    ]
    lines = done.stderr.splitlines()
    assert len(lines) == len(starts)
    assert all(line.startswith(start) for line, start in zip(lines, starts, strict=True)), lines


def test_the_same_as_json(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text(BROKEN)
    done = run("validate", path, "--json")
    found = json.loads(done.stdout)
    assert (done.exit_code, found["valid"]) == (1, False)
    assert [(p["line"], p["rule"], p["field"], p["position"]) for p in found["files"][0]["problems"]] == [
        (3, "a", "query", 3),
        (6, "b", "severity", None),
        (9, "", "with.country", None),
    ]


def test_two_files_may_not_name_a_rule_twice(tmp_path: Path) -> None:
    for name in ("a.yaml", "b.yaml"):
        (tmp_path / name).write_text("rules:\n  - { name: same, query: x }\n")
    done = run("validate", tmp_path / "a.yaml", tmp_path / "b.yaml")
    assert (done.exit_code, f"{tmp_path / 'a.yaml'} has this rule too" in done.stderr) == (1, True)


def test_files_without_a_fault_leave_with_nothing_to_say(tmp_path: Path) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("rules:\n  - { name: same, query: x }\n")
    done = run("validate", path)
    assert (done.exit_code, done.stdout, done.stderr) == (0, "1 rule in 1 file: no problem\n", "")


def test_a_wrong_option_is_no_difference() -> None:
    assert run("diff", "--prnue", "a.yaml").exit_code == 1
    assert run("diff").exit_code == 1


@pytest.mark.parametrize("name", templates())
def test_a_template_filled_in_on_the_command_line_is_a_file_without_fault(name: str) -> None:
    filled = [f"--with={p.name}={json.dumps(p.example)}" for p in templates()[name].parameters]
    written = run("new", name, *filled)
    expanded = run("new", name, *filled, "--expand")
    assert (written.exit_code, expanded.exit_code) == (0, 0), written.stderr
    short, long = check_rules(written.stdout), check_rules(expanded.stdout)
    assert short.problems + long.problems == ()
    assert short.drafts == long.drafts


def test_parameters_that_are_not_filled_in_stand_there_as_comments() -> None:
    assert run("new", "deployment-to", "--with", "country=Lithuania").stdout == (
        "# Somebody sends soldiers or weapons to a country, builds up forces there, or says that it will.\n"
        "rules:\n"
        "  - template: deployment-to\n"
        "    name: Deployment to Lithuania\n"
        "    with:\n"
        "      # where they go: a country's name or code (needed)\n"
        "      country: Lithuania\n"
        "      # only forces of this country, NATO, UN, EU or AU (optional)\n"
        "      # force: Germany\n"
    )


def test_what_is_missing_is_named() -> None:
    done = run("new", "deployment-to")
    assert (done.exit_code, "with.country: is needed, for example country: Lithuania" in done.stderr) == (1, True)
    assert "did you mean deployment-to?" in run("new", "deploymentto").stderr
    assert "write NAME=VALUE" in run("new", "deployment-to", "--with", "Lithuania").stderr


def test_templates_are_listed_with_their_parameters() -> None:
    listed = run("new").stdout
    assert all(f"{name}: {template.summary}" in listed for name, template in templates().items())
    assert "    window (default 14d): " in listed


def test_a_file_that_is_there_is_never_written_over(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    assert run("new", "ceasefire-talks", "--output", path).exit_code == 0
    assert check_rules(path.read_text()).problems == ()
    assert run("new", "ceasefire-talks", "--output", path).exit_code == 1


def test_the_schema_is_that_of_the_documents() -> None:
    assert run("schema").stdout == Path("docs/rules.schema.json").read_text(encoding="utf-8")
