"""Rules of a file in the store of `tocsin run`: a file that somebody names wins, the samples only fill in."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest

from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.core.subscriptions import Draft
from services.cli.rule_book import apply_rules
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from tests.articles import NOON

LATER = NOON + timedelta(hours=1)
MINE = Draft(name="troops", query="troops and siege", severity="critical")
SAMPLES = (Draft(name="troops", query="troops"), Draft(name="invasion", query="invasion"))


@pytest.fixture
async def subscriptions(tmp_path: Path) -> AsyncIterator[SqlSubscriptions]:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    migrate(url)
    database = open_database(url)
    yield SqlSubscriptions(database)
    await database.aclose()


@pytest.mark.parametrize(("replace", "query", "version"), [(True, "troops", 2), (False, "troops and siege", 1)])
async def test_what_is_there_is_replaced_only_where_that_is_wanted(
    subscriptions: SqlSubscriptions, replace: bool, query: str, version: int
) -> None:
    await apply_rules([MINE], subscriptions, NOON)
    await apply_rules(SAMPLES, subscriptions, LATER, replace=replace)
    found = {s.name: s for s in (await subscriptions.list(team=DEFAULT_TEAM, cursor=None, limit=10)).items}
    assert set(found) == {"troops", "invasion"}
    assert (found["troops"].query, found["troops"].version) == (query, version)
