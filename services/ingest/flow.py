"""Accept articles: normalise, number, publish, remember. An article counts as accepted once the broker has it."""

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from services.contracts.article import Article
from services.contracts.errors import Rejected, Unavailable
from services.contracts.topics import ARTICLES
from services.ingest.core.normalise import content_hash, normalise
from services.ingest.core.raw_item import RawItem
from services.ingest.ports import Candidate, Found, Revision, Revisions, Source, Verdict
from services.runtime import metrics
from services.runtime.ports import Bus

MAX_BATCH = 500
"""Most articles in one transaction and one flush."""
MAX_BATCH_SIZE = 8_000_000
"""Code points after which a source is read no further for one batch."""
ACKNOWLEDGED_WITHIN_S = 10.0
"""A sender waits no longer for the broker; what it may still take later is sent again under the same number."""


@dataclass(frozen=True, slots=True)
class Accepted:
    """An article that is on the bus, by now or since an earlier time."""

    id: str
    revision: int
    verdict: Verdict


Receipt = Accepted | Rejected
"""One for each item, in order."""


@dataclass(slots=True)
class _Waiting:
    """Items of one caller, and what came of them."""

    items: Sequence[RawItem | Rejected]
    receipts: list[Receipt] | None = None
    error: Unavailable | None = None


class Ingest:
    """The one way into the system, whichever door an article came through.

    Callers that come at the same time share a batch: one transaction and one flush serve them all.
    """

    def __init__(self, bus: Bus, revisions: Revisions, clock: Callable[[], datetime]) -> None:
        self._bus = bus
        self._revisions = revisions
        self._clock = clock
        self._waiting: list[_Waiting] = []
        self._working = asyncio.Lock()
        self._alone = 0

    async def accept(self, items: Sequence[RawItem | Rejected], door: str) -> list[Receipt]:
        """Publish what is new in `items`; one receipt each. What a door could not read may be among them.

        Raises `Unavailable`: then nothing of the running batch is accepted, and the same items sent again get the
        same ids and revisions.
        """
        receipts: list[Receipt] = []
        for start in range(0, len(items), MAX_BATCH):
            receipts += await self._in_turn(_Waiting(items[start : start + MAX_BATCH]))
        for receipt in receipts:
            verdict = receipt.verdict if isinstance(receipt, Accepted) else Verdict.REFUSED
            metrics.ARTICLES_RECEIVED.labels(door, verdict).inc()
        return receipts

    async def _in_turn(self, mine: _Waiting) -> list[Receipt]:
        self._waiting.append(mine)
        async with self._working:
            while mine.receipts is None and mine.error is None:
                await self._work(mine)
        if mine.error is not None:
            raise mine.error
        return mine.receipts or []

    async def _work(self, mine: _Waiting) -> None:
        """One batch of those who wait, longest first."""
        taken: list[_Waiting] = []
        size = 0
        while self._waiting and (not taken or (not self._alone and size + len(self._waiting[0].items) <= MAX_BATCH)):
            taken.append(self._waiting.pop(0))
            size += len(taken[-1].items)
        self._alone = max(0, self._alone - 1)
        try:
            receipts = iter(await self._accept_batch([item for waiting in taken for item in waiting.items]))
        except Unavailable as error:
            for waiting in taken:
                waiting.error = error
        except BaseException:
            # This caller was cancelled, or somebody's item met a bug: the others are tried without it, one by one.
            self._waiting[:0] = [waiting for waiting in taken if waiting is not mine]
            self._alone = len(taken)
            raise
        else:
            for waiting in taken:
                waiting.receipts = list(islice(receipts, len(waiting.items)))

    async def _accept_batch(self, items: Sequence[RawItem | Rejected]) -> list[Receipt]:
        now = self._clock()
        # In a thread: a page takes its time to read, and health checks should not wait for it.
        read = await asyncio.to_thread(lambda: [_read(item, now) for item in items])
        articles = [article for article in read if isinstance(article, Article)]
        revisions = await self._revisions.assign([Candidate(a.id, content_hash(a), a.fetched_at) for a in articles])
        await self._publish(articles, revisions)
        numbered = iter(revisions)
        return [item if isinstance(item, Rejected) else _accepted(next(numbered)) for item in read]

    async def _publish(self, articles: Sequence[Article], revisions: Sequence[Revision]) -> None:
        """Send before remembering: a crash in between sends twice under one number, and loses nothing."""
        fresh = {
            (revision.article_id, revision.number): (article, revision)
            for article, revision in zip(articles, revisions, strict=True)
            if revision.verdict is not Verdict.DUPLICATE
        }
        try:
            async with asyncio.timeout(ACKNOWLEDGED_WITHIN_S):
                await self._bus.publish(ARTICLES, [_under(article, revision) for article, revision in fresh.values()])
        except TimeoutError as error:
            raise Unavailable("bus", f"no acknowledgement within {ACKNOWLEDGED_WITHIN_S:g} s") from error
        await self._revisions.mark_published([revision for _, revision in fresh.values()])


async def take_in(ingest: Ingest, source: Source, door: str) -> AsyncIterator[tuple[str, Receipt]]:
    """Everything that `source` has: each place with its receipt, in order, read in a thread, a batch at a time.

    Raises `Unavailable`; the source read again from its start gives the same ids and revisions.
    """
    found = source.read()
    while batch := await asyncio.to_thread(_some, found):
        receipts = await ingest.accept([one.item for one in batch], door)
        for one, receipt in zip(batch, receipts, strict=True):
            yield one.place, receipt


def _some(found: Iterator[Found]) -> list[Found]:
    batch: list[Found] = []
    size = 0
    for one in found:
        batch.append(one)
        size += 0 if isinstance(one.item, Rejected) else len(one.item.text) + len(one.item.html)
        if len(batch) == MAX_BATCH or size >= MAX_BATCH_SIZE:
            break
    return batch


def _read(item: RawItem | Rejected, now: datetime) -> Article | Rejected:
    if isinstance(item, Rejected):
        return item
    try:
        return normalise(item, now)
    except Rejected as refusal:
        return refusal


def _accepted(revision: Revision) -> Accepted:
    return Accepted(revision.article_id, revision.number, revision.verdict)


def _under(article: Article, revision: Revision) -> Article:
    """`article` as this revision: it arrived when its first one did, and was not published later than that."""
    late = article.published > revision.fetched_at
    return article.model_copy(
        update={
            "revision": revision.number,
            "fetched_at": revision.fetched_at,
            "revised_at": revision.revised_at,
            "published": revision.fetched_at if late else article.published,
            "date_clamped": article.date_clamped or late,
        }
    )
