"""The bus on Kafka. The client library is synchronous, so each client has a thread; the event loop never blocks."""

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from functools import partial
from threading import Lock
from typing import TypeVar

from kafka import KafkaProducer
from kafka.errors import KafkaError, MessageSizeTooLargeError, RetriableError

from services.contracts.errors import Reason, Rejected, Unavailable
from services.contracts.message import Message
from services.contracts.topics import ENRICHED, Topic
from services.runtime.adapters.kafka_address import KafkaAddress
from services.runtime.adapters.kafka_admin import TOPIC_MESSAGE_BYTES, KafkaAdmin
from services.runtime.adapters.kafka_client import opened
from services.runtime.adapters.kafka_member import Member
from services.runtime.dead_letters import dead_letter_headers
from services.runtime.ports import Batch, DeadLetter

log = logging.getLogger(__name__)
M = TypeVar("M", bound=Message)
T = TypeVar("T")
Row = tuple[bytes, bytes | None, Sequence[tuple[str, bytes]]]

LINGER_MS = 20
PRODUCER_BATCH_BYTES = 262_144
COMPRESSION = {ENRICHED.name: "lz4"}
"""Documents shrink to a fifth and cost less on the whole way. Articles stay as they are: the library that Faust reads
with inflates nothing but gzip by itself."""
BLOCK_MS = 5_000
"""Longest wait for a topic's metadata or for room in the producer's memory."""
DELIVERY_MS = 30_000
"""Longest wait for the acknowledgement of a message."""


class KafkaBus:
    """Publishes with acks=all and idempotence; subscriptions commit exactly what was settled."""

    def __init__(self, url: str) -> None:
        """`kafka://host:port[,host:port][/name-space]`; connects at the first use. Raises `ValueError`."""
        self._address = KafkaAddress.parse(url)
        self._sending = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kafka-send")
        self._producers: dict[str | None, KafkaProducer] = {}
        """By compression: a producer has one for all that it sends."""
        self._asking = ThreadPoolExecutor(max_workers=1, thread_name_prefix="kafka-ask")
        self._admin = KafkaAdmin(self._address)

    async def publish(self, topic: Topic[M], messages: Sequence[M]) -> None:
        """Return once all in-sync replicas have every message. Raises `Unavailable`, `Rejected(TOO_LARGE)`."""
        rows: list[Row] = [(topic.encode(message), topic.key(message).encode(), ()) for message in messages]
        await self._send(topic.name, rows)

    async def bury(self, topic: Topic[M], letters: Sequence[DeadLetter]) -> None:
        """Put the bytes unchanged on the dead letters, the reason in headers. Raises `Unavailable`."""
        rows: list[Row] = [
            (letter.received.raw, letter.received.key, dead_letter_headers(topic, letter)) for letter in letters
        ]
        await self._send(topic.dead_letters, rows)

    def subscribe(self, topic: Topic[M], group: str) -> AbstractAsyncContextManager[AsyncIterator[Batch]]:
        """Join the group; entering raises `Unavailable` when Kafka does not answer or the topic does not exist."""
        return self._membership(topic.name, group)

    @asynccontextmanager
    async def _membership(self, topic: str, group: str) -> AsyncIterator[AsyncIterator[Batch]]:
        thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix=f"kafka-{group}")
        member = Member(self._address, topic, group)
        try:
            await _in(thread, member.join)
            yield _batches(thread, member)
        finally:
            await asyncio.shield(_in(thread, member.leave))
            thread.shutdown(wait=False)

    async def lag(self, topic: Topic[M], group: str) -> int:
        """Messages behind the group's last commits. Raises `Unavailable`."""
        return await _in(
            self._asking, partial(self._admin.lag, self._address.name(topic.name), self._address.name(group))
        )

    async def ends(self, topic: Topic[M]) -> Mapping[int, int]:
        """For each partition the position behind its newest message. Raises `Unavailable`."""
        return await _in(self._asking, partial(self._admin.ends, self._address.name(topic.name)))

    async def settled(self, topic: Topic[M], group: str) -> Mapping[int, int]:
        """For each partition the position behind what the group committed. Raises `Unavailable`."""
        return await _in(
            self._asking, partial(self._admin.settled, self._address.name(topic.name), self._address.name(group))
        )

    async def ping(self) -> None:
        """Raises `Unavailable` unless a broker answers."""
        await _in(self._asking, self._admin.ping)

    async def aclose(self) -> None:
        """Send what waits, and close all connections."""
        await _in(self._asking, self._admin.close)
        await _in(self._sending, self._close_producers)
        self._asking.shutdown(wait=False)
        self._sending.shutdown(wait=False)

    async def _send(self, topic: str, rows: Sequence[Row]) -> None:
        if not rows:
            return
        name, compression = self._address.name(topic), COMPRESSION.get(topic)
        acks = _Acknowledgements(len(rows), asyncio.get_running_loop())
        try:
            await _in(self._sending, partial(self._hand_over, compression, name, rows, acks))
            await acks.all_in
        except MessageSizeTooLargeError as error:
            raise Rejected(Reason.TOO_LARGE, str(error)) from error
        except KafkaError as error:
            if not isinstance(error, RetriableError):
                # An idempotent producer that lost its sequence stays unusable; the next try gets a new one.
                await _in(self._sending, partial(self._close_producer, compression, 0.0))
            raise Unavailable("kafka", f"{name} on {self._address}: {error!r}") from error

    def _hand_over(self, compression: str | None, name: str, rows: Sequence[Row], acks: "_Acknowledgements") -> None:
        producer = self._open_producer(compression)
        for raw, key, headers in rows:
            future = producer.send(name, value=raw, key=key, headers=list(headers))
            future.add_callback(acks.stored)
            future.add_errback(acks.failed)

    def _open_producer(self, compression: str | None) -> KafkaProducer:
        if compression not in self._producers:
            self._producers[compression] = opened(
                KafkaProducer,
                self._address,
                acks="all",
                enable_idempotence=True,
                compression_type=compression,
                linger_ms=LINGER_MS,
                batch_size=PRODUCER_BATCH_BYTES,
                max_request_size=TOPIC_MESSAGE_BYTES,
                max_block_ms=BLOCK_MS,
                delivery_timeout_ms=DELIVERY_MS,
                request_timeout_ms=DELIVERY_MS // 2,
                allow_auto_create_topics=False,
            )
        return self._producers[compression]

    def _close_producers(self) -> None:
        for compression in list(self._producers):
            self._close_producer(compression, DELIVERY_MS / 1000)

    def _close_producer(self, compression: str | None, timeout_s: float) -> None:
        producer = self._producers.pop(compression, None)
        if producer is None:
            return
        try:
            producer.close(timeout=timeout_s)
        except KafkaError as error:
            # Whoever published these messages was told, by its own future, that they are not stored.
            log.warning("closed with messages unsent", extra={"error": repr(error)})


class _Acknowledgements:
    """One asyncio future for the acknowledgements of many messages, which arrive in the client's thread."""

    def __init__(self, expected: int, loop: asyncio.AbstractEventLoop) -> None:
        self.all_in: asyncio.Future[None] = loop.create_future()
        self._loop = loop
        self._expected = expected
        self._lock = Lock()

    def stored(self, _: object) -> None:
        """One more message is durable."""
        with self._lock:
            self._expected -= 1
            complete = self._expected == 0
        if complete:
            self._loop.call_soon_threadsafe(self._resolve, None)

    def failed(self, error: BaseException) -> None:
        """One message is not: then the call as a whole failed."""
        self._loop.call_soon_threadsafe(self._resolve, error)

    def _resolve(self, error: BaseException | None) -> None:
        if self.all_in.done():
            return
        if error is None:
            self.all_in.set_result(None)
        else:
            self.all_in.set_exception(error)


async def _batches(thread: ThreadPoolExecutor, member: Member) -> AsyncIterator[Batch]:
    while True:
        messages, positions = await _in(thread, member.next_batch)
        if messages:
            yield Batch(messages, partial(_in, thread, partial(member.commit, positions)))


async def _in(thread: ThreadPoolExecutor, call: Callable[[], T]) -> T:
    return await asyncio.get_running_loop().run_in_executor(thread, call)
