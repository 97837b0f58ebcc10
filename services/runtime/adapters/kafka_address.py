"""What a `kafka://` URL says: the brokers, and a name space for topics and groups. Connects to nothing."""

import re
from dataclasses import dataclass
from typing import Self

SCHEME = "kafka://"
_NAME_SPACE = re.compile(r"[A-Za-z0-9._-]{0,100}")


@dataclass(frozen=True, slots=True)
class KafkaAddress:
    """`kafka://host:port[,host:port][/name-space]`. In a name space, topic `articles` is `name-space.articles`."""

    servers: tuple[str, ...]
    name_space: str = ""

    @classmethod
    def parse(cls, url: str) -> Self:
        """Raises `ValueError` when a host, a port or the scheme is missing."""
        hosts, _, name_space = url.removeprefix(SCHEME).partition("/")
        servers = tuple(hosts.split(","))
        well_formed = all(host and port.isdigit() for host, _, port in (server.rpartition(":") for server in servers))
        if not url.startswith(SCHEME) or not well_formed or not _NAME_SPACE.fullmatch(name_space):
            raise ValueError(f"not a Kafka address: {url!r}; write kafka://host:port[,host:port][/name-space]")
        return cls(servers, name_space)

    def name(self, topic_or_group: str) -> str:
        """The name of a topic or a group on the brokers."""
        return f"{self.name_space}.{topic_or_group}" if self.name_space else topic_or_group

    def __str__(self) -> str:
        """The brokers, for messages to people."""
        return ",".join(self.servers)
