"""`tocsin rules`: files and a running Tocsin are brought in line, and each step says what it did."""

import json
from pathlib import Path
from typing import Any

import httpx
import pytest
import yaml
from typer.testing import CliRunner, Result

from services.cli.app import app
from tests.integration.cli.conftest import Tocsin
from tests.subscriptions import SECRET

RULES = """
rules:
  - name: invasion
    query: 'asserted:invasion'
    severity: high
    tags: [desk-east]
  - name: troops near Ukraine
    query: 'quantities:{ unit:troops and near:UKR }'
    trigger: { crosses: { field: quantities.low, by: [quantities.who], ladder: [100000, 150000], window: 14d } }
    channels:
      - { type: webhook, url: 'https://receiver.example/a' }
  - template: deployment-to
    with: { country: Lithuania }
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES)
    return path


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(app, ["rules", *map(str, arguments)])


def stored(tocsin: Tocsin) -> dict[str, dict[str, Any]]:
    items = httpx.get(f"{tocsin.url}/v1/subscriptions", params={"limit": 100}).json()["items"]
    return {item["name"]: item for item in items}


def subscribe(tocsin: Tocsin, **values: Any) -> dict[str, Any]:
    reply = httpx.post(f"{tocsin.url}/v1/subscriptions", json={"query": "a"} | values)
    assert reply.status_code == 201, reply.text
    made: dict[str, Any] = reply.json()
    return made


def steps(done: Result) -> dict[str, str]:
    return {change["name"]: change["step"] for change in json.loads(done.stdout)["changes"]}


def test_what_is_applied_once_is_unchanged_ever_after(tocsin: Tocsin, rules: Path) -> None:
    assert run("diff", rules).exit_code == 2
    done = run("apply", rules, "--yes", "--json")
    assert (done.exit_code, set(steps(done).values())) == (0, {"created"})
    again = run("apply", rules, "--yes", "--json")
    assert (again.exit_code, set(steps(again).values())) == (0, {"unchanged"})
    assert run("diff", rules).exit_code == 0
    assert {item["version"] for item in stored(tocsin).values()} == {1}
    assert stored(tocsin)["Deployment to Lithuania"]["query"].startswith("quantities:{ is_deployment:true and near:LTU")


def test_a_made_secret_is_told_once_and_kept(tocsin: Tocsin, rules: Path) -> None:
    assert "the secret of https://receiver.example/a is whsec_" in run("apply", rules, "--yes").stderr
    rules.write_text(RULES.replace("window: 14d", "window: 7d"))
    assert "whsec_" not in run("apply", rules, "--yes").output


def test_a_change_is_shown_field_by_field_and_makes_one_version(tocsin: Tocsin, rules: Path) -> None:
    run("apply", rules, "--yes")
    rules.write_text(RULES.replace("severity: high", "severity: low").replace("window: 14d", "window: 7d"))
    shown = run("diff", rules)
    assert shown.exit_code == 2
    assert "~ invasion (version 1)\n    severity:\n      - high\n      + low\n" in shown.stdout
    assert "    trigger.crosses.window:\n      - 14d\n      + 7d\n" in shown.stdout
    assert shown.stdout.endswith("0 created, 2 changed, 1 unchanged, 0 removed\n")
    assert run("apply", rules, "--dry-run").exit_code == 2
    assert run("apply", rules, "--yes").exit_code == 0
    assert {name: item["version"] for name, item in stored(tocsin).items()} == {
        "invasion": 2,
        "troops near Ukraine": 2,
        "Deployment to Lithuania": 1,
    }


def test_only_prune_ends_what_no_file_names(tocsin: Tocsin, rules: Path) -> None:
    subscribe(tocsin, name="by hand")
    run("apply", rules, "--yes")
    assert "by hand" in stored(tocsin)
    assert steps(run("diff", rules, "--prune", "--json"))["by hand"] == "removed"
    run("apply", rules, "--prune", "--yes")
    assert "by hand" not in stored(tocsin)
    assert run("diff", rules, "--prune").exit_code == 0


def test_what_was_removed_can_be_applied_again(tocsin: Tocsin, rules: Path) -> None:
    run("apply", rules, "--yes")
    for item in stored(tocsin).values():
        httpx.delete(f"{tocsin.url}/v1/subscriptions/{item['id']}").raise_for_status()
    assert run("apply", rules, "--yes").exit_code == 0
    assert len(stored(tocsin)) == 3


def test_nobody_agrees_where_nobody_is(tocsin: Tocsin, rules: Path) -> None:
    done = run("apply", rules)
    assert (done.exit_code, stored(tocsin)) == (1, {})
    assert "say --yes" in done.stderr


def test_an_id_renames_a_rule_and_keeps_its_memory(tocsin: Tocsin, rules: Path) -> None:
    made = subscribe(tocsin, name="old name", id="kept")
    rules.write_text("rules:\n  - { id: kept, name: new name, query: a }\n")
    assert run("apply", rules, "--yes", "--prune").exit_code == 0
    assert stored(tocsin)["new name"] == made | {
        "name": "new name", "version": 2, "updated_at": stored(tocsin)["new name"]["updated_at"],
    }  # fmt: skip


def test_a_name_that_two_share_is_no_name(tocsin: Tocsin, rules: Path) -> None:
    subscribe(tocsin, name="twice", id="one")
    subscribe(tocsin, name="twice", id="two")
    rules.write_text("rules:\n  - { name: twice, query: b }\n")
    done = run("diff", rules)
    assert done.exit_code == 1
    assert "2 subscriptions are called 'twice' (say which: id: one or two)" in done.stderr


def test_an_export_is_a_file_that_apply_finds_unchanged(tocsin: Tocsin, rules: Path, tmp_path: Path) -> None:
    run("apply", rules, "--yes")
    subscribe(
        tocsin, name="twice", id="one", channels=[{"type": "webhook", "url": "https://a.example", "secret": SECRET}]
    )
    subscribe(tocsin, name="twice", id="two", query='title:"ünïcödé" and not a:b', paused=True)
    copy = tmp_path / "copy.yaml"
    assert run("export", "--output", copy).exit_code == 0
    assert SECRET not in copy.read_text()
    written = {rule.get("id", rule["name"]): rule for rule in yaml.safe_load(copy.read_text())["rules"]}
    assert written.keys() == {"invasion", "troops near Ukraine", "Deployment to Lithuania", "one", "two"}
    assert run("export").stdout == copy.read_text()
    versions = stored(tocsin)
    assert set(steps(run("apply", copy, "--prune", "--yes", "--json")).values()) == {"unchanged"}
    assert stored(tocsin) == versions


def test_a_secret_in_a_file_is_set_and_then_known(tocsin: Tocsin, rules: Path) -> None:
    subscribe(tocsin, name="a", channels=[{"type": "webhook", "url": "https://a.example"}])
    hook = f"{{ type: webhook, url: 'https://a.example', secret: {SECRET} }}"
    rules.write_text(f"rules:\n  - name: a\n    query: a\n    channels: [{hook}]\n")
    assert steps(run("apply", rules, "--yes", "--json")) == {"a": "changed"}
    assert steps(run("apply", rules, "--yes", "--json")) == {"a": "unchanged"}


def test_one_rule_that_is_refused_keeps_no_other_out(tocsin: Tocsin, rules: Path) -> None:
    made = subscribe(tocsin, name="gone", id="gone")
    httpx.delete(f"{tocsin.url}/v1/subscriptions/{made['id']}").raise_for_status()
    rules.write_text("rules:\n  - { id: gone, name: gone, query: a }\n  - { name: b, query: b }\n")
    done = run("apply", rules, "--yes")
    assert (done.exit_code, set(stored(tocsin))) == (1, {"b"})
    assert done.stderr.startswith("gone: ")


def test_a_file_with_a_fault_changes_nothing(tocsin: Tocsin, rules: Path, tmp_path: Path) -> None:
    broken = tmp_path / "broken.yaml"
    broken.write_text("rules:\n  - name: a\n    query: 'b:('\n")
    done = run("apply", rules, broken, "--yes")
    assert (done.exit_code, stored(tocsin)) == (1, {})
    assert f"{broken}:3: [rule a] query at position 3" in done.stderr


@pytest.mark.parametrize("command", ["diff", "export"])
def test_a_tocsin_that_does_not_answer_is_an_error(command: str, rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_API_URL", "http://127.0.0.1:9")
    done = run(command, *([rules] if command == "diff" else []))
    assert done.exit_code == 1
    assert "http://127.0.0.1:9 does not answer" in done.stderr
