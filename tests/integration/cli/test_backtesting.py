"""`tocsin backtest`: what rules would have told over the archive of a running Tocsin."""

import asyncio
import json
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from services.cli.app import app
from tests.articles import NOON
from tests.integration.cli.conftest import Tocsin
from tests.subscriptions import news

WINDOW = ("--since", "2022-02-01", "--until", "2022-03-01")


@pytest.fixture
def archive(tocsin: Tocsin) -> Tocsin:
    """Three articles of one day, one of them imported."""
    articles = [news("a"), news("b"), news("c", historic=True, fetched_at=NOON), news("d", text="Locusts.")]
    asyncio.run(tocsin.index.put(articles))
    return tocsin


def run(*arguments: Any) -> Result:
    return CliRunner().invoke(app, ["backtest", *map(str, arguments)])


def test_every_rule_of_a_file_gets_its_report(archive: Tocsin, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules:\n  - { name: invasion, query: invasion }\n  - { name: locusts, query: locusts }\n")
    done = run(rules, *WINDOW, "--json")
    assert done.exit_code == 0, done.output
    reports = [json.loads(line) for line in done.stdout.splitlines()]
    assert [(r["rule"], r["raised"], r["articles"], r["historic"]) for r in reports] == [
        ("invasion", 3, 4, 1),
        ("locusts", 1, 4, 0),
    ]


@pytest.mark.parametrize("named", ["name", "id"])
def test_a_subscription_is_found_by_its_name_or_id(archive: Tocsin, named: str) -> None:
    body = {"name": "the invasion", "query": "invasion"}
    made = httpx.post(f"{archive.url}/v1/subscriptions", json=body).raise_for_status().json()
    done = run(made[named], *WINDOW, "--alerts", 1)
    assert done.exit_code == 0, done.output
    for line in (
        "the invasion: 3 alerts from 3 matching articles, 2022-02-01 to 2022-03-01",
        "a day: 0.11 on average, 3 at most; 27 days without",
        "2022-02-07 ███ 3 of 3",
        "3 new story",
        "1 matching article: was imported and counts as arrived when it was published",
        "4 stored articles in ",
        "2022-02-07T12:00Z Leaders fear an invasion.",
        "“Leaders fear an invasion.”",
        "and 2 more alerts",
    ):
        assert line in done.stdout


def test_what_is_no_rule_and_no_file_is_named(tocsin: Tocsin) -> None:
    done = run("nothing", *WINDOW)
    assert (done.exit_code, "nothing: no such file, and no subscription" in done.stderr) == (1, True)


def test_a_window_that_cannot_be_used_is_explained(archive: Tocsin, tmp_path: Path) -> None:
    rules = tmp_path / "rules.yaml"
    rules.write_text("rules:\n  - { name: invasion, query: invasion }\n")
    done = run(rules, "--since", "2999-01-01")
    assert (done.exit_code, "lies in the future" in done.stderr) == (1, True)
