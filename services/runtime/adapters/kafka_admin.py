"""Topics and offsets on Kafka, asked from outside any consumer. Synchronous: for one thread, or for a command."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from kafka import TopicPartition
from kafka.admin import ConfigResource, ConfigResourceType, KafkaAdminClient, OffsetSpec
from kafka.errors import (
    CoordinatorLoadInProgressError,
    CoordinatorNotAvailableError,
    KafkaError,
    NotCoordinatorError,
)
from tenacity import retry, retry_if_exception_type, stop_after_delay, wait_fixed

from services.contracts.errors import Unavailable
from services.contracts.topics import ALL
from services.runtime.adapters.kafka_address import KafkaAddress
from services.runtime.adapters.kafka_client import opened

TOPIC_MESSAGE_BYTES = 10 * 1024 * 1024
"""`max.message.bytes`: the largest message and what Kafka adds to it, headers of a dead letter included."""
REQUEST_MS = 5_000
DAY_MS = 86_400_000
DEAD_SUFFIX = ".dead"


@dataclass(frozen=True, slots=True)
class TopicState:
    """A topic as it is now, and whether this call made it."""

    name: str
    partitions: int
    created: bool


class KafkaAdmin:
    """One admin connection, opened at the first call and kept. Calls raise `Unavailable` when Kafka does not answer."""

    def __init__(self, address: KafkaAddress) -> None:
        self._address = address
        self._client: KafkaAdminClient | None = None

    def ping(self) -> None:
        """Return when a broker answered."""
        with self._connected() as client:
            client.describe_cluster()

    def partitions(self, topics: Sequence[str]) -> dict[str, int]:
        """Number of partitions of those that exist."""
        with self._connected() as client:
            return {t["name"]: len(t["partitions"]) for t in client.describe_topics(list(topics)) if t["partitions"]}

    def create(self, topics: Sequence[str], partitions: int, retain_days: int) -> None:
        """Create each topic that is missing; leave the others as they are."""
        configs = {"max.message.bytes": str(TOPIC_MESSAGE_BYTES), "retention.ms": str(retain_days * DAY_MS)}
        wanted = {name: {"num_partitions": partitions, "configs": configs} for name in topics}
        with self._connected() as client:
            client.create_topics(wanted, raise_errors=False)
            client.wait_for_topics(list(topics))

    def configure(self, topics: Sequence[str]) -> None:
        """Let topics that somebody else made take our largest message."""
        change = {"max.message.bytes": str(TOPIC_MESSAGE_BYTES)}
        with self._connected() as client:
            client.alter_configs([ConfigResource(ConfigResourceType.TOPIC, name, change) for name in topics])

    def lag(self, topic: str, group: str) -> int:
        """Messages between the group's last commits and the ends of the partitions."""
        ends, settled = self.ends(topic), self.settled(topic, group)
        return sum(max(0, end - settled[partition]) for partition, end in ends.items())

    def ends(self, topic: str) -> dict[int, int]:
        """For each partition the offset that its next message will have."""
        partitions = self._of(topic)
        with self._connected() as client:
            ends = client.list_partition_offsets(dict.fromkeys(partitions, OffsetSpec.LATEST))
        return {p.partition: int(ends[p].offset) for p in partitions}

    def settled(self, topic: str, group: str) -> dict[int, int]:
        """For each partition the offset that the group will read next: its oldest, before the first commit."""
        partitions = self._of(topic)
        with self._connected() as client:
            committed = _committed(client, group, partitions)
            positions = {p: committed[p].offset for p in partitions if p in committed and committed[p].offset >= 0}
            unread = [p for p in partitions if p not in positions]
            if unread:
                starts = client.list_partition_offsets(dict.fromkeys(unread, OffsetSpec.EARLIEST))
                positions |= {p: starts[p].offset for p in unread}
        return {p.partition: int(positions[p]) for p in partitions}

    def _of(self, topic: str) -> list[TopicPartition]:
        found = self.partitions([topic])
        if topic not in found:
            raise Unavailable("kafka", f"topic {topic} does not exist")
        return [TopicPartition(topic, number) for number in range(found[topic])]

    def close(self) -> None:
        """Close the connection."""
        if self._client is not None:
            self._client.close()
            self._client = None

    @contextmanager
    def _connected(self) -> Iterator[KafkaAdminClient]:
        try:
            if self._client is None:
                self._client = opened(
                    KafkaAdminClient,
                    self._address,
                    request_timeout_ms=REQUEST_MS,
                )
            yield self._client
        except KafkaError as error:
            self.close()
            raise Unavailable("kafka", f"{self._address}: {error!r}") from error


@retry(
    retry=retry_if_exception_type((CoordinatorNotAvailableError, CoordinatorLoadInProgressError, NotCoordinatorError)),
    stop=stop_after_delay(REQUEST_MS / 1000),
    wait=wait_fixed(0.2),
    reraise=True,
)
def _committed(client: KafkaAdminClient, group: str, partitions: list[TopicPartition]) -> dict[Any, Any]:
    """The group's commits. A cluster that never had a group elects a coordinator at the first question."""
    found: dict[Any, Any] = client.list_group_offsets({group: partitions})[group]
    return found


def create_topics(url: str, partitions: int, *, retain_days: int = 7, names: Sequence[str] = ALL) -> list[TopicState]:
    """Create the topics that are missing, each with room for the largest message; dead letters get one partition.

    A topic that exists keeps its partitions: more of them would move keys and break the order. Raises `Unavailable`.
    """
    address = KafkaAddress.parse(url)
    admin = KafkaAdmin(address)
    wanted = [address.name(name) for name in names]
    try:
        before = admin.partitions(wanted)
        missing = [name for name in wanted if name not in before]
        live = [name for name in missing if not name.endswith(DEAD_SUFFIX)]
        dead = [name for name in missing if name.endswith(DEAD_SUFFIX)]
        if live:
            admin.create(live, partitions, retain_days)
        if dead:
            admin.create(dead, 1, retain_days)
        if before:
            admin.configure(list(before))
        after = admin.partitions(wanted)
        return [TopicState(name, after.get(name, 0), name in missing) for name in wanted]
    finally:
        admin.close()


def missing_topics(url: str, names: Sequence[str]) -> list[str]:
    """Those that do not exist, as they are called on the broker. Raises `Unavailable`."""
    address = KafkaAddress.parse(url)
    admin = KafkaAdmin(address)
    wanted = [address.name(name) for name in names]
    try:
        found = admin.partitions(wanted)
        return [name for name in wanted if name not in found]
    finally:
        admin.close()
