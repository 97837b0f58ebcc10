"""What enrich does with a batch: everything once, in an order that lets whoever is alerted find the article."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from datetime import timedelta
from typing import cast

import pytest

from services.contracts.article import Article
from services.contracts.document import Document, Story
from services.contracts.errors import Reason, Rejected, Unavailable
from services.contracts.message import Message
from services.contracts.topics import ENRICHED, Topic
from services.enrich.adapters.article_stories import ArticleStories
from services.enrich.adapters.extraction import InThread
from services.enrich.flow import Enrich
from services.enrich.ports import Extract
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.deliver import Outcome
from services.runtime.ports import Index
from tests.articles import article
from tests.unit.enrich.fakes import CLOCK, MemoryIndex, bare


@pytest.fixture
async def bus() -> AsyncIterator[EmbeddedBus]:
    bus = EmbeddedBus()
    yield bus
    await bus.aclose()


@pytest.fixture
def index() -> MemoryIndex:
    return MemoryIndex()


def enrich(bus: EmbeddedBus, index: MemoryIndex, extract: Extract = bare) -> Enrich:
    return Enrich(InThread(extract), ArticleStories(), cast(Index, index), bus, lambda: CLOCK)


async def published(bus: EmbeddedBus) -> list[Document]:
    documents: list[Document] = []
    async with asyncio.timeout(10), bus.subscribe(ENRICHED, "reader") as batches:
        while len(documents) < await bus.lag(ENRICHED, "nobody"):
            documents += [ENRICHED.decode(message.raw) for message in (await anext(batches)).messages]
    return documents


async def test_preparing_runs_the_extractor_and_leaves_nothing_behind(bus: EmbeddedBus, index: MemoryIndex) -> None:
    extracted: list[Article] = []

    def noting(article: Article) -> Document:
        extracted.append(article)
        return bare(article)

    await enrich(bus, index, noting).prepare()
    assert len(extracted) == 1
    assert index.writes == 0
    assert await bus.lag(ENRICHED, "nobody") == 0


async def test_every_article_is_indexed_and_published_as_the_same_document(
    bus: EmbeddedBus, index: MemoryIndex
) -> None:
    articles = [article("one"), article("two")]
    assert await enrich(bus, index).enrich_batch(articles) == [Outcome.DONE, Outcome.DONE]
    expected = [bare(a).model_copy(update={"indexed_at": CLOCK, "story": Story(id=a.id)}) for a in articles]
    assert list(index.documents.values()) == expected
    assert await published(bus) == expected


async def test_a_document_that_came_complete_is_not_encoded_again(bus: EmbeddedBus, index: MemoryIndex) -> None:
    came: list[Document] = []

    def complete(article: Article) -> Document:
        came.append(bare(article).model_copy(update={"indexed_at": CLOCK - timedelta(seconds=2)}))
        return came[-1]

    await enrich(bus, index, complete).enrich_batch([article()])
    assert index.documents[article().id] is came[0]
    assert await published(bus) == came


async def test_a_story_that_others_tell_too_is_said_in_the_document(bus: EmbeddedBus, index: MemoryIndex) -> None:
    class OneStory:
        async def assign(self, document: Document) -> str:
            return "everything"

    flow = Enrich(InThread(bare), OneStory(), cast(Index, index), bus, lambda: CLOCK)
    await flow.enrich_batch([article("one"), article("two")])
    assert [document.story.id for document in await published(bus)] == ["everything", "everything"]


async def test_a_replay_writes_the_same_document_again_and_no_second_one(bus: EmbeddedBus, index: MemoryIndex) -> None:
    flow = enrich(bus, index)
    for _ in range(2):
        await flow.enrich_batch([article()])
    assert len(index.documents) == 1
    assert {document.id for document in await published(bus)} == {article().id}


async def test_an_older_revision_that_comes_late_counts_as_done_and_never_wins(
    bus: EmbeddedBus, index: MemoryIndex
) -> None:
    flow = enrich(bus, index)
    await flow.enrich_batch([article(revision=2, text="new")])
    assert await flow.enrich_batch([article(revision=1, text="old")]) == [Outcome.DONE]
    assert index.documents[article().id].text == "new"
    assert [document.revision for document in await published(bus)] == [2, 1]


async def test_what_the_index_refuses_is_rejected_alone_and_not_published(bus: EmbeddedBus, index: MemoryIndex) -> None:
    refusal = Rejected(Reason.INVALID, "mapper_parsing_exception")
    index.reject[article("bad").id] = refusal
    verdicts = await enrich(bus, index).enrich_batch([article("one"), article("bad"), article("two")])
    assert verdicts == [Outcome.DONE, refusal, Outcome.DONE]
    assert [document.id for document in await published(bus)] == [article("one").id, article("two").id]


async def test_while_the_index_is_away_nothing_is_published(bus: EmbeddedBus, index: MemoryIndex) -> None:
    index.down = 1
    with pytest.raises(Unavailable):
        await enrich(bus, index).enrich_batch([article()])
    assert await bus.lag(ENRICHED, "nobody") == 0


async def test_indexing_comes_before_publishing(index: MemoryIndex) -> None:
    class Watching(EmbeddedBus):
        async def publish(self, topic: Topic[Message], messages: Sequence[Message]) -> None:  # type: ignore[override]
            assert index.documents, "an alert would name an article that nobody can find"
            await super().publish(topic, messages)

    bus = Watching()
    await enrich(bus, index).enrich_batch([article()])
    assert await bus.lag(ENRICHED, "nobody") == 1
    await bus.aclose()


async def test_extraction_leaves_the_event_loop_free(bus: EmbeddedBus, index: MemoryIndex) -> None:
    loop = asyncio.get_running_loop()
    answered = asyncio.Event()

    def slow(article: Article) -> Document:
        asyncio.run_coroutine_threadsafe(answer(), loop).result(timeout=5)
        return bare(article)

    async def answer() -> None:
        answered.set()

    async with asyncio.timeout(10):
        await enrich(bus, index, slow).enrich_batch([article()])
    assert answered.is_set()


async def test_a_failure_of_the_extractor_is_raised_for_the_delivery_policy(
    bus: EmbeddedBus, index: MemoryIndex
) -> None:
    def broken(_: Article) -> Document:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        await enrich(bus, index, broken).enrich_batch([article()])
    assert index.writes == 0
