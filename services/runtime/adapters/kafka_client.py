"""Opens Kafka clients so that a failed try leaves nothing behind."""

from collections.abc import Callable
from typing import Any, TypeVar

from kafka.errors import KafkaError
from kafka.net.compat import KafkaNetClient

from services.runtime.adapters.kafka_address import KafkaAddress

C = TypeVar("C")

BOOTSTRAP_MS = 5_000
"""Longest wait for a first answer of a broker."""
RECONNECT_MAX_MS = 2_000


def opened(make: Callable[..., C], address: KafkaAddress, **config: Any) -> C:
    """A new producer, consumer or admin client. Raises `KafkaError` when no broker answers.

    The library's constructors leave their sockets and their thread behind when they raise: here they are closed.
    """
    connections: list[KafkaNetClient] = []

    def connect(**config: Any) -> KafkaNetClient:
        connections.append(KafkaNetClient(**config))
        return connections[-1]

    try:
        return make(
            bootstrap_servers=list(address.servers),
            bootstrap_timeout_ms=BOOTSTRAP_MS,
            reconnect_backoff_max_ms=RECONNECT_MAX_MS,
            kafka_client=connect,
            **config,
        )
    except KafkaError:
        for connection in connections:
            connection.close()
        raise
