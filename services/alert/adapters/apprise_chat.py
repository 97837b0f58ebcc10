"""Chat and paging services by Apprise, which blocks: in threads of its own. Shows no URL in logs or receipts."""

import asyncio
import logging
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

from services.alert.core.channels import AppriseChannel
from services.alert.core.letters.wording import wording
from services.alert.core.outbox import Leased, Receipt, Result

THREADS = 8
"""Of each service: one that hangs holds up itself alone."""
TOTAL_S = 30.0

_LIBRARY = "apprise"
_NO_PING = str.maketrans({"@": "@\u200b", "<": "<\u200b"})
"""An article that says @everyone or <!channel> calls nobody."""


class AppriseNotifier:
    """Implements `Notifier`. The library says only whether it worked, so every failure is worth a retry."""

    bulk = 1

    def __init__(self) -> None:
        self._services: dict[str, ThreadPoolExecutor] = {}

    async def send(self, deliveries: Sequence[Leased]) -> Sequence[Receipt]:
        """One message each."""
        return [await self._send(delivery) for delivery in deliveries]

    async def aclose(self) -> None:
        """Wait for nobody."""
        for threads in self._services.values():
            threads.shutdown(wait=False, cancel_futures=True)

    def _threads(self, service: str) -> ThreadPoolExecutor:
        """At most as many pools as there are services on the list."""
        if service not in self._services:
            self._services[service] = ThreadPoolExecutor(THREADS, f"chat-{service}")
        return self._services[service]

    async def _send(self, delivery: Leased) -> Receipt:
        channel = delivery.channel
        if not isinstance(channel, AppriseChannel) or channel.masked:
            return Receipt(Result.INVALID, "the channel has no URL")
        words = wording(delivery.message, channel.template)
        title, body = words.subject.translate(_NO_PING), words.text.translate(_NO_PING)
        try:
            async with asyncio.timeout(TOTAL_S):
                loop = asyncio.get_running_loop()
                receipt = await loop.run_in_executor(
                    self._threads(channel.schema_name), _notify, channel.url, title, body
                )
        except TimeoutError:
            return Receipt(Result.RETRY, f"{channel.schema_name} did not answer within {TOTAL_S:g} s")
        return replace(receipt, detail=words.fault + receipt.detail)


def understood(url: str) -> bool:
    """Whether the library can make a message of it. Sends nothing."""
    return _plugin(url) is not None


def _notify(url: str, title: str, body: str) -> Receipt:
    import apprise

    plugin, schema = _plugin(url), url.partition("://")[0]
    if plugin is None:
        return Receipt(Result.INVALID, f"this {schema} URL is not what Apprise documents")
    plugin.overflow_mode = apprise.OverflowMode.TRUNCATE
    service = apprise.Apprise(asset=plugin.asset)
    service.add(plugin)
    # Paging services take "info", the library's default, for the end of an incident.
    kind = apprise.NotifyType.WARNING
    if service.notify(body=body, title=title, notify_type=kind, body_format=apprise.NotifyFormat.TEXT):
        return Receipt(Result.SENT)
    return Receipt(Result.RETRY, f"{schema} did not take it")


def _plugin(url: str):  # type: ignore[no-untyped-def]  # the library's own type, which must not be imported at the start
    """Imports the library at the first use: it is large, and most houses need none of it."""
    import apprise

    logging.getLogger(_LIBRARY).disabled = True  # it writes whole URLs
    # Its own threads are few and shared by all services: without its time limit it works in ours, which have one.
    asset = apprise.AppriseAsset(
        http_redirects=False,
        storage_mode=apprise.PersistentStoreMode.MEMORY,
        async_mode=False,
        service_timeout=0,
    )
    return apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
