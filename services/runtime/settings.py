"""The settings that every service shares. The defaults run everything embedded under ./data."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

from services.contracts.teams import KEY_PATTERN
from services.runtime.env import Settings


def _like(pattern: str, example: str) -> AfterValidator:
    """Refuses other values without quoting them: a URL can hold a password."""

    def check(value: str) -> str:
        if not re.fullmatch(pattern, value):
            raise ValueError(f"write {example}")
        return value

    return AfterValidator(check)


_HOSTS = r"[^,/\s:]+:\d+(,[^,/\s:]+:\d+)*"
BusUrl = Annotated[
    str,
    _like(rf"embedded:.*|kafka://{_HOSTS}(/[\w.-]*)?", "kafka://host:port[,host:port][/name-space] or embedded:PATH"),
]
IndexUrl = Annotated[str, _like(r"embedded:.*|https?://\S+", "http(s)://host:port or embedded:PATH")]
BootstrapKey = Annotated[str, _like(f"({KEY_PATTERN})?", "tcs_ and at least 32 letters, digits, - or _")]


class CommonSettings(Settings):
    """Where things are, how long to wait for them, what to keep."""

    bus_url: BusUrl = Field(
        "embedded:data/bus.db", description="kafka://host:port[,host:port][/name-space], or embedded:PATH"
    )
    index_url: IndexUrl = Field(
        "embedded:data/index.db", description="http(s)://host:port of Elasticsearch, or embedded:PATH"
    )
    store_url: str = Field(
        "sqlite:///data/store.db", description="SQLAlchemy URL: sqlite:///PATH, or postgresql+psycopg://…"
    )
    http_host: str = Field("127.0.0.1", description="address that the process's HTTP port listens on")
    http_port: int = Field(8000, ge=0, le=65535, description="HTTP port of the API, the metrics and the health checks")
    unavailable_s: float = Field(
        60.0,
        ge=0,
        le=240,  # a Kafka consumer that settles nothing for five minutes loses its partitions
        description="seconds to wait for a dependency that does not answer; then the process exits uncommitted",
    )
    retain_days: int = Field(
        90, ge=1, description="days that indices, observations, settled outbox rows and the audit log are kept"
    )
    topic_partitions: int = Field(
        4, ge=1, description="partitions of the article topics: the most enrich workers in use"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="lowest level that is logged")
    native: Literal["auto", "off"] = Field(
        # Read by services/native.py too, before any setting can be.
        "auto",
        description="auto: the compiled extractor, where one was made of these very sources; off: plain Python",
    )


class ApiSettings(CommonSettings):
    """Who may use the API of a process."""

    bootstrap_key: BootstrapKey = Field(
        "",
        repr=False,
        description="the first admin key, made when there is none: tcs_ and 32 characters or more",
    )
    require_keys: bool = Field(
        False, description="true asks for keys on a loopback address too, for example behind a proxy"
    )
    rate_limit_per_minute: int = Field(6_000, ge=1, description="most requests of a key in a minute, in each replica")
    failed_keys_per_minute: int = Field(
        60, ge=1, description="most requests without a valid key from an address in a minute, in each replica"
    )
