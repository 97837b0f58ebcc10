"""Several senders on one store, and a sender that is killed: nothing is forgotten, and ids stay."""

import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.app import build_alerting, utc_now
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database
from tests.integration.alert.conftest import Receiver
from tests.subscriptions import news, subscription, webhook
from tests.waiting import until

ROOT = Path(__file__).parents[3]


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgresql)])
def store_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    url = f"sqlite:///{tmp_path / 'store.db'}"
    if request.param == "postgresql":
        url = request.getfixturevalue("database_url")
    migrate(url)
    return url


async def queue(store_url: str, url: str, alerts: int) -> None:
    database = open_database(store_url)
    await SqlSubscriptions(database).create(subscription(channels=[webhook(url)]))
    alerting = build_alerting(database)
    await alerting.rules.refresh()
    await alerting.raise_alerts([news(str(n)) for n in range(alerts)])
    await database.aclose()


@contextmanager
def sender(store_url: str, lease_s: float) -> Iterator[subprocess.Popen[bytes]]:
    command = [sys.executable, "-m", "tests.integration.alert.sender_process", store_url, str(lease_s)]
    process = subprocess.Popen(command, cwd=ROOT)
    try:
        yield process
    finally:
        process.kill()
        process.wait(20)


async def test_what_a_killed_sender_held_comes_again_with_the_same_id(store_url: str, receiver: Receiver) -> None:
    await queue(store_url, receiver.url("/slow-once"), alerts=1)
    with sender(store_url, lease_s=2) as first:
        await until(lambda: len(receiver.ids("/slow-once")) == 1, within_s=60)
        first.send_signal(signal.SIGKILL)
        first.wait(20)
        with sender(store_url, lease_s=2):
            await until(lambda: len(receiver.ids("/slow-once")) == 2, within_s=60)
    assert len(set(receiver.ids("/slow-once"))) == 1
    assert receiver.bad_signatures == 0


async def test_senders_side_by_side_send_each_row_once(store_url: str, receiver: Receiver) -> None:
    await queue(store_url, receiver.url("/ok"), alerts=150)
    database = open_database(store_url)

    async def all_are_settled() -> bool:
        return await SqlOutbox(database).backlog(utc_now()) == (0, None)

    with sender(store_url, lease_s=60), sender(store_url, lease_s=60):
        await until(all_are_settled, within_s=60)
    await database.aclose()
    assert len(receiver.ids("/ok")) == len(set(receiver.ids("/ok"))) == 150
