"""What enrich does with a batch of articles: extract, index, publish. Knows neither broker nor index."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from services.contracts.article import Article
from services.contracts.document import Document, Story
from services.contracts.topics import ENRICHED, MAX_MESSAGE_BYTES
from services.enrich.core.fit import fit
from services.enrich.ports import Extraction, Stories
from services.runtime import metrics
from services.runtime.deliver import Outcome, Verdict
from services.runtime.garbage import keep_what_is_loaded
from services.runtime.ports import Bus, Index

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_ANY = Article(id="0" * 64, text="Nothing.", language="en", published=_EPOCH, fetched_at=_EPOCH)
KINDS = ("actors", "keywords", "quantities", "signals", "places", "dyads")


@dataclass(frozen=True, slots=True)
class Enrich:
    """The flow. Every effect replaces itself: the same batch again makes no second document."""

    extraction: Extraction
    stories: Stories
    index: Index
    bus: Bus
    now: Callable[[], datetime]

    async def prepare(self) -> None:
        """Let the extractor load its lists, so that the first article does not wait for them."""
        await self.extraction.documents([_ANY])
        keep_what_is_loaded()

    def foresee(self, articles: Sequence[Article]) -> None:
        """Let the extractor read these while the batch before them is indexed and published."""
        self.extraction.begin(articles)

    async def enrich_batch(self, articles: Sequence[Article]) -> Sequence[Verdict]:
        """One verdict an article. Index before publishing: whoever is alerted can find the article.

        Raises `Unavailable`; then nothing may be assumed, and the whole batch is to be given again.
        """
        documents = [await self._complete(document) for document in await self.extraction.documents(articles)]
        refused = await self.index.put(documents)
        indexed = [document for document, error in zip(documents, refused, strict=True) if error is None]
        await self.bus.publish(ENRICHED, indexed)
        self._count(indexed)
        return [Outcome.DONE if error is None else error for error in refused]

    async def _complete(self, document: Document) -> Document:
        """Copied only where something is still to be said: a document that came with its JSON keeps it."""
        said: dict[str, object] = {} if document.indexed_at else {"indexed_at": self.now()}
        story = await self.stories.assign(document)
        if story != document.story.id:
            said["story"] = Story(id=story)
        return fit(document.model_copy(update=said) if said else document, MAX_MESSAGE_BYTES)

    def _count(self, documents: Sequence[Document]) -> None:
        now = self.now()
        held = [document.values for document in documents]
        for kind in KINDS:
            metrics.FINDINGS.labels(kind).inc(sum(len(values[kind]) for values in held))
        for document in documents:
            if not document.historic:
                arrived = document.revised_at or document.fetched_at
                metrics.ARRIVAL_TO_INDEXED_SECONDS.observe(max(0.0, (now - arrived).total_seconds()))
