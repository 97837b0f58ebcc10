"""What every store of revisions promises."""

import asyncio
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection

from services.ingest.adapters.sql_revisions import SqlRevisions
from services.ingest.adapters.sql_tables import article_revisions, metadata
from services.ingest.ports import Candidate, Revision, Verdict
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import Database, open_database
from tests.articles import NOON

LATER = NOON + timedelta(minutes=5)


def key(name: str) -> str:
    return sha256(name.encode()).hexdigest()


def candidate(name: str, content: str, arrived: datetime = NOON) -> Candidate:
    return Candidate(key(name), key(content), arrived)


@pytest.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    migrate(store_url)
    database = open_database(store_url)
    await database.write(lambda connection: connection.execute(article_revisions.delete()))
    yield database
    await database.aclose()


@pytest.fixture
def revisions(database: Database) -> SqlRevisions:
    return SqlRevisions(database)


def told(assigned: Any) -> list[tuple[int, str]]:
    return [(revision.number, str(revision.verdict)) for revision in assigned]


async def test_a_new_article_is_revision_one(revisions: SqlRevisions) -> None:
    (revision,) = await revisions.assign([candidate("a", "first")])
    assert revision == Revision(key("a"), 1, Verdict.NEW, fetched_at=NOON)


async def test_content_that_no_broker_acknowledged_gets_its_number_again(revisions: SqlRevisions) -> None:
    await revisions.assign([candidate("a", "first")])
    (revision,) = await revisions.assign([candidate("a", "first", LATER)])
    assert revision == Revision(key("a"), 1, Verdict.REPUBLISHED, fetched_at=NOON)


async def test_published_content_is_a_duplicate(revisions: SqlRevisions) -> None:
    await revisions.mark_published(await revisions.assign([candidate("a", "first")]))
    assert told(await revisions.assign([candidate("a", "first", LATER)])) == [(1, "duplicate")]


async def test_changed_content_is_the_next_revision_and_keeps_the_time_of_the_first(revisions: SqlRevisions) -> None:
    await revisions.mark_published(await revisions.assign([candidate("a", "first")]))
    (second,) = await revisions.assign([candidate("a", "second", LATER)])
    assert second == Revision(key("a"), 2, Verdict.REVISED, fetched_at=NOON, revised_at=LATER)
    (again,) = await revisions.assign([candidate("a", "second", LATER + timedelta(days=1))])
    assert again == Revision(key("a"), 2, Verdict.REPUBLISHED, fetched_at=NOON, revised_at=LATER)


async def test_content_that_returns_is_a_revision_of_its_own(revisions: SqlRevisions) -> None:
    for number, content in enumerate(("first", "second", "first"), start=1):
        (revision,) = await revisions.assign([candidate("a", content)])
        await revisions.mark_published([revision])
        assert revision.number == number


async def test_an_acknowledgement_of_an_older_revision_does_not_publish_the_newer(revisions: SqlRevisions) -> None:
    first = await revisions.assign([candidate("a", "first")])
    await revisions.assign([candidate("a", "second")])
    await revisions.mark_published(first)
    assert told(await revisions.assign([candidate("a", "second")])) == [(2, "republished")]


async def test_a_batch_is_numbered_in_its_order(revisions: SqlRevisions) -> None:
    batch = [candidate(*pair) for pair in (("b", "x"), ("a", "x"), ("a", "y"), ("a", "y"), ("b", "x"), ("a", "x"))]
    assert told(await revisions.assign(batch)) == [
        (1, "new"),
        (1, "new"),
        (2, "revised"),
        (2, "republished"),
        (1, "republished"),
        (3, "revised"),
    ]


async def test_nothing_asked_is_nothing_told(revisions: SqlRevisions) -> None:
    assert list(await revisions.assign([])) == []
    await revisions.mark_published([])


async def test_replicas_that_meet_the_same_articles_give_the_same_numbers(
    store_url: str, revisions: SqlRevisions
) -> None:
    other = open_database(store_url)
    replicas = [revisions, SqlRevisions(other)]
    names = [f"article {n}" for n in range(200)]
    orders = [names, names[::-1], names[100:] + names[:100], names[::3] + names[1::3] + names[2::3]]
    async with asyncio.timeout(60):
        rounds = [
            replica.assign([candidate(name, "first") for name in order]) for order in orders for replica in replicas
        ]
        assigned = [revision for result in await asyncio.gather(*rounds) for revision in result]
        changes = [r.assign([candidate(name, "second", LATER) for name in names]) for r in replicas]
        changed = [revision for result in await asyncio.gather(*changes) for revision in result]
    await other.aclose()
    assert {(revision.number, revision.fetched_at) for revision in assigned} == {(1, NOON)}
    assert sum(revision.verdict is Verdict.NEW for revision in assigned) == len(names)
    assert {revision.number for revision in changed} == {2}
    assert sum(revision.verdict is Verdict.REVISED for revision in changed) == len(names)


async def test_the_migrations_make_the_tables_that_the_adapters_expect(database: Database) -> None:
    def differences(connection: Connection) -> list[Any]:
        ours = {"include_name": lambda name, kind, _: kind != "table" or name in metadata.tables}
        return list(compare_metadata(MigrationContext.configure(connection, opts=ours), metadata))

    assert await database.read(differences) == []
