"""From a URL to an open adapter: one variable per port decides between server and file. Imports what is asked for."""

from collections.abc import Callable
from typing import TypeVar
from urllib.parse import urlsplit

from services.runtime.env import SettingsError, variable_of
from services.runtime.ports import Bus, Index

T = TypeVar("T")

EMBEDDED = "embedded:"


def open_bus(url: str) -> Bus:
    """`kafka://host:port[,host:port][/name-space]`, or `embedded:PATH`; `embedded:` alone keeps nothing.

    Connects at the first use. Raises `ValueError` for another scheme, `Unavailable` when the file is taken.
    """
    if url.startswith("kafka://"):
        from services.runtime.adapters.kafka_bus import KafkaBus

        return KafkaBus(url)
    if url.startswith(EMBEDDED):
        from services.runtime.adapters.embedded_bus import EmbeddedBus

        return EmbeddedBus(embedded_path(url))
    raise ValueError(f"no bus at {scheme(url)}; write kafka://host:port[,host:port] or embedded:PATH")


def open_index(url: str) -> Index:
    """`http(s)://host:port` of Elasticsearch, or `embedded:PATH`; `embedded:` alone keeps nothing.

    Connects at the first use. Raises `ValueError` for another scheme, `Unavailable` when the file is taken.
    """
    if url.startswith(("http://", "https://")):
        from services.runtime.adapters.elastic_index import ElasticIndex

        parts = urlsplit(url)
        return ElasticIndex(parts._replace(path="").geturl(), prefix=parts.path.strip("/"))
    if url.startswith(EMBEDDED):
        from services.runtime.adapters.embedded_index import EmbeddedIndex

        return EmbeddedIndex(embedded_path(url))
    raise ValueError(f"no index at {scheme(url)}; write http(s)://host:port or embedded:PATH")


def scheme(url: str) -> str:
    """What a URL begins with: all of it that may be shown, for the rest can hold a password."""
    return url.partition(":")[0] + ":"


def embedded_path(url: str) -> str:
    """The file that an `embedded:` URL names, `:memory:` when it names none."""
    return url.removeprefix(EMBEDDED) or ":memory:"


def opened(opener: Callable[[str], T], setting: str, url: str) -> T:
    """What `opener` makes of the URL of a setting. Raises `SettingsError` when it makes nothing of it."""
    try:
        return opener(url)
    except ValueError as error:
        raise SettingsError([f"{variable_of(setting)}: {error}"]) from error
