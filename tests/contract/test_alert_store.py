"""What every store promises to alert: subscriptions, memory, outbox, alerts. The same on SQLite and PostgreSQL."""

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from services.alert.adapters.sql_alerts import SqlAlerts
from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.adapters.sql_upkeep import SqlUpkeep
from services.alert.adapters.tables import METADATA
from services.alert.app import build_alerting
from services.alert.core.outbox import Cause, Leased, Receipt, Result, State
from services.alert.core.retries import settle
from services.alert.core.subscriptions import Subscription, revise
from services.alert.core.triggers.verdict import Verdict
from services.alert.flow import Alerting
from services.alert.ports import Conflict
from services.contracts.alert import Trigger
from services.contracts.document import Document
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import Database, open_database
from services.runtime.deliver import Outcome
from tests.articles import NOON
from tests.subscriptions import TROOPS, ladder, news, subscription, troops, webhook

LATER = NOON + timedelta(minutes=1)
DONE, DUPLICATE = Outcome.DONE, Outcome.DUPLICATE


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """A store of the test's own, migrated."""
    url = f"sqlite:///{tmp_path / 'store.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("database_url")
    migrate(url)
    return url


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


async def alerting_on(database: Database, *rules: Subscription) -> Alerting:
    for rule in rules:
        await SqlSubscriptions(database).create(rule)
    alerting = build_alerting(database, now=lambda: LATER, own_channels=("index",))
    await alerting.rules.refresh()
    return alerting


def everything(lane: str) -> int:
    return 1_000


async def lease(outbox: SqlOutbox, owner: str = "one", now: datetime = LATER, **changes: Any) -> list[Leased]:
    values: dict[str, Any] = {"limit": 100, "room": everything}
    return list(await outbox.lease(now, now + timedelta(minutes=1), owner, **(values | changes)))


def sent(leased: Leased, result: Result = Result.SENT, now: datetime = LATER) -> Any:
    return settle(leased, Receipt(result, "said so", 200), now, 12, 0.0)


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
        assert (change.id, change.subscription, change.number) == ("a", None, 3)

    async def test_writers_in_two_replicas_get_numbers_of_their_own(self, open_store: Callable[[], Database]) -> None:
        replicas = [SqlSubscriptions(open_store()) for _ in range(2)]
        async with asyncio.timeout(60):
            await asyncio.gather(
                *(replicas[n % 2].create(subscription(f"s{n}")) for n in range(20)),
            )
        assert [change.number for change in await replicas[0].changes(0)] == list(range(1, 21))


class TestMemory:
    async def test_an_article_is_observed_and_alerted_once(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription(channels=[webhook()]))
        first = await alerting.raise_alerts([news("a"), news("b", "Nothing to see.")])
        again = await alerting.raise_alerts([news("a"), news("b", "Nothing to see.")])
        assert first.outcomes == (DONE, DONE)
        assert [alert.story_id for alert in first.alerts] == [news("a").story.id]
        assert again.outcomes == (DUPLICATE, DUPLICATE)
        assert again.alerts == ()
        (seen,) = await SqlAlerts(database).observed("invasion", news("a").id)
        assert (seen.verdict, seen.alert_id) == (Verdict.NEW_STORY, first.alerts[0].id)

    async def test_a_restart_forgets_nothing(self, open_store: Callable[[], Database]) -> None:
        before = await alerting_on(open_store(), subscription())
        assert len((await before.raise_alerts([news("a")])).alerts) == 1
        after = await alerting_on(open_store())
        assert (await after.raise_alerts([news("a")])).alerts == ()

    async def test_an_older_revision_is_a_duplicate_and_a_newer_one_is_decided_on(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription())
        revisions = [news("a", revision=2), news("a", revision=1), news("a", revision=3)]
        raised = await alerting.raise_alerts(revisions)
        assert raised.outcomes == (DONE, DUPLICATE, DONE)
        assert len(raised.alerts) == 1
        seen = await SqlAlerts(database).observed("invasion", news("a").id)
        assert [(o.revision, o.verdict) for o in seen] == [(3, Verdict.STORY_TOLD), (2, Verdict.NEW_STORY)]

    async def test_one_story_is_told_once_within_a_batch_and_over_batches(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription())
        copies = [news(name, story={"id": "siege-of-a"}) for name in ("a", "b", "c")]
        assert len((await alerting.raise_alerts(copies[:2])).alerts) == 1
        assert (await alerting.raise_alerts(copies[2:])).alerts == ()

    async def test_history_notifies_nobody_and_is_seen_all_the_same(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription())
        raised = await alerting.raise_alerts([news("a", historic=True)])
        assert (raised.outcomes, raised.alerts) == ((DONE,), ())
        assert (await alerting.raise_alerts([news("a")])).outcomes == (DUPLICATE,)

    async def test_a_ladder_remembers_its_level_over_batches(self, database: Database) -> None:
        rule = subscription(query=TROOPS, trigger=ladder(100_000, 150_000, 200_000))
        alerting = await alerting_on(database, rule)
        raised = [
            [alert.level.rung for alert in (await alerting.raise_alerts([troops(str(n), n)])).alerts if alert.level]
            for n in (90_000, 110_000, 120_000, 210_000, 160_000)
        ]
        assert raised == [[], [100_000], [], [200_000], []]

    async def test_two_groups_of_one_article_raise_two_alerts(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription(query=TROOPS, trigger=ladder(100_000)))
        both = troops("a", 110_000, 120_000)
        found = [
            quantity.model_copy(update={"who": who})
            for quantity, who in zip(both.quantities, ("RUS", "BLR"), strict=True)
        ]
        raised = await alerting.raise_alerts([both.model_copy(update={"quantities": tuple(found)})])
        assert sorted(alert.level.group["who"] for alert in raised.alerts if alert.level) == ["BLR", "RUS"]
        assert {alert.trigger for alert in raised.alerts} == {Trigger.CROSSES}
        quoted = {
            alert.level.group["who"]: [q.finding["quote"] for q in alert.evidence]
            for alert in raised.alerts
            if alert.level
        }
        assert quoted == {"RUS": ["110000 troops"], "BLR": ["120000 troops"]}

    async def test_replicas_that_get_the_same_messages_raise_each_alert_once(
        self, open_store: Callable[[], Database]
    ) -> None:
        each, climbs = (
            subscription("each"),
            subscription("climbs", query=TROOPS, trigger=ladder(*range(1_000, 9_000, 1_000))),
        )
        first = await alerting_on(open_store(), each, climbs)
        second = await alerting_on(open_store())
        documents: list[Document] = [troops(str(n), n * 100, story={"id": str(n % 7)}) for n in range(1, 81)]
        documents += [news(f"n{n}", story={"id": str(n % 7)}) for n in range(20)]

        async def work(alerting: Alerting, order: list[Document]) -> list[str]:
            made = []
            for i in range(0, len(order), 5):
                made += [alert.id for alert in (await alerting.raise_alerts(order[i : i + 5])).alerts]
            return made

        async with asyncio.timeout(120):
            made = await asyncio.gather(work(first, documents), work(second, documents[::-1]))
        every = made[0] + made[1]
        assert len(every) == len(set(every))
        listed = (await SqlAlerts(open_store()).list_alerts(limit=1_000)).items
        assert {alert.id for alert in listed} == set(every)
        assert len([alert for alert in listed if alert.subscription_id == "each"]) == 7
        assert max(alert.level.rung for alert in listed if alert.level) == 8_000

    async def test_what_fails_half_way_leaves_nothing(self, database: Database) -> None:
        alerting = await alerting_on(database, subscription())

        def fail(*_: Any) -> Any:
            raise LookupError

        broken = build_alerting(database, now=lambda: LATER)
        object.__setattr__(broken, "decider", type("Broken", (), {"decide": fail})())
        await broken.rules.refresh()
        with pytest.raises(LookupError):
            await broken.raise_alerts([news("a")])
        assert (await alerting.raise_alerts([news("a")])).outcomes == (DONE,)


class TestOutbox:
    @pytest.fixture
    async def queued(self, database: Database) -> Alerting:
        alerting = await alerting_on(
            database,
            subscription("hook", channels=[webhook(), {"type": "console"}]),
            subscription("quiet"),
        )
        await alerting.raise_alerts([news("a")])
        return alerting

    async def test_each_channel_of_an_alert_gets_one_row(self, queued: Alerting, outbox: SqlOutbox) -> None:
        rows = await lease(outbox)
        assert sorted((row.alert.subscription_id, row.lane.partition(":")[0]) for row in rows) == [
            ("hook", "console"),
            ("hook", "index"),
            ("hook", "webhook"),
            ("quiet", "index"),
        ]
        assert len({row.delivery_id for row in rows}) == 4
        (hook,) = [row for row in rows if row.lane.startswith("webhook:")]
        assert hook.channel is not None
        assert hook.fetched_at == NOON

    async def test_a_leased_row_is_nobody_elses_until_the_lease_ends(self, queued: Alerting, outbox: SqlOutbox) -> None:
        first = await lease(outbox, "one")
        assert await lease(outbox, "two") == []
        after = await lease(outbox, "two", now=LATER + timedelta(minutes=1))
        assert {row.delivery_id for row in after} == {row.delivery_id for row in first}
        assert await outbox.settle([sent(row) for row in first], "one") == 0
        assert await outbox.settle([sent(row) for row in after], "two") == 4

    async def test_what_is_sent_never_comes_again(self, queued: Alerting, outbox: SqlOutbox) -> None:
        await outbox.settle([sent(row) for row in await lease(outbox)], "one")
        assert await lease(outbox, now=LATER + timedelta(days=9)) == []
        assert await outbox.backlog(LATER + timedelta(days=9)) == (0, None)

    async def test_what_is_to_be_retried_comes_when_it_is_due(
        self, queued: Alerting, outbox: SqlOutbox, database: Database
    ) -> None:
        (hook,) = [row for row in await lease(outbox) if row.lane.startswith("webhook:")]
        await outbox.settle([sent(hook, Result.RETRY)], "one")
        assert await lease(outbox, now=LATER + timedelta(seconds=4)) == []
        (again,) = await lease(outbox, now=LATER + timedelta(seconds=6))
        assert (again.delivery_id, again.attempts) == (hook.delivery_id, 1)
        (shown,) = [d for d in await SqlAlerts(database).deliveries(hook.alert.id) if d["id"] == hook.delivery_id]
        assert (shown["state"], shown["cause"]) == (State.WAITING, Cause.RETRYING)
        assert [(a["attempt"], a["result"], a["took_ms"]) for a in shown["attempts"]] == [(1, "retry", 12)]

    async def test_a_full_lane_holds_up_no_other(self, database: Database, outbox: SqlOutbox) -> None:
        alerting = await alerting_on(database, subscription("hook", channels=[webhook()]))
        for n in range(12):
            await alerting.raise_alerts([news(str(n))])
        rows = await lease(outbox, limit=10, room=lambda lane: 1 if lane == "index" else 1_000)
        lanes = [row.lane.partition(":")[0] for row in rows]
        assert (lanes.count("index"), lanes.count("webhook")) == (1, 9)

    async def test_a_removed_subscription_or_channel_cancels_what_waits(
        self, queued: Alerting, outbox: SqlOutbox, database: Database
    ) -> None:
        subscriptions = SqlSubscriptions(database)
        stored = await subscriptions.get("hook")
        assert stored is not None
        await subscriptions.replace(
            revise(stored, stored.draft.model_copy(update={"channels": stored.channels[1:]}), LATER), 1
        )
        assert sorted(row.lane for row in await lease(outbox)) == ["console", "index", "index"]
        await queued.raise_alerts([news("b")])
        await subscriptions.delete("hook", None)
        assert sorted(row.lane for row in await lease(outbox)) == ["index", "index"]
        alerts = (await SqlAlerts(database).list_alerts(subscription_id="hook")).items
        causes = {d["cause"] for alert in alerts for d in await SqlAlerts(database).deliveries(alert.id)}
        assert causes == {"", Cause.CHANNEL_REMOVED, Cause.SUBSCRIPTION_REMOVED}

    async def test_a_channel_that_is_gone_is_off_until_its_subscription_changes(
        self, queued: Alerting, outbox: SqlOutbox, database: Database
    ) -> None:
        (hook,) = [row for row in await lease(outbox) if row.lane.startswith("webhook:")]
        await outbox.settle([sent(hook, Result.GONE)], "one")
        await queued.raise_alerts([news("b")])
        assert "webhook" not in {row.lane.partition(":")[0] for row in await lease(outbox)}
        subscriptions = SqlSubscriptions(database)
        stored = await subscriptions.get("hook")
        assert stored is not None
        await subscriptions.replace(revise(stored, stored.draft.model_copy(update={"tags": ("new",)}), LATER), 1)
        await queued.raise_alerts([news("c")])
        assert "webhook" in {row.lane.partition(":")[0] for row in await lease(outbox)}

    async def test_senders_side_by_side_never_hold_the_same_row(self, open_store: Callable[[], Database]) -> None:
        alerting = await alerting_on(open_store(), *(subscription(f"s{n}") for n in range(40)))
        await alerting.raise_alerts([news(str(n)) for n in range(5)])
        senders = [SqlOutbox(open_store()) for _ in range(3)]

        async def take(number: int) -> list[str]:
            taken: list[str] = []
            while rows := await lease(senders[number], f"sender {number}", limit=7):
                taken += [row.delivery_id for row in rows]
            return taken

        async with asyncio.timeout(60):
            taken = await asyncio.gather(*map(take, range(3)))
        every = [delivery for mine in taken for delivery in mine]
        assert len(every) == len(set(every)) == 200


class TestAlerts:
    async def test_pages_hold_each_once_newest_first(self, database: Database) -> None:
        clock = iter(NOON + timedelta(seconds=n // 2) for n in range(100))
        alerting = await alerting_on(database, subscription("a"), subscription("b"))
        for n in range(6):
            moment = next(clock)
            object.__setattr__(alerting, "now", lambda moment=moment: moment)
            await alerting.raise_alerts([news(str(n))])
        alerts = SqlAlerts(database)
        found: list[Any] = []
        cursor = None
        while True:
            page = await alerts.list_alerts(cursor=cursor, limit=5)
            found += page.items
            cursor = page.cursor
            if cursor is None:
                break
        assert len(found) == len({alert.id for alert in found}) == 12
        assert found == sorted(found, key=lambda alert: (alert.raised_at, alert.id), reverse=True)
        mine = (await alerts.list_alerts(subscription_id="a", since=NOON + timedelta(seconds=1), limit=50)).items
        assert (len(mine), {alert.subscription_id for alert in mine}) == (4, {"a"})
        assert len((await alerts.list_alerts(until=NOON + timedelta(seconds=1), limit=50)).items) == 4
        assert await alerts.get_alert(found[0].id) == found[0]
        assert await alerts.get_alert("0" * 64) is None


async def test_an_article_that_retention_forgot_before_its_observation_may_come_again(database: Database) -> None:
    alerting = await alerting_on(database, subscription())
    await alerting.raise_alerts([news("a")])
    await SqlUpkeep(database).expire(NOON + timedelta(seconds=30))
    again = await alerting.raise_alerts([news("a")])
    assert (again.outcomes, again.alerts) == ((DONE,), ())


async def test_a_subscription_made_at_another_replica_holds_for_the_next_batch(
    open_store: Callable[[], Database],
) -> None:
    alerting = await alerting_on(open_store())
    await SqlSubscriptions(open_store()).create(subscription())
    await alerting.alert_batch([news("a")])
    assert len((await SqlAlerts(open_store()).list_alerts()).items) == 1


async def test_what_is_past_its_time_goes_and_the_alert_stays(database: Database) -> None:
    alerting = await alerting_on(database, subscription())
    raised = await alerting.raise_alerts([news("a"), news("b")])
    outbox, upkeep = SqlOutbox(database), SqlUpkeep(database)
    (first, *_) = await lease(outbox)
    await outbox.settle([sent(first)], "one")
    assert await upkeep.expire(NOON - timedelta(days=1)) == 0
    assert await upkeep.expire(LATER + timedelta(days=90)) == 1 + 2 + 2
    assert (await SqlAlerts(database).list_alerts()).items != ()
    assert (await alerting.raise_alerts([news("a")])).alerts == ()
    assert await SqlAlerts(database).get_alert(raised.alerts[0].id) == raised.alerts[0]
