"""The system to tell a story to, and the stories."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from services.cli.rule_book import SAMPLE_RULES
from tests.e2e.system import System, embedded, on_servers
from tests.subscriptions import read_rules

OURS = Path(__file__).with_name("story.txt")
GARBLED = Path(__file__).parents[3] / "shared" / "000_f05ee9ab00acb566.txt"
RULES = {draft.name: draft.query for draft in read_rules(SAMPLE_RULES.read_text())}
"""Three that both stories satisfy: a keyword, troops near a border, a deployment."""
SILENT = {
    "casualties": "quantities:{ unit:(killed or killed_or_wounded) and low >= 1000 and status:reported }",
    "more-troops": "quantities:{ unit:troops and low >= 140000 and status:reported }",
    "americans-to-lithuania": "quantities:{ is_deployment:true and who:USA and near:LTU }",
}
"""Three that neither satisfies: what is feared, what is forecast, what nobody says."""


@pytest.fixture
def server_urls(
    kafka_url: str, topic_prefix: str, elasticsearch_url: str, index_prefix: str, database_url: str
) -> tuple[str, ...]:
    """Bus, index and store on real servers, each in a name space of this test's own."""
    return f"{kafka_url}/{topic_prefix.rstrip('.')}", f"{elasticsearch_url}/{index_prefix}", database_url


@pytest.fixture(params=["embedded", "servers"])
def system(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[System]:
    """A running system, subscribed to the three rules and to those that must stay silent."""
    if request.param == "embedded":
        made = embedded(tmp_path)
    else:
        made = on_servers(tmp_path, *request.getfixturevalue("server_urls"))
    try:
        made.start()
        for name, query in (RULES | SILENT).items():
            made.subscribe(name, query)
        yield made
    finally:
        made.stop(signal.SIGKILL)


@pytest.fixture(params=[OURS, GARBLED], ids=["ours", "garbled"])
def story(request: pytest.FixtureRequest) -> dict[str, Any]:
    """An article without a title, as a sender posts it."""
    if not request.param.exists():
        pytest.skip(f"{request.param.name} is not at hand")
    text = request.param.read_text(encoding="utf-8")
    return {"url": "https://wire.example/story", "text": text, "published": "2022-02-07"}
