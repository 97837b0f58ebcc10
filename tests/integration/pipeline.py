"""Both ends of the enrich stage on real servers: what goes in, and what is on the topic and in the index after it."""

import httpx

from services.contracts.article import Article, Source
from services.contracts.topics import ARTICLES, ENRICHED
from services.runtime.ports import Bus
from tests.articles import article
from tests.waiting import until

READER = "reader of the test"


class Stage:
    """One test's topics and its documents, which share a made-up domain."""

    def __init__(self, bus: Bus, elasticsearch_url: str, domain: str) -> None:
        self.bus = bus
        self._elasticsearch_url = elasticsearch_url
        self._domain = domain
        self.published: set[str] = set()
        self.deliveries = 0

    def articles(self, count: int, **changes: str) -> list[Article]:
        """New articles, each of its own id."""
        source = Source(name="Example News", domain=self._domain)
        return [article(f"{self._domain}/{number}", source=source, **changes) for number in range(count)]

    async def put_in(self, articles: list[Article], at_once: int = 100) -> None:
        """Publish as ingest does."""
        for start in range(0, len(articles), at_once):
            await self.bus.publish(ARTICLES, articles[start : start + at_once])

    async def waiting(self) -> int:
        """Articles that enrich has not committed."""
        return await self.bus.lag(ARTICLES, "enrich")

    async def sent_on(self) -> int:
        """Documents on the enriched topic, duplicates too."""
        return await self.bus.lag(ENRICHED, "nobody")

    async def until_sent_on(self, count: int, within_s: float = 60.0) -> None:
        """Return once so many documents are on the enriched topic."""

        async def enough() -> bool:
            return await self.sent_on() >= count

        await until(enough, within_s, f"{count} documents on the topic")

    async def until_done(self, within_s: float = 90.0) -> None:
        """Return once enrich has committed every article."""

        async def done() -> bool:
            return await self.waiting() == 0

        await until(done, within_s, "the end of the backlog")

    async def ids_on_topic(self) -> list[str]:
        """The id of each document on the enriched topic, in the order of the partitions, duplicates too."""
        ids: list[str] = []
        count = await self.bus.lag(ENRICHED, READER)
        async with self.bus.subscribe(ENRICHED, READER) as batches:
            while len(ids) < count:
                batch = await anext(batches)
                ids += [ENRICHED.decode(message.raw).id for message in batch.messages]
        return ids

    async def indexed(self) -> int:
        """Documents in the index, duplicates too if there were any."""
        async with httpx.AsyncClient(base_url=self._elasticsearch_url, timeout=30) as client:
            (await client.post("/articles/_refresh")).raise_for_status()
            query = {"query": {"term": {"source.domain": self._domain}}}
            answer = await client.post("/articles/_count", json=query)
            answer.raise_for_status()
            return int(answer.json()["count"])
