"""Ports shared by several services. Adapters live in `runtime/adapters/`; one contract test a port runs on all."""

from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Collection, Iterable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from services.contracts.document import Document
from services.contracts.errors import Rejected
from services.contracts.message import Message
from services.contracts.topics import Topic
from services.query.tree import Node

M = TypeVar("M", bound=Message)

BATCH_MESSAGES = 200
BATCH_SECONDS = 0.2
BATCH_BYTES = 8 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Received:
    """One message as it came off a topic."""

    raw: bytes
    key: bytes | None = None
    headers: tuple[tuple[str, bytes], ...] = ()
    partition: int = 0
    offset: int = 0
    message: Message | None = field(default=None, compare=False, repr=False)
    """What `raw` says, where it was published in this same process: then nobody needs to decode it."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages in order; they come again until `commit` was awaited."""

    messages: tuple[Received, ...]
    commit: Callable[[], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class DeadLetter:
    """A rejected message, its bytes unchanged, with the reason."""

    received: Received
    error: Rejected


class Bus(Protocol):
    """Ordered, durable topics. Delivery is at least once; order holds per key."""

    async def publish(self, topic: Topic[M], messages: Sequence[M]) -> None:
        """Return once every message is durable. Raises `Unavailable`; `Rejected` when one is over the topic's size."""

    async def bury(self, topic: Topic[M], letters: Sequence[DeadLetter]) -> None:
        """Put the bytes unchanged on `<topic>.dead`, reason and origin in headers. Raises `Unavailable`."""

    def subscribe(self, topic: Topic[M], group: str) -> AbstractAsyncContextManager[AsyncIterator[Batch]]:
        """Batches after the group's last commit: closed at `BATCH_MESSAGES`, `BATCH_SECONDS` or `BATCH_BYTES`.

        The iterator raises `Unavailable` when the broker does not answer. Leaving the context leaves the group.
        """

    async def lag(self, topic: Topic[M], group: str) -> int:
        """Messages behind the group's last commit. Raises `Unavailable`."""

    async def ends(self, topic: Topic[M]) -> Mapping[int, int]:
        """For each partition the position behind its newest message. Raises `Unavailable`."""

    async def settled(self, topic: Topic[M], group: str) -> Mapping[int, int]:
        """For each partition the position behind what the group committed: at its end when nothing is left to do.

        Raises `Unavailable`.
        """

    async def ping(self) -> None:
        """Raises `Unavailable` unless the broker answers."""

    async def aclose(self) -> None:
        """Flush and release."""


@dataclass(frozen=True, slots=True)
class Page:
    """Documents newest first (`@timestamp`, then `id`, both descending) and where the next page starts."""

    documents: tuple[Document, ...]
    cursor: str | None


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How many stored articles arrived in a span, and of how many of them the text was changed since."""

    articles: int
    revised: int


@dataclass(frozen=True, slots=True)
class Listing:
    """One page of a list in the store, and where the next one starts."""

    items: tuple[Any, ...]
    cursor: str | None


class Index(Protocol):
    """The searchable archive of documents."""

    async def set_up(self) -> None:
        """Make or update what documents are stored in; safe to repeat while others write. Raises `Unavailable`."""

    async def put(self, documents: Sequence[Document]) -> Sequence[Rejected | None]:
        """Store each under its id unless a newer revision is there; one verdict a document, None is stored or older.

        Raises `Unavailable` when anything but the document itself is at fault: then nothing may be assumed stored.
        """

    async def search(
        self,
        query: Node,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> Page:
        """Documents that satisfy `query`, since <= @timestamp < until. Raises `Unavailable`, `ValueError` (cursor)."""

    def scan(
        self, query: Node, *, since: datetime, until: datetime, fields: Collection[str] | None = None
    ) -> AsyncGenerator[Iterable[Mapping[str, Any]], None]:
        """Documents as JSON values in order of arrival (`Document.arrived`, `id`), since <= arrived < until, in pages.

        Of each at least `fields` (dotted paths), id, revision and times; without `fields`, the whole document.
        Each that satisfies `query` at whatever time is there once, in its newest revision; others may be. A page can
        be gone through once, and may parse a document when it is reached. Close it when leaving early.
        Raises `Unavailable`, `ValueError` (a query that is too much for the index).
        """

    async def arrivals(self, since: datetime, until: datetime) -> Arrivals:
        """How much is stored of since <= arrived < until. Raises `Unavailable`."""

    async def get(self, document_id: str) -> Document | None:
        """The newest revision, or None. Raises `Unavailable`."""

    async def put_alerts(self, alerts: Mapping[str, dict[str, Any]]) -> None:
        """Store alerts for Kibana, each under its key. Raises `Unavailable`; `Rejected` when one is refused."""

    async def expire(self, before: datetime) -> int:
        """Drop articles that were fetched before, whole months where they are kept by month. Raises `Unavailable`."""

    async def ping(self) -> None:
        """Raises `Unavailable` unless the index answers."""

    async def aclose(self) -> None:
        """Release connections."""


class Stories(Protocol):
    """Groups articles into stories."""

    async def assign(self, document: Document) -> str:
        """The story id of this article: the first answer per article id is kept."""
