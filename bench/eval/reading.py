"""Reads a labelled text with `enrich`, as an article without a title. Every predictor of findings starts here."""

from datetime import UTC, datetime
from functools import lru_cache
from hashlib import sha256

from services.contracts.article import Article
from services.contracts.document import Document
from services.enrich.core.enrich import enrich

UNDATED = datetime(2022, 2, 7, tzinfo=UTC)
"""The labelled texts carry no date of publication; roles are resolved as of this one."""


@lru_cache(maxsize=4096)
def reading(content: str, published: datetime = UNDATED) -> Document:
    """The document of one labelled text. Offsets of findings count in `content`."""
    name = sha256(content.encode()).hexdigest()
    return enrich(Article(id=name, text=content, language="en", published=published, fetched_at=published))
