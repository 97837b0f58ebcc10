"""A store of the test's own on SQLite and on PostgreSQL, and the adapters on it."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import Database, open_database
from tests.contract.alert_store.desk import Desk
from tests.contract.alert_store.stores import LATER


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store of the test's own, migrated."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("database_url")
    migrate(url)
    return url


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def fresh(request: pytest.FixtureRequest, tmp_path: Path) -> Database:
    """A store that no migration has seen."""
    if request.param == "postgresql":
        return open_database(request.getfixturevalue("database_url"))
    return open_database(f"sqlite:///{tmp_path / 'fresh.db'}")


@pytest.fixture
async def open_store(store_url: str) -> AsyncIterator[Callable[[], Database]]:
    """Opens the store once more, as another replica does."""
    opened: list[Database] = []

    def once_more() -> Database:
        opened.append(open_database(store_url))
        return opened[-1]

    yield once_more
    for database in opened:
        await database.aclose()


@pytest.fixture
def database(open_store: Callable[[], Database]) -> Database:
    return open_store()


@pytest.fixture
def subscriptions(database: Database) -> SqlSubscriptions:
    return SqlSubscriptions(database, lambda: LATER)


@pytest.fixture
def outbox(database: Database) -> SqlOutbox:
    return SqlOutbox(database)


@pytest.fixture
def desk(database: Database) -> Desk:
    return Desk(database)
