"""What every store engine promises to the adapters built on it."""

import asyncio
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import Column, Connection, Integer, MetaData, String, Table, inspect, select, update
from sqlalchemy.exc import DBAPIError, IntegrityError

from services.contracts.errors import Unavailable
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import Database, insert, open_database
from services.runtime.adapters.sql_types import Json, UtcMoment

counters = Table(
    "test_counters",
    MetaData(),
    Column("name", String, primary_key=True),
    Column("value", Integer, nullable=False),
    Column("moment", UtcMoment),
    Column("facts", Json),
)


@pytest.fixture
def database(store_url: str) -> Iterator[Database]:
    database = open_database(store_url)
    database.write_now(lambda connection: counters.metadata.create_all(connection))
    database.write_now(lambda connection: connection.execute(counters.delete()))
    yield database
    database.write_now(lambda connection: counters.metadata.drop_all(connection))
    database.close()


def start_at_zero(connection: Connection) -> None:
    connection.execute(insert(connection, counters).values(name="hits", value=0))


def read_then_add_one(connection: Connection) -> None:
    value = connection.execute(select(counters.c.value).with_for_update()).scalar_one()
    connection.execute(update(counters).values(value=value + 1))


async def test_writers_that_read_first_lose_no_update(store_url: str, database: Database) -> None:
    await database.write(start_at_zero)
    other = open_database(store_url)
    async with asyncio.timeout(60):
        await asyncio.gather(*(d.write(read_then_add_one) for _ in range(150) for d in (database, other)))
    await other.aclose()
    assert await database.read(lambda c: c.execute(select(counters.c.value)).scalar_one()) == 300


async def test_a_transaction_that_raises_leaves_nothing_behind(database: Database) -> None:
    def fail(connection: Connection) -> None:
        start_at_zero(connection)
        raise LookupError

    with pytest.raises(LookupError):
        await database.write(fail)
    assert await database.read(lambda c: c.execute(select(counters)).all()) == []


async def test_a_violated_constraint_is_not_an_outage(database: Database) -> None:
    await database.write(start_at_zero)
    with pytest.raises(IntegrityError):
        await database.write(start_at_zero)


async def test_a_wrong_statement_is_a_bug_and_not_an_outage(database: Database) -> None:
    with pytest.raises(DBAPIError):
        await database.write(lambda connection: connection.exec_driver_sql("SELECT nothing FROM nowhere"))


async def test_moments_come_back_in_utc_cut_to_milliseconds(database: Database) -> None:
    moment = datetime(2022, 2, 7, 14, 0, 0, 123_999, tzinfo=timezone(timedelta(hours=2)))
    row = {"name": "a", "value": 1, "moment": moment, "facts": {"who": ["RUS"]}}
    await database.write(lambda connection: connection.execute(insert(connection, counters).values(row)))
    stored = await database.read(lambda connection: connection.execute(select(counters)).one())
    assert stored == ("a", 1, datetime(2022, 2, 7, 12, 0, 0, 123_000, tzinfo=UTC), {"who": ["RUS"]})


def test_many_replicas_migrate_at_once_and_again(store_url: str) -> None:
    with ThreadPoolExecutor(4) as replicas:
        list(replicas.map(migrate, [store_url] * 4))
    migrate(store_url)
    database = open_database(store_url)
    tables = set(database.read_now(lambda connection: inspect(connection).get_table_names()))
    database.close()
    assert {"alembic_version", "article_revisions", "feeds"} <= tables


@pytest.mark.parametrize(
    "url", ["sqlite:////proc/nowhere/tocsin.db", "postgresql+psycopg://nobody@127.0.0.1:9/tocsin?connect_timeout=1"]
)
async def test_a_store_that_cannot_be_reached_is_unavailable(url: str) -> None:
    with pytest.raises(Unavailable, match="store unavailable"):
        migrate(url)


@pytest.mark.parametrize("url", ["mysql://db/tocsin", "postgresql://db/tocsin", "not a url", ""])
def test_another_kind_of_store_is_refused_by_name(url: str) -> None:
    with pytest.raises(ValueError, match="store URL"):
        open_database(url)
