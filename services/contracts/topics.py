"""The topics: the only place where a topic name meets the type of what it carries."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Generic, TypeVar

from pydantic import ValidationError

from services.contracts.alert import Alert
from services.contracts.article import Article
from services.contracts.document import Document
from services.contracts.errors import Reason, Rejected
from services.contracts.late_document import read_document
from services.contracts.message import Message

M = TypeVar("M", bound=Message)

MAX_MESSAGE_BYTES = 8 * 1024 * 1024
"""What a topic takes, in bytes of raw UTF-8."""


@dataclass(frozen=True, slots=True)
class Topic(Generic[M]):
    """A named stream of one message type, partitioned by `key`."""

    name: str
    carries: type[M]
    key: Callable[[M], str]
    read: Callable[[bytes], M] | None = None
    """What the type itself would make of its JSON, where there is a faster way to it. Raises `ValidationError`."""

    @property
    def dead_letters(self) -> str:
        """Name of the topic that receives what consumers of this one had to reject."""
        return f"{self.name}.dead"

    def encode(self, message: M) -> bytes:
        """One JSON object, UTF-8. Raises `Rejected(TOO_LARGE)` over `MAX_MESSAGE_BYTES`."""
        raw = message.encoded
        if len(raw) > MAX_MESSAGE_BYTES:
            raise Rejected(
                Reason.TOO_LARGE, f"{self.name} takes {MAX_MESSAGE_BYTES} bytes, this message has {len(raw)}"
            )
        return raw

    def decode(self, raw: bytes) -> M:
        """Inverse of `encode`. Raises `Rejected(UNREADABLE)`."""
        try:
            return self.read(raw) if self.read else self.carries.model_validate_json(raw)
        except ValidationError as error:
            raise Rejected(Reason.UNREADABLE, str(error)) from error


ARTICLES: Topic[Article] = Topic("articles", Article, key=lambda m: m.id)
"""ingest -> enrich"""

ENRICHED: Topic[Document] = Topic("articles.enriched", Document, key=lambda m: m.id, read=read_document)
"""enrich -> alert"""

ALERTS: Topic[Alert] = Topic("alerts", Alert, key=lambda m: m.id)
"""alert -> whoever wants alerts from Kafka"""

ALL: tuple[str, ...] = (
    ARTICLES.name,
    ARTICLES.dead_letters,
    ENRICHED.name,
    ENRICHED.dead_letters,
    ALERTS.name,
)
"""Every topic that set-up creates."""
