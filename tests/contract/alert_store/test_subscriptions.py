"""What every store promises of subscriptions, on the schema that the migrations make."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.alert.adapters.channel_tables import METADATA
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.core.subscriptions import revise
from services.alert.ports import Conflict
from services.contracts.teams import DEFAULT_TEAM
from services.runtime.adapters.sql import Database, open_database
from tests.articles import NOON
from tests.contract.alert_store.stores import LATER
from tests.subscriptions import TROOPS, ladder, subscription, webhook


def test_the_migrated_schema_is_the_one_that_the_adapters_speak_of(store_url: str) -> None:
    database = open_database(store_url)
    try:
        ours = {"include_name": lambda name, kind, _: kind != "table" or name in METADATA.tables}
        differences = database.read_now(lambda c: compare_metadata(MigrationContext.configure(c, opts=ours), METADATA))
    finally:
        database.close()
    assert differences == []


class TestSubscriptions:
    async def test_what_is_stored_comes_back(self, subscriptions: SqlSubscriptions) -> None:
        rule = subscription(query=TROOPS, trigger=ladder(100_000, window="14d"), channels=[webhook()], tags=["desk"])
        await subscriptions.create(rule)
        assert await subscriptions.get(rule.id, team=DEFAULT_TEAM) == rule

    async def test_an_id_is_taken_even_after_its_deletion(self, subscriptions: SqlSubscriptions) -> None:
        await subscriptions.create(subscription())
        with pytest.raises(Conflict):
            await subscriptions.create(subscription())
        await subscriptions.delete("invasion", 1, team=DEFAULT_TEAM)
        with pytest.raises(Conflict):
            await subscriptions.create(subscription())
        assert await subscriptions.get("invasion", team=DEFAULT_TEAM) is None

    async def test_the_same_key_and_request_make_one_subscription(self, subscriptions: SqlSubscriptions) -> None:
        first = await subscriptions.create(subscription("one"), ("key", "hash"))
        again = await subscriptions.create(subscription("two"), ("key", "hash"))
        assert again == first
        assert [item.id for item in (await subscriptions.list(team=DEFAULT_TEAM, cursor=None, limit=10)).items] == [
            "one"
        ]
        with pytest.raises(Conflict, match="another request"):
            await subscriptions.create(subscription("three"), ("key", "other hash"))

    async def test_a_change_needs_the_version_that_was_read(self, subscriptions: SqlSubscriptions) -> None:
        first = await subscriptions.create(subscription())
        second = revise(first, first.draft.model_copy(update={"query": "siege"}), LATER)
        await subscriptions.replace(second, 1)
        with pytest.raises(Conflict):
            await subscriptions.replace(second, 1)
        with pytest.raises(Conflict):
            await subscriptions.delete("invasion", 1, team=DEFAULT_TEAM)
        assert await subscriptions.get("invasion", team=DEFAULT_TEAM) == second
        assert second.version == 2

    async def test_to_delete_what_is_not_there_is_an_error(self, subscriptions: SqlSubscriptions) -> None:
        with pytest.raises(KeyError):
            await subscriptions.delete("nobody", None, team=DEFAULT_TEAM)

    async def test_pages_hold_each_once_in_order_of_creation(self, subscriptions: SqlSubscriptions) -> None:
        for number in range(7):
            await subscriptions.create(subscription(f"s{number}", created_at=NOON + timedelta(seconds=number // 2)))
        names, cursor = [], None
        while True:
            page = await subscriptions.list(team=DEFAULT_TEAM, cursor=cursor, limit=3)
            names += [item.id for item in page.items]
            cursor = page.cursor
            if cursor is None:
                break
        assert names == [f"s{number}" for number in range(7)]

    @pytest.mark.parametrize("cursor", ["", "x", "bm90IGpzb24", "WzEsMl0", "é"])
    async def test_a_cursor_of_no_page_is_refused(self, subscriptions: SqlSubscriptions, cursor: str) -> None:
        with pytest.raises(ValueError, match="cursor"):
            await subscriptions.list(team=DEFAULT_TEAM, cursor=cursor, limit=3)

    async def test_changes_come_once_in_order_with_deletions(self, subscriptions: SqlSubscriptions) -> None:
        await subscriptions.create(subscription("a"))
        await subscriptions.create(subscription("b"))
        first = await subscriptions.changes(0)
        assert [(change.id, change.number) for change in first] == [("a", 1), ("b", 2)]
        assert await subscriptions.changes(2) == []
        await subscriptions.delete("a", None, team=DEFAULT_TEAM)
        (change,) = await subscriptions.changes(2)
        assert (change.id, change.stored, change.number) == ("a", None, 3)

    async def test_writers_in_two_replicas_get_numbers_of_their_own(self, open_store: Callable[[], Database]) -> None:
        replicas = [SqlSubscriptions(open_store()) for _ in range(2)]
        async with asyncio.timeout(60):
            await asyncio.gather(
                *(replicas[n % 2].create(subscription(f"s{n}")) for n in range(20)),
            )
        assert [change.number for change in await replicas[0].changes(0)] == list(range(1, 21))


class TestTeams:
    async def test_a_team_finds_only_its_own(self, subscriptions: SqlSubscriptions) -> None:
        await subscriptions.create(subscription("ours", team="ours"))
        await subscriptions.create(subscription("theirs", team="theirs"))
        assert await subscriptions.get("theirs", team="ours") is None
        listed = await subscriptions.list(team="ours", cursor=None, limit=10)
        assert [item.id for item in listed.items] == ["ours"]

    async def test_another_teams_subscription_cannot_be_changed_or_ended(self, subscriptions: SqlSubscriptions) -> None:
        theirs = await subscriptions.create(subscription(team="theirs"))
        stolen = revise(theirs, theirs.draft.model_copy(update={"query": "siege"}), LATER)
        with pytest.raises(Conflict):
            await subscriptions.replace(stolen.model_copy(update={"team": "ours"}), 1)
        with pytest.raises(KeyError):
            await subscriptions.delete(theirs.id, None, team="ours")
        assert await subscriptions.get(theirs.id, team="theirs") == theirs

    async def test_a_request_key_is_the_teams_own(self, subscriptions: SqlSubscriptions) -> None:
        ours = await subscriptions.create(subscription("one", team="ours"), ("key", "hash"))
        theirs = await subscriptions.create(subscription("two", team="theirs"), ("key", "other hash"))
        assert (ours.id, theirs.id) == ("one", "two")
