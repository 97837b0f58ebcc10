"""Doubles of enrich's ports that a test can steer: an index in memory, an extractor without findings."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from services.contracts.article import Article
from services.contracts.document import Document, Story
from services.contracts.errors import Rejected, Unavailable

CLOCK = datetime(2022, 2, 7, 12, 0, 1, tzinfo=UTC)


def bare(article: Article) -> Document:
    """The article as a document, nothing found in it."""
    values = article.model_dump()
    values["@timestamp"] = values.pop("published")
    return Document.model_validate(values | {"story": Story(id=article.id)})


@dataclass
class MemoryIndex:
    """Keeps the newest revision under each id, as every index does."""

    documents: dict[str, Document] = field(default_factory=dict)
    writes: int = 0
    reject: dict[str, Rejected] = field(default_factory=dict)
    down: int = 0
    """How many of the next calls find no server."""

    async def put(self, documents: Sequence[Document]) -> Sequence[Rejected | None]:
        if self.down:
            self.down -= 1
            raise Unavailable("elasticsearch", "refused")
        for document in documents:
            self.writes += 1
            known = self.documents.get(document.id)
            if document.id not in self.reject and (known is None or known.revision <= document.revision):
                self.documents[document.id] = document
        return [self.reject.get(document.id) for document in documents]
