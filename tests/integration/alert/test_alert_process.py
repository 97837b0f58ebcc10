"""Alert as an operator runs it: two processes on Kafka and PostgreSQL, killed in the middle of the work."""

from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from pathlib import Path

import pytest

from services.alert.adapters.sql_alerts import SqlAlerts
from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.app import utc_now
from services.contracts.document import Document
from services.contracts.teams import DEFAULT_TEAM
from services.contracts.topics import ALERTS, ALL, ENRICHED
from services.runtime.adapters.kafka_admin import create_topics
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import Database, open_database
from services.runtime.connect import open_bus
from services.runtime.ports import Bus
from tests.integration.alert.conftest import Receiver
from tests.integration.processes import Process
from tests.keys import KEY_SETTING
from tests.subscriptions import TROOPS, ladder, news, subscription, troops, webhook
from tests.waiting import until

pytestmark = [pytest.mark.kafka, pytest.mark.postgresql]

STORIES, RUNGS = 400, 40
PARTITIONS = 4

Start = Callable[..., Process]


@pytest.fixture
def bus_url(kafka_url: str, topic_prefix: str) -> str:
    """Topics of this test's own."""
    url = f"{kafka_url}/{topic_prefix.rstrip('.')}"
    create_topics(url, PARTITIONS, names=ALL)
    return url


@pytest.fixture
async def bus(bus_url: str) -> AsyncIterator[Bus]:
    bus = open_bus(bus_url)
    yield bus
    await bus.aclose()


@pytest.fixture
async def database(database_url: str) -> AsyncIterator[Database]:
    migrate(database_url)
    database = open_database(database_url)
    yield database
    await database.aclose()


@pytest.fixture
def start(
    bus_url: str, database_url: str, unused_tcp_port_factory: Callable[[], int], tmp_path: Path
) -> Iterator[Start]:
    """Starts one more alert process."""
    processes: list[Process] = []

    def start() -> Process:
        number = len(processes)
        settings = {
            "TOCSIN_BUS_URL": bus_url,
            "TOCSIN_STORE_URL": database_url,
            "TOCSIN_INDEX_URL": f"embedded:{tmp_path / f'index{number}.db'}",
            "TOCSIN_ALLOW_PRIVATE_WEBHOOKS": "true",
            "TOCSIN_SEND_LEASE_S": "3",
            "TOCSIN_RETAIN_DAYS": "36500",  # these articles are of 2022: upkeep must not forget that they were seen
            **KEY_SETTING,
        }
        processes.append(
            Process("services.alert", settings, unused_tcp_port_factory(), tmp_path / f"alert{number}.log")
        )
        return processes[-1]

    yield start
    for process in processes:
        process.close()


def stream() -> list[Document]:
    """Every story twice, under two ids; between them a build-up that climbs the ladder, in one order per partition."""
    documents: list[Document] = []
    for number in range(STORIES):
        documents += [news(f"{number} {copy}", story={"id": str(number)}) for copy in range(2)]
        if number % 10 == 0:
            documents.append(troops("build-up", (number // 10 + 1) * 1_000, revision=number // 10 + 1))
    return documents


async def test_processes_that_are_killed_forget_nothing_and_double_nothing(
    bus: Bus, database: Database, receiver: Receiver, start: Start
) -> None:
    subscriptions = SqlSubscriptions(database)
    await subscriptions.create(subscription("each", channels=[webhook(receiver.url("/ok"))]))
    climbs = ladder(*range(1_000, (RUNGS + 1) * 1_000, 1_000))
    await subscriptions.create(
        subscription("climbs", query=TROOPS, trigger=climbs, channels=[webhook(receiver.url("/ok"))])
    )
    all_of_them = {"count": {"at_least": STORIES, "window": "1d"}}
    await subscriptions.create(subscription("many", trigger=all_of_them))
    await subscriptions.create(subscription("quiet", query="locusts", trigger={"silence": {"window": "1m"}}))
    first, second = start(), start()
    await first.until_ready()
    await second.until_ready()
    documents = stream()
    for i in range(0, len(documents), 100):
        await bus.publish(ENRICHED, documents[i : i + 100])
        if i == 200:
            await first.kill()
            first = start()
        if i == 500:
            await second.kill()
            second = start()
    await bus.publish(ENRICHED, documents[:100])  # a replay by the stage before

    async def all_is_sent() -> bool:
        if await bus.lag(ENRICHED, "alert") or await SqlOutbox(database).backlog(utc_now()) != (0, None):
            return False
        return bool((await SqlAlerts(database).list_alerts(team=DEFAULT_TEAM, subscription_id="quiet")).items)

    await until(all_is_sent, within_s=150, what="the end of the work")
    assert (await first.stop(), await second.stop()) == (0, 0)

    alerts = (await SqlAlerts(database).list_alerts(team=DEFAULT_TEAM, limit=10_000)).items
    raised = Counter(alert.subscription_id for alert in alerts)
    assert raised["each"] == STORIES
    assert raised["many"] == 1, "one story less would have been too few"
    assert raised["quiet"] == 1, "a tick of both clocks is told once"
    assert max(alert.level.rung for alert in alerts if alert.level) == RUNGS * 1_000
    rungs = [alert.level.rung for alert in alerts if alert.level]
    assert len(rungs) == len(set(rungs))
    arrived = receiver.ids("/ok")
    assert len(set(arrived)) == raised["each"] + raised["climbs"]
    assert receiver.bad_signatures == 0
    assert await bus.lag(ALERTS, "nobody") >= len(alerts)


async def test_a_process_drains_on_sigterm_and_says_when_it_is_ready(
    bus: Bus, database: Database, receiver: Receiver, start: Start
) -> None:
    await SqlSubscriptions(database).create(subscription(channels=[webhook(receiver.url("/ok"))]))
    process = start()
    await process.until_ready()
    await bus.publish(ENRICHED, [news("a")])
    await until(lambda: len(receiver.ids("/ok")) == 1, within_s=30)
    assert await process.stop() == 0
