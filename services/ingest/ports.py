"""What ingest needs from the outside, besides the bus. Adapters live in `ingest/adapters/`."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from services.contracts.errors import Rejected
from services.ingest.core.feed import FeedItem
from services.ingest.core.raw_item import RawItem


@dataclass(frozen=True, slots=True)
class Candidate:
    """A normalised article that wants a revision."""

    article_id: str
    content_hash: str
    arrived: datetime


class Verdict(StrEnum):
    """What became of an article at a door. A label of `tocsin_articles_received_total`."""

    NEW = "new"
    REVISED = "revised"
    REPUBLISHED = "republished"
    """The same content came before, but no broker ever acknowledged it."""
    DUPLICATE = "duplicate"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Revision:
    """The number an article goes under. `fetched_at` is that of revision 1, `revised_at` that of a later one."""

    article_id: str
    number: int
    verdict: Verdict
    fetched_at: datetime
    revised_at: datetime | None = None


class Revisions(Protocol):
    """Numbers the contents of each article; remembers which the broker acknowledged."""

    async def assign(self, candidates: Sequence[Candidate]) -> Sequence[Revision]:
        """One revision a candidate, in order, in one transaction: 1 for a new id, one more when the content differs.

        Content whose number was never published gets that number again; published content is a DUPLICATE. Any number
        of replicas may ask at once. Raises `Unavailable`.
        """

    async def mark_published(self, revisions: Sequence[Revision]) -> None:
        """The broker has these; a number that is no longer an article's latest is passed over. Raises `Unavailable`."""


@dataclass(frozen=True, slots=True)
class Validators:
    """What a server gave to ask "changed since?" with (RFC 9110, conditional requests)."""

    etag: str = ""
    last_modified: str = ""


@dataclass(frozen=True, slots=True)
class FeedState:
    """What is known of a feed since its last complete look: its validators and the items it showed then."""

    validators: Validators = Validators()
    seen: frozenset[str] = frozenset()


class Feeds(Protocol):
    """Remembers each feed between looks and restarts."""

    async def state(self, url: str) -> FeedState | None:
        """None before the first complete look. Raises `Unavailable`."""

    async def remember(self, url: str, state: FeedState, at: datetime) -> None:
        """Replace what is known. Raises `Unavailable`."""


@dataclass(frozen=True, slots=True)
class Fetched:
    """A feed as its server answered. `items` is None when it has not changed."""

    items: tuple[FeedItem, ...] | None
    validators: Validators = Validators()


class FeedClient(Protocol):
    """Gets feeds from the web."""

    async def fetch(self, url: str, validators: Validators) -> Fetched:
        """Ask for what changed. Raises `FeedFailed`."""


class FeedFailed(Exception):
    """A feed could not be read. `retry_after_s` is what its server asked for; `gone`: it asked never to come back."""

    def __init__(self, detail: str, *, retry_after_s: float | None = None, gone: bool = False) -> None:
        super().__init__(detail)
        self.detail = detail
        self.retry_after_s = retry_after_s
        self.gone = gone


@dataclass(frozen=True, slots=True)
class Found:
    """What a source gave at one place, for example a file or a line of one: an item, or why there is none."""

    place: str
    item: RawItem | Rejected = field(repr=False)


class Source(Protocol):
    """A finite supply of articles, such as a folder."""

    def read(self) -> Iterator[Found]:
        """Everything it has, in a fixed order; blocks. A bad place is told and does not end the others."""
