"""A sender in a process of its own: `python -m tests.integration.alert.sender_process STORE_URL LEASE_S`."""

import asyncio
import sys

from services.alert.adapters.sql_outbox import SqlOutbox
from services.alert.adapters.webhook import WebhookNotifier
from services.alert.app import utc_now
from services.alert.sender import Sender
from services.runtime.adapters.sql import open_database


async def main(store_url: str, lease_s: float) -> None:
    webhooks = WebhookNotifier(allow_private=True, user_agent="Tocsin/test", now=utc_now)
    outbox = SqlOutbox(open_database(store_url))
    await Sender(outbox, {"webhook": webhooks}, utc_now, every_s=0.05, lease_s=lease_s).run(asyncio.Event())


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1], float(sys.argv[2])))
