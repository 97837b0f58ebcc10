"""`tocsin subscribe`, at a running Tocsin."""

import json
import shlex
from pathlib import Path
from typing import Any

import httpx
import pytest
from typer.testing import CliRunner, Result

from services.cli.app import app
from tests.integration.cli.conftest import Tocsin

DOCS = Path(__file__).parents[3] / "docs/subscribing.md"
EXAMPLES = [line for line in DOCS.read_text(encoding="utf-8").splitlines() if line.startswith("tocsin subscribe")]


def subscribe(*arguments: str) -> Result:
    return CliRunner().invoke(app, ["subscribe", *arguments])


def only(tocsin: Tocsin) -> dict[str, Any]:
    (item,) = httpx.get(f"{tocsin.url}/v1/subscriptions").json()["items"]
    return dict(item)


@pytest.mark.parametrize(
    ("arguments", "name", "query", "trigger"),
    [
        (("--word", "invasion", "--word", "martial law"), "Watch: invasion, martial law", '"martial law"', "each"),
        (("--topic", "invasion", "--country", "Ukraine"), "Topic: invasion", "countries:UKR", "each"),
        (("--troops-near", "UKR", "--at-least", "100000"), "Troops near Ukraine", "near:UKR", [100_000]),
        (
            ("--troops-near", "Ukraine", "--at-least", "100,000", "--at-least", "150,000", "--force", "Russia"),
            "Troops near Ukraine",
            "who:RUS",
            [100_000, 150_000],
        ),
        (("--deployment-to", "LTU", "--force", "NATO"), "Deployment to Lithuania", "near:LTU", "each"),
        (("--casualties-in", "Syria", "--at-least", "50"), "Casualties in Syria", "low >= 50", "each"),
        (("--kql", "asserted:siege", "--name", "Siege"), "Siege", "asserted:siege", "each"),
    ],
)
def test_a_common_wish_becomes_a_subscription(
    tocsin: Tocsin, arguments: tuple[str, ...], name: str, query: str, trigger: Any
) -> None:
    done = subscribe(*arguments)
    assert done.exit_code == 0, done.output
    made = only(tocsin)
    assert made["name"].startswith(name)
    assert query in made["query"]
    assert trigger == (made["trigger"] if made["trigger"] == "each" else made["trigger"]["crosses"]["ladder"])
    assert made["id"] in done.stdout
    assert "told nobody" in done.stdout


def test_channels_and_settings_are_taken_over_and_a_made_secret_is_shown_once(tocsin: Tocsin) -> None:
    channels = ("--webhook", "https://receiver.example/a", "--console")
    done = subscribe("--word", "siege", *channels, "--severity", "critical", "--tag", "east")
    made = only(tocsin)
    assert (made["severity"], made["tags"], [c["type"] for c in made["channels"]]) == (
        "critical",
        ["east"],
        ["webhook", "console"],
    )
    assert "its secret, shown this once: whsec_" in done.stdout


def test_a_dry_run_shows_and_checks_and_makes_nothing(tocsin: Tocsin) -> None:
    done = subscribe("--deployment-to", "Lithuania", "--dry-run", "--json")
    assert done.exit_code == 0
    assert json.loads(done.stdout)["verdict"]["valid"]
    bad = subscribe("--kql", "quantities.unit:troops", "--dry-run")
    assert bad.exit_code == 2
    assert "quantities:{ unit:troops }" in bad.stderr
    assert httpx.get(f"{tocsin.url}/v1/subscriptions").json()["items"] == []


@pytest.mark.parametrize("example", EXAMPLES)
def test_every_example_of_the_documentation_works(tocsin: Tocsin, example: str) -> None:
    done = subscribe(*shlex.split(example)[2:], "--dry-run")
    assert done.exit_code == 0, done.output


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ((), "say one of --word, --topic, --troops-near, --deployment-to, --casualties-in, --kql"),
        (("--word", "a", "--kql", "b"), "say one of"),
        (("--word", "a", "--force", "NATO"), "--force says nothing beside --word"),
        (("--deployment-to", "Atlantis"), "Atlantis"),
        (("--troops-near", "UKR", "--at-least", "many"), "write a number"),
        (("--kql", "a:("), "/query"),
        (("--word", "a", "--webhook", "ftp://a"), "/channels/0"),
        (("--word", "a", "--quiet-hours", "at night"), "22:00-07:00"),
        (("--word", "a", "--severity", "huge"), "/severity"),
    ],
)
def test_what_cannot_be_used_is_named_and_makes_nothing(tocsin: Tocsin, arguments: tuple[str, ...], says: str) -> None:
    done = subscribe(*arguments)
    assert done.exit_code == 2
    assert says in done.output
    assert httpx.get(f"{tocsin.url}/v1/subscriptions").json()["items"] == []


def test_nobody_there_is_told_by_the_exit_code(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOCSIN_API_URL", "http://127.0.0.1:9")
    done = subscribe("--word", "a")
    assert done.exit_code == 1
    assert "does not answer" in done.stderr
