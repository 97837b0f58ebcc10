"""What every store promises of API keys and of the audit log."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from sqlalchemy import Connection, text

from services.runtime.access import Principal, Scope
from services.runtime.adapters.access_tables import METADATA
from services.runtime.adapters.migrate import migrate, upgrade
from services.runtime.adapters.sql import Database, open_database
from services.runtime.adapters.sql_audit import SqlAudit, write_audit
from services.runtime.adapters.sql_keys import SqlKeys
from services.runtime.api_keys import Added, ApiKey, described, key_hash, new_key
from services.runtime.audit import Action, AuditEntry, audited
from tests.articles import NOON

LATER = NOON + timedelta(hours=1)
ADMIN = Principal("ours", "key_admin", frozenset({Scope.ADMIN}), "192.0.2.7")


@pytest.fixture
async def database(store_url: str) -> AsyncIterator[Database]:
    migrate(store_url)
    database = open_database(store_url)
    yield database
    await database.aclose()


@pytest.fixture
def keys(database: Database) -> SqlKeys:
    return SqlKeys(database)


@pytest.fixture
def log(database: Database) -> SqlAudit:
    return SqlAudit(database)


def a_key(**changes: Any) -> ApiKey:
    made = described(new_key(), "ours", "a", [Scope.READ, Scope.SUBSCRIBE], NOON)
    return replace(made, **changes)


def made(key: ApiKey) -> AuditEntry:
    return audited(ADMIN, Action.KEY_CREATED, key.id, NOON, name=key.name)


def ended(key_id: str) -> AuditEntry:
    return audited(ADMIN, Action.KEY_REVOKED, key_id, LATER)


async def targets(log: SqlAudit, team: str = "ours") -> list[tuple[str, str]]:
    return [(entry.action, entry.target) for entry in (await log.list(team=team, cursor=None, limit=50)).items]


def test_the_migrations_make_the_tables_that_the_adapters_expect(database: Database) -> None:
    ours = {"include_name": lambda name, kind, _: kind != "table" or name in METADATA.tables}
    found = database.read_now(lambda c: compare_metadata(MigrationContext.configure(c, opts=ours), METADATA))
    assert found == []


class TestKeys:
    async def test_a_key_is_found_by_its_hash_as_it_was_kept(self, keys: SqlKeys) -> None:
        key = a_key(expires_at=LATER)
        assert await keys.add(key, key_hash("one"), made(key)) is Added.ADDED
        assert await keys.find(key_hash("one")) == key
        assert await keys.find(key_hash("other")) is None

    async def test_of_many_that_add_one_hash_at_once_one_adds_it(self, store_url: str, keys: SqlKeys) -> None:
        other = open_database(store_url)
        replicas = [keys, SqlKeys(other)] * 5
        async with asyncio.timeout(60):
            added = await asyncio.gather(*(r.add(a_key(), key_hash("one"), made(a_key())) for r in replicas))
        await other.aclose()
        assert sorted(added) == [Added.ADDED] + [Added.TAKEN] * 9

    async def test_a_team_has_a_bounded_number_of_keys_that_are_not_revoked(
        self, keys: SqlKeys, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("services.runtime.adapters.sql_keys.MAX_OF_TEAM", 2)
        first, *others = (a_key() for _ in range(4))
        for key in (first, others[0], a_key(team="theirs")):
            assert await keys.add(key, key_hash(key.id), made(key)) is Added.ADDED
        assert await keys.add(others[1], key_hash("3"), made(others[1])) is Added.TOO_MANY
        await keys.revoke(first.id, team="ours", audit=ended(first.id))
        assert await keys.add(others[1], key_hash("3"), made(others[1])) is Added.ADDED

    async def test_a_team_lists_its_own_in_pages(self, keys: SqlKeys) -> None:
        mine = [a_key(created_at=NOON + timedelta(seconds=n // 2), name=str(n)) for n in range(7)]
        for key in (*mine, a_key(team="theirs")):
            await keys.add(key, key_hash(key.id), made(key))
        found: list[ApiKey] = []
        cursor = None
        while True:
            page = await keys.list(team="ours", cursor=cursor, limit=3)
            found += page.items
            cursor = page.cursor
            if cursor is None:
                break
        assert found == sorted(mine, key=lambda k: (k.created_at, k.id))
        assert len((await keys.list(team=None, cursor=None, limit=50)).items) == 8

    async def test_a_key_is_revoked_once_by_its_own_team_alone(self, keys: SqlKeys, log: SqlAudit) -> None:
        key = a_key()
        await keys.add(key, key_hash("one"), made(key))
        assert not await keys.revoke(key.id, team="theirs", audit=ended(key.id))
        assert not await keys.revoke("nobody", team="ours", audit=ended("nobody"))
        assert await keys.revoke(key.id, team="ours", audit=ended(key.id))
        assert await keys.revoke(key.id, team="ours", audit=replace(ended(key.id), at=NOON))
        assert await keys.find(key_hash("one")) == replace(key, revoked_at=LATER)
        assert await targets(log) == [("key_revoked", key.id), ("key_created", key.id)]

    async def test_a_use_is_noted_at_most_once_a_minute_over_all_replicas(self, keys: SqlKeys) -> None:
        key = a_key()
        await keys.add(key, key_hash("one"), made(key))
        for seconds, noted in ((0, 0), (59, 0), (60, 60), (61, 60)):
            await keys.used(key.id, NOON + timedelta(seconds=seconds))
            found = await keys.find(key_hash("one"))
            assert found is not None
            assert found.last_used_at == NOON + timedelta(seconds=noted)

    @pytest.mark.parametrize(
        ("changes", "good"),
        [
            ({"scopes": frozenset({Scope.ADMIN})}, True),
            ({"scopes": frozenset({Scope.ADMIN}), "team": "theirs", "expires_at": LATER}, True),
            ({"scopes": frozenset({Scope.ADMIN}), "expires_at": NOON}, False),
            ({"scopes": frozenset({Scope.INGEST, Scope.READ, Scope.SUBSCRIBE})}, False),
        ],
    )
    async def test_whether_anybody_is_admin(self, keys: SqlKeys, changes: dict[str, Any], good: bool) -> None:
        key = a_key(**changes)
        await keys.add(key, key_hash("one"), made(key))
        assert await keys.has_admin(NOON) is good
        await keys.revoke(key.id, team=key.team, audit=ended(key.id))
        assert not await keys.has_admin(NOON)


class TestAudit:
    async def test_an_entry_comes_back_as_it_was_written(self, database: Database, log: SqlAudit) -> None:
        entry = audited(ADMIN, Action.KEY_CREATED, "key_1", NOON, name="née", scopes=["read"])
        await database.write(lambda connection: write_audit(connection, entry))
        assert (await log.list(team="ours", cursor=None, limit=5)).items == (entry,)

    async def test_an_entry_is_there_only_when_its_change_is(self, database: Database, log: SqlAudit) -> None:
        def work(connection: Any) -> None:
            write_audit(connection, ended("key_1"))
            raise ZeroDivisionError

        with pytest.raises(ZeroDivisionError):
            await database.write(work)
        assert await targets(log) == []

    async def test_a_team_reads_its_own_newest_first_in_pages(self, database: Database, log: SqlAudit) -> None:
        for number in range(5):
            entry = audited(ADMIN, Action.KEY_CREATED, str(number), NOON + timedelta(seconds=number))
            await database.write(partial(write_audit, entry=entry))
        theirs = audited(replace(ADMIN, team="theirs"), Action.KEY_CREATED, "x", LATER)
        await database.write(lambda connection: write_audit(connection, theirs))
        first = await log.list(team="ours", cursor=None, limit=3)
        rest = await log.list(team="ours", cursor=first.cursor, limit=3)
        assert [e.target for e in first.items + rest.items] == ["4", "3", "2", "1", "0"]
        assert rest.cursor is None
        with pytest.raises(ValueError, match="not a cursor"):
            await log.list(team="ours", cursor="nonsense", limit=3)


BEFORE_TEAMS = (
    "INSERT INTO subscriptions (id, name, version, body, change_number, created_at) VALUES ('s', 's', 1, '', 1, {t})",
    "INSERT INTO idempotency_keys (key, request_hash, subscription_id, created_at) VALUES ('k', 'h', 's', {t})",
    "INSERT INTO alerts (id, subscription_id, article_id, story_id, raised_at, body) "
    "VALUES ('a', 's', 'x', 'x', {t}, '')",
)


def test_what_was_there_before_teams_is_the_default_teams(store_url: str) -> None:
    database = open_database(store_url)
    moment = "'2022-02-07T12:00:00.000Z'" if database.is_sqlite else "TIMESTAMPTZ '2022-02-07T12:00:00Z'"

    def old(connection: Connection) -> None:
        upgrade(connection, "0003_messages")
        for statement in BEFORE_TEAMS:
            connection.execute(text(statement.format(t=moment)))

    def owners(connection: Connection) -> list[tuple[str, ...]]:
        return [
            tuple(connection.execute(text(f"SELECT team, {column} FROM {table}")).one())  # noqa: S608  no input
            for table, column in (("subscriptions", "id"), ("idempotency_keys", "key"), ("alerts", "id"))
        ]

    try:
        database.write_now(old)
        database.write_now(upgrade)
        assert database.read_now(owners) == [("default", "s"), ("default", "k"), ("default", "a")]
    finally:
        database.close()
