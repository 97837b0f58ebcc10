"""The settings that every service shares. The defaults run everything embedded under ./data."""

import re
from typing import Annotated, Literal

from pydantic import AfterValidator, Field

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
    retain_days: int = Field(90, ge=1, description="days that indices, observations and settled outbox rows are kept")
    topic_partitions: int = Field(
        4, ge=1, description="partitions of the article topics: the most enrich workers in use"
    )
    log_level: Literal["debug", "info", "warning", "error"] = Field("info", description="lowest level that is logged")
    native: Literal["auto", "off"] = Field(
        # Read by services/native.py too, before any setting can be.
        "auto",
        description="auto: the compiled extractor, where one was made of these very sources; off: plain Python",
    )
