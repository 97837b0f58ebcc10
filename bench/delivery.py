"""`python -m bench.delivery [ALERTS] [STORE_URL]`: time from a decided alert to a receiver's acceptance.

1,000 receivers, of which 50 are dead: half refuse the connection, half never answer. Alerts are offered at 100 a second
and each receiver gets the same number. What counts is the healthy ones' waiting time, and that none gets one twice.
"""

import asyncio
import multiprocessing
import socket
import sys
import tempfile
from datetime import datetime
from pathlib import Path
from queue import Empty
from time import time
from typing import Any

import uvicorn

from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.adapters.webhook import WebhookNotifier
from services.alert.app import build_alerting, utc_now
from services.alert.core.channels import WebhookChannel
from services.alert.core.identity import delivery_id
from services.alert.core.subscriptions import Subscription
from services.alert.sender import Sender
from services.contracts.document import Document
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database

RECEIVERS, REFUSING, SILENT = 1_000, 25, 25
RATE = 100
QUIET_S = 3.0
"""Without an arrival, after which the server's queue counts as read to its end."""
SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"  # noqa: S105  of this benchmark alone


def receive(listening: socket.socket, arrivals: "multiprocessing.Queue[tuple[str, float]]") -> None:
    """A server that accepts at `/ok/N` and never answers at `/silent/N`."""

    async def app(scope: dict[str, Any], read: Any, send: Any) -> None:
        if scope["type"] != "http":
            return
        while (await read()).get("more_body"):
            continue
        if scope["path"].startswith("/silent"):
            await asyncio.sleep(3_600)
        arrivals.put((dict(scope["headers"])[b"webhook-id"].decode(), time()))
        await send({"type": "http.response.start", "status": 204, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    config = uvicorn.Config(app, log_config=None, lifespan="off", timeout_graceful_shutdown=0)
    uvicorn.Server(config).run(sockets=[listening])


def url(number: int, port: int) -> str:
    if number < REFUSING:
        return f"http://127.0.0.1:9/refused/{number}"
    return f"http://127.0.0.1:{port}/{'silent' if number < REFUSING + SILENT else 'ok'}/{number}"


def subscription(number: int, port: int) -> Subscription:
    now = utc_now()
    channel = {"type": "webhook", "url": url(number, port), "secret": SECRET}
    return Subscription.model_validate(
        {
            "id": f"s{number}", "name": f"s{number}", "query": f"text:desk{number}", "channels": [channel],
            "created_at": now, "updated_at": now,
        }
    )  # fmt: skip


def article(number: int) -> Document:
    now = utc_now()
    return Document.model_validate(
        {
            "@timestamp": now, "fetched_at": now, "id": f"{number:064x}", "story": {"id": str(number)},
            "text": f"News for desk{number % RECEIVERS}.",
        }
    )  # fmt: skip


async def offer(store_url: str, port: int, alerts: int) -> dict[str, datetime]:
    """Send at `RATE`; delivery id -> when its article arrived, of the healthy receivers."""
    migrate(store_url)
    database = open_database(store_url)
    subscriptions = SqlSubscriptions(database)
    for number in range(RECEIVERS):
        await subscriptions.create(subscription(number, port))
    webhooks = WebhookNotifier(allow_private=True, user_agent="Tocsin/bench", now=utc_now)
    sender = Sender(SqlOutbox(database), {"webhook": webhooks}, utc_now)
    alerting = build_alerting(database, queued=sender.wake)
    await alerting.rules.refresh()
    stop = asyncio.Event()
    sending = asyncio.create_task(sender.run(stop))
    began = time()
    arrived: dict[str, datetime] = {}
    for first in range(0, alerts, RATE // 10):
        await asyncio.sleep(max(0.0, began + first / RATE - time()))
        batch = [article(number) for number in range(first, first + RATE // 10)]
        for alert in (await alerting.raise_alerts(batch)).alerts:
            number = int(alert.subscription_id[1:])
            if number >= REFUSING + SILENT and alert.article is not None:
                key = WebhookChannel(type="webhook", url=url(number, port)).key
                arrived[delivery_id(alert.id, alert.edition, key)] = alert.article.fetched_at
    print(f"offered {alerts} alerts in {time() - began:.0f} s")
    await asyncio.sleep(20)
    stop.set()
    await sending
    await webhooks.aclose()
    await database.aclose()
    return arrived


def main() -> None:
    alerts = int(sys.argv[1]) if len(sys.argv) > 1 else 10_000
    with tempfile.TemporaryDirectory() as folder, socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(1_024)
        arrivals: multiprocessing.Queue[tuple[str, float]] = multiprocessing.Queue()
        server = multiprocessing.Process(target=receive, args=(listening, arrivals), daemon=True)
        server.start()
        store_url = sys.argv[2] if len(sys.argv) > 2 else f"sqlite:///{Path(folder) / 'store.db'}"
        arrived = asyncio.run(offer(store_url, listening.getsockname()[1], alerts))
        report(arrived, arrivals)
        server.kill()


def report(arrived: dict[str, datetime], arrivals: "multiprocessing.Queue[tuple[str, float]]") -> None:
    """`arrived` by delivery id."""
    waits, seen, twice = [], set(), 0
    while True:
        try:
            delivery, at = arrivals.get(timeout=QUIET_S)
        except Empty:
            break
        twice += delivery in seen
        seen.add(delivery)
        waits.append(at - arrived[delivery].timestamp())
    waits.sort()
    shares = {f"p{share}": waits[int(len(waits) * share / 100)] for share in (50, 95, 99)}
    shown = "  ".join(f"{name} {seconds:.2f} s" for name, seconds in shares.items())
    print(f"healthy: {len(arrived)} queued, {len(seen)} arrived, {twice} twice;  {shown}  max {waits[-1]:.2f} s")


if __name__ == "__main__":
    main()
