"""Builders of valid messages: a test names only what it is about."""

from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from services.contracts.article import Article
from services.contracts.document import Document, Story

NOON = datetime(2022, 2, 7, 12, 0, tzinfo=UTC)


def article(name: str = "one", **changes: Any) -> Article:
    """An article of its own id per `name`."""
    values: dict[str, Any] = {
        "id": sha256(name.encode()).hexdigest(),
        "url": f"https://news.example/{name}",
        "source": {"name": "Example News", "domain": "news.example"},
        "title": "Troops gather",
        "text": "Officials said 110,000 Russian troops were near the border with Ukraine.",
        "language": "en",
        "published": NOON,
        "fetched_at": NOON,
    }
    return Article.model_validate(values | changes)


def document(name: str = "one", **changes: Any) -> Document:
    """A document without findings, of its own id per `name`."""
    values = article(name).model_dump() | {"story": Story(id=article(name).id)}
    return Document.model_validate(values | changes)
