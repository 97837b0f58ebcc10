"""A labelled text as enrich turns it into a document."""

from datetime import UTC, datetime
from functools import lru_cache

from services.contracts.article import Article
from services.contracts.document import Document
from services.enrich.core.enrich import enrich

UNDATED = datetime(2022, 2, 7, tzinfo=UTC)
"""The labelled texts carry no date of publication."""


@lru_cache(maxsize=4096)
def document_of(content: str) -> Document:
    """The document of an English article whose text is `content`."""
    return enrich(Article(id="0" * 64, text=content, language="en", published=UNDATED, fetched_at=UNDATED))
