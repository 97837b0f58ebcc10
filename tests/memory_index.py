"""An index in memory that decides by evaluation: for tests of what stands on an index."""

from collections.abc import AsyncGenerator, Collection, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from services.contracts.document import Document
from services.contracts.errors import Rejected, Unavailable
from services.query import evaluate
from services.query.tree import Node
from services.runtime.ports import Arrivals, Page


class MemoryIndex:
    """Implements `Index`; raises `Unavailable` while `down`."""

    def __init__(self, *documents: Document) -> None:
        self.documents = {document.id: document for document in documents}
        self.alerts: dict[str, dict[str, Any]] = {}
        self.down = False

    async def set_up(self) -> None:
        self._answer()

    async def put(self, documents: Sequence[Document]) -> Sequence[Rejected | None]:
        self._answer()
        self.documents |= {document.id: document for document in documents}
        return [None] * len(documents)

    async def search(
        self,
        query: Node,
        *,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> Page:
        self._answer()
        if cursor is not None and cursor not in self.documents:
            raise ValueError("no cursor of ours")
        found = sorted(self.documents.values(), key=lambda d: (d.published, d.id), reverse=True)
        if cursor is not None:
            found = found[[d.id for d in found].index(cursor) + 1 :]
        found = [
            d
            for d in found
            if (since is None or since <= d.published)
            and (until is None or d.published < until)
            and evaluate(query, d.model_dump(mode="json"), now=datetime.now(UTC)) is not None
        ]
        return Page(tuple(found[:limit]), found[limit - 1].id if len(found) > limit else None)

    async def scan(
        self, query: Node, *, since: datetime, until: datetime, fields: Collection[str] | None = None
    ) -> AsyncGenerator[Iterable[Mapping[str, Any]], None]:
        """Proposes every document: the caller decides."""
        self._answer()
        for document in sorted(self.documents.values(), key=lambda d: (d.arrived, d.id)):
            if since <= document.arrived < until:
                yield [document.model_dump(mode="json", by_alias=True)]

    async def arrivals(self, since: datetime, until: datetime) -> Arrivals:
        self._answer()
        found = [d for d in self.documents.values() if since <= d.arrived < until]
        return Arrivals(len(found), sum(d.revision > 1 for d in found))

    async def get(self, document_id: str) -> Document | None:
        self._answer()
        return self.documents.get(document_id)

    async def put_alerts(self, alerts: Mapping[str, dict[str, Any]]) -> None:
        self._answer()
        self.alerts |= alerts

    async def expire(self, before: datetime) -> int:
        self._answer()
        old = [name for name, document in self.documents.items() if document.fetched_at < before]
        for name in old:
            del self.documents[name]
        return len(old)

    async def ping(self) -> None:
        self._answer()

    async def aclose(self) -> None:
        return

    def _answer(self) -> None:
        if self.down:
            raise Unavailable("index", "asked to be down")
