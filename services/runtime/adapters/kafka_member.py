"""One member of a consumer group: joins, cuts batches, commits what was settled, leaves. Synchronous, one thread."""

import logging
import time
from collections import deque
from collections.abc import Collection, Mapping
from typing import Any

from kafka import ConsumerRebalanceListener, KafkaConsumer, OffsetAndMetadata, TopicPartition
from kafka.errors import (
    CommitFailedError,
    IllegalGenerationError,
    KafkaError,
    RebalanceInProgressError,
    UnknownMemberIdError,
)

from services.contracts.errors import Unavailable
from services.runtime.adapters.kafka_address import KafkaAddress
from services.runtime.adapters.kafka_admin import TOPIC_MESSAGE_BYTES
from services.runtime.adapters.kafka_client import opened
from services.runtime.ports import BATCH_BYTES, BATCH_MESSAGES, BATCH_SECONDS, Received

log = logging.getLogger(__name__)

Positions = Mapping[Any, int]
"""Partition -> offset of the next message to read."""

IDLE_SECONDS = 5.0
"""A silent topic is looked at after so long: poll says nothing when the broker is gone."""
POLL_SECONDS = 1.0
REQUEST_MS = 5_000
SESSION_MS = 10_000
HEARTBEAT_MS = 2_000
MAX_POLL_INTERVAL_MS = 300_000
"""A batch that waits longer than this for a dependency loses its partitions; the patience must be shorter."""

_MEMBERSHIP_LOST = (CommitFailedError, IllegalGenerationError, RebalanceInProgressError, UnknownMemberIdError)


class Member(ConsumerRebalanceListener):  # type: ignore[misc]  # the library has no types
    """Reads one topic for one group. Every method raises `Unavailable` when Kafka does not answer."""

    def __init__(self, address: KafkaAddress, topic: str, group: str) -> None:
        self._address = address
        self._topic = address.name(topic)
        self._group = address.name(group)
        self._consumer: KafkaConsumer | None = None
        self._fetched: deque[Any] = deque()
        self._silent_since = time.monotonic()

    def join(self) -> None:
        """Connect and subscribe; partitions come with the first batches. A missing topic is `Unavailable` too."""
        try:
            self._consumer = opened(
                KafkaConsumer,
                self._address,
                group_id=self._group,
                enable_auto_commit=False,
                auto_offset_reset="earliest",
                allow_auto_create_topics=False,
                session_timeout_ms=SESSION_MS,
                heartbeat_interval_ms=HEARTBEAT_MS,
                max_poll_interval_ms=MAX_POLL_INTERVAL_MS,
                max_poll_records=BATCH_MESSAGES,
                max_partition_fetch_bytes=TOPIC_MESSAGE_BYTES,
            )
            self._consumer.subscribe([self._topic], listener=self)
            # Asked after subscribing, so that the first assignment knows the partitions and no second one follows.
            if not self._consumer.partitions_for_topic(self._topic):
                raise Unavailable("kafka", f"topic {self._topic} does not exist on {self._address}")
        except KafkaError as error:
            raise self._unavailable(error) from error

    def next_batch(self) -> tuple[tuple[Received, ...], Positions]:
        """What came until the batch was full or `BATCH_SECONDS` after its first message; empty on a silent topic."""
        deadline = time.monotonic() + (BATCH_SECONDS if self._fetched else POLL_SECONDS)
        try:
            while not self._is_full() and (left := deadline - time.monotonic()) > 0:
                first = not self._fetched
                for records in (
                    self._joined().poll(timeout_ms=int(left * 1000) + 1, max_records=BATCH_MESSAGES).values()
                ):
                    self._fetched.extend(records)
                if first and self._fetched:
                    deadline = time.monotonic() + BATCH_SECONDS
            self._check_silence()
        except KafkaError as error:
            raise self._unavailable(error) from error
        return self._cut()

    def commit(self, positions: Positions) -> None:
        """Commit for the partitions that are still ours; what was lost is somebody else's, who gets it again."""
        consumer = self._joined()
        ours = consumer.assignment()
        offsets = {p: OffsetAndMetadata(offset, "", -1) for p, offset in positions.items() if p in ours}
        if not offsets:
            return
        try:
            consumer.commit(offsets, timeout_ms=REQUEST_MS)
        except _MEMBERSHIP_LOST as error:
            log.warning("lost the partitions before the commit", extra={"group": self._group, "error": repr(error)})
        except KafkaError as error:
            raise self._unavailable(error) from error

    def leave(self) -> None:
        """Tell the group, so that another member takes over at once, and close."""
        if self._consumer is None:
            return
        try:
            self._consumer.close(autocommit=False, timeout_ms=REQUEST_MS)
        except KafkaError as error:
            # The broker notices by itself when the session runs out.
            log.warning("could not leave the group", extra={"group": self._group, "error": repr(error)})

    def on_partitions_revoked(self, revoked: Collection[TopicPartition]) -> None:
        """A rebalance begins. What was fetched stays: a partition that comes back keeps its position."""

    def on_partitions_assigned(self, assigned: Collection[TopicPartition]) -> None:
        """A rebalance ended: forget what was fetched from partitions that are another member's now."""
        self._keep(self._joined().assignment())

    def on_partitions_lost(self, lost: Collection[TopicPartition]) -> None:
        """We were out of the group: the library starts these from the group's commits if they come back."""
        self._keep(self._joined().assignment() - set(lost))

    def _keep(self, partitions: Collection[TopicPartition]) -> None:
        self._fetched = deque(r for r in self._fetched if TopicPartition(r.topic, r.partition) in partitions)

    def _is_full(self) -> bool:
        return len(self._fetched) >= BATCH_MESSAGES or sum(len(r.value) for r in self._fetched) >= BATCH_BYTES

    def _cut(self) -> tuple[tuple[Received, ...], Positions]:
        messages: list[Received] = []
        positions: dict[TopicPartition, int] = {}
        size = 0
        while self._fetched and len(messages) < BATCH_MESSAGES:
            record = self._fetched[0]
            size += len(record.value)
            if messages and size > BATCH_BYTES:
                break
            self._fetched.popleft()
            headers = tuple((name, bytes(value or b"")) for name, value in record.headers)
            messages.append(Received(bytes(record.value or b""), record.key, headers, record.partition, record.offset))
            positions[TopicPartition(record.topic, record.partition)] = record.offset + 1
        return tuple(messages), positions

    def _check_silence(self) -> None:
        now = time.monotonic()
        if self._fetched:
            self._silent_since = now
        elif now - self._silent_since > IDLE_SECONDS:
            self._joined().end_offsets([TopicPartition(self._topic, 0)], timeout_ms=REQUEST_MS)
            self._silent_since = time.monotonic()

    def _joined(self) -> KafkaConsumer:
        if self._consumer is None:
            raise Unavailable("kafka", f"{self._group} has not joined")
        return self._consumer

    def _unavailable(self, error: KafkaError) -> Unavailable:
        return Unavailable("kafka", f"{self._topic} on {self._address}: {error!r}")
