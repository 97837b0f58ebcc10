"""What every store promises of subscriptions, on the schema that the migrations make."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.adapters.tables import METADATA
from services.alert.core.subscriptions import revise
from services.alert.ports import Conflict
from services.runtime.adapters.sql import Database, open_database
from tests.articles import NOON
from tests.contract.alert_store.stores import LATER
from tests.subscriptions import TROOPS, ladder, subscription, webhook


def test_the_migrated_schema_is_the_one_that_the_adapters_speak_of(store_url: str) -> None:
    database = open_database(store_url)
    try:
        differences = database.read_now(lambda c: compare_metadata(MigrationContext.configure(c), METADATA))
    finally:
        database.close()
    assert [found for found in differences if found[0] != "remove_table"] == []


class TestSubscriptions:
    async def test_what_is_stored_comes_back(self, subscriptions: SqlSubscriptions) -> None:
        rule = subscription(query=TROOPS, trigger=ladder(100_000, window="14d"), channels=[webhook()], tags=["desk"])
        await subscriptions.create(rule)
        assert await subscriptions.get(rule.id) == rule

    async def test_an_id_is_taken_even_after_its_deletion(self, subscriptions: SqlSubscriptions) -> None:
        await subscriptions.create(subscription())
        with pytest.raises(Conflict):
            await subscriptions.create(subscription())
        await subscriptions.delete("invasion", 1)
        with pytest.raises(Conflict):
            await subscriptions.create(subscription())
        assert await subscriptions.get("invasion") is None

    async def test_the_same_key_and_request_make_one_subscription(self, subscriptions: SqlSubscriptions) -> None:
        first = await subscriptions.create(subscription("one"), ("key", "hash"))
        again = await subscriptions.create(subscription("two"), ("key", "hash"))
        assert again == first
        assert [item.id for item in (await subscriptions.list(cursor=None, limit=10)).items] == ["one"]
        with pytest.raises(Conflict, match="another request"):
            await subscriptions.create(subscription("three"), ("key", "other hash"))

    async def test_a_change_needs_the_version_that_was_read(self, subscriptions: SqlSubscriptions) -> None:
        first = await subscriptions.create(subscription())
        second = revise(first, first.draft.model_copy(update={"query": "siege"}), LATER)
        await subscriptions.replace(second, 1)
        with pytest.raises(Conflict):
            await subscriptions.replace(second, 1)
        with pytest.raises(Conflict):
            await subscriptions.delete("invasion", 1)
        assert await subscriptions.get("invasion") == second
        assert second.version == 2

    async def test_to_delete_what_is_not_there_is_an_error(self, subscriptions: SqlSubscriptions) -> None:
        with pytest.raises(KeyError):
            await subscriptions.delete("nobody", None)

    async def test_pages_hold_each_once_in_order_of_creation(self, subscriptions: SqlSubscriptions) -> None:
        for number in range(7):
            await subscriptions.create(subscription(f"s{number}", created_at=NOON + timedelta(seconds=number // 2)))
        names, cursor = [], None
        while True:
            page = await subscriptions.list(cursor=cursor, limit=3)
            names += [item.id for item in page.items]
            cursor = page.cursor
            if cursor is None:
                break
        assert names == [f"s{number}" for number in range(7)]

    @pytest.mark.parametrize("cursor", ["", "x", "bm90IGpzb24", "WzEsMl0", "é"])
    async def test_a_cursor_of_no_page_is_refused(self, subscriptions: SqlSubscriptions, cursor: str) -> None:
        with pytest.raises(ValueError, match="cursor"):
            await subscriptions.list(cursor=cursor, limit=3)

    async def test_changes_come_once_in_order_with_deletions(self, subscriptions: SqlSubscriptions) -> None:
        await subscriptions.create(subscription("a"))
        await subscriptions.create(subscription("b"))
        first = await subscriptions.changes(0)
        assert [(change.id, change.number) for change in first] == [("a", 1), ("b", 2)]
        assert await subscriptions.changes(2) == []
        await subscriptions.delete("a", None)
        (change,) = await subscriptions.changes(2)
        assert (change.id, change.stored, change.number) == ("a", None, 3)

    async def test_writers_in_two_replicas_get_numbers_of_their_own(self, open_store: Callable[[], Database]) -> None:
        replicas = [SqlSubscriptions(open_store()) for _ in range(2)]
        async with asyncio.timeout(60):
            await asyncio.gather(
                *(replicas[n % 2].create(subscription(f"s{n}")) for n in range(20)),
            )
        assert [change.number for change in await replicas[0].changes(0)] == list(range(1, 21))
