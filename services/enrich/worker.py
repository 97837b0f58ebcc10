"""Faust edge of enrich: turns a Faust stream into batches of the delivery policy. Decides nothing itself."""

import asyncio
from collections.abc import AsyncGenerator, Callable, Iterator, Mapping, Sequence
from contextlib import aclosing
from dataclasses import dataclass
from os import getuid
from pathlib import Path
from tempfile import gettempdir

import faust
from faust.contrib.asgi import faust_app_running
from faust.types import EventT, StreamT
from faust.types.tuples import Message
from mode.supervisors import CrashingSupervisor

from services.contracts.article import Article
from services.contracts.errors import Unavailable
from services.runtime.deliver import Delivery, TooManyBugs
from services.runtime.one_ahead import OneAhead
from services.runtime.ports import BATCH_BYTES, BATCH_MESSAGES, BATCH_SECONDS, Batch, Received

AGENT = "enrich_articles"


@dataclass(frozen=True, slots=True)
class Source:
    """Where the articles come from, as Faust needs to know it."""

    brokers: Sequence[str]
    """`host:port` of each."""
    topic: str
    group: str


def build_worker(source: Source, delivery: Delivery[Article], joined: Callable[[], None]) -> faust.App:
    """An app with one agent, which says `joined` whenever it got its partitions.

    A function, so that importing this module has no effect and a test builds what it likes.
    """
    app = faust.App(
        source.group,
        broker=[f"kafka://{broker}" for broker in source.brokers],
        store="memory://",
        # We keep no tables, but Faust makes the folder for them all the same: not where the user stands.
        datadir=Path(gettempdir()) / f"tocsin-faust-{getuid()}",
        autodiscover=False,
        web_enabled=False,
        web_tables_enabled=False,
        topic_allow_declare=False,
        topic_disable_leader=True,
        broker_session_timeout=10.0,
        broker_heartbeat_interval=2.0,
        broker_commit_interval=1.0,
        broker_max_poll_records=BATCH_MESSAGES,
        consumer_auto_offset_reset="earliest",
        stream_buffer_maxsize=2 * BATCH_MESSAGES,
    )
    articles = app.topic(source.topic, value_type=bytes, value_serializer="raw", key_type=bytes, key_serializer="raw")

    # Left alone, Faust restarts an agent that raised, and what it had not acknowledged blocks every later commit.
    @app.agent(articles, name=AGENT, concurrency=1, supervisor_strategy=CrashingSupervisor)
    async def enrich_articles(stream: StreamT[bytes]) -> None:
        # Left alone, Faust acknowledges a message even when handling it raised; we acknowledge what was settled.
        # Said before the first take: when it ends (crash, SIGTERM) Faust goes back to what was said before it, while it
        # still reads in the background, and would acknowledge what nobody has seen.
        stream.enable_acks = False
        async with (
            aclosing(taken(stream)) as batches,
            OneAhead(lambda: anext(batches, None), delivery.look_ahead) as ahead,
        ):
            while (batch := await ahead.take()) is not None:
                try:
                    await delivery.settle(batch)
                except (Unavailable, TooManyBugs) as error:
                    await app.crash(error)
                    return

    @app.on_partitions_assigned.connect(weak=False)
    async def on_assigned(*_: object, **__: object) -> None:
        joined()

    return app


async def run_worker(app: faust.App, stop: asyncio.Event) -> None:
    """Run the app on this event loop until `stop`; then drain, commit, leave. Raises what the app crashed with."""
    async with faust_app_running(app):
        ended = asyncio.ensure_future(app.wait_until_stopped())
        stopping = asyncio.ensure_future(stop.wait())
        await asyncio.wait((ended, stopping), return_when=asyncio.FIRST_COMPLETED)
        for waiting in (ended, stopping):
            waiting.cancel()
    if app.crash_reason is not None:
        raise app.crash_reason


async def taken(stream: StreamT[bytes]) -> AsyncGenerator[Batch, None]:
    """What Faust takes, none of it acknowledged before its batch is committed."""
    async for events in stream.noack_take(BATCH_MESSAGES, within=BATCH_SECONDS):  # type: ignore[attr-defined]  # StreamT forgot it
        for batch in cut(stream, events):
            yield batch


def cut(stream: StreamT[bytes], events: Sequence[EventT[bytes]]) -> Iterator[Batch]:
    """Batches of what Faust took, in order, none over `BATCH_BYTES` unless one message is."""
    some: list[EventT[bytes]] = []
    size = 0
    for event in events:
        size += len(event.message.value or b"")
        if some and size > BATCH_BYTES:
            yield _batch(stream, some)
            some, size = [], len(event.message.value or b"")
        some.append(event)
    if some:
        yield _batch(stream, some)


def _batch(stream: StreamT[bytes], events: Sequence[EventT[bytes]]) -> Batch:
    async def acknowledge() -> None:
        for event in events:
            await stream.ack(event)

    return Batch(tuple(_received(event.message) for event in events), acknowledge)


def _received(message: Message) -> Received:
    headers = message.headers or ()
    return Received(
        raw=message.value or b"",
        key=message.key,
        headers=tuple(headers.items() if isinstance(headers, Mapping) else headers),
        partition=message.partition,
        offset=message.offset,
    )
