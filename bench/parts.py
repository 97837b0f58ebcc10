"""`python -m bench.parts`: processor milliseconds an article costs, part by part, on embedded adapters.

The steps of one process, one after the other in batches of `BATCH`, without HTTP and without the wait for each other.
"""

import argparse
import asyncio
import tempfile
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable, Iterator, Sequence
from contextlib import AsyncExitStack, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeVar

import orjson

from bench.pipeline import quiet_queries
from bench.prose import MARK, article
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.app import build_alerting
from services.alert.core.subscriptions import Draft
from services.cli.rule_book import apply_rules
from services.contracts.errors import Rejected
from services.contracts.message import Message
from services.contracts.topics import ARTICLES, ENRICHED, Topic
from services.enrich.core.enrich import enrich
from services.ingest.adapters.sql_revisions import SqlRevisions
from services.ingest.core.lines import Line, read_line
from services.ingest.core.normalise import content_hash, normalise
from services.ingest.ports import Candidate
from services.runtime.adapters.embedded_bus import EmbeddedBus
from services.runtime.adapters.embedded_index import EmbeddedIndex
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import Database, open_database
from services.runtime.garbage import keep_what_is_loaded
from services.runtime.ports import Batch

M = TypeVar("M", bound=Message)

BATCH = 200
RULES = 100


def now() -> datetime:
    """The wall clock."""
    return datetime.now(UTC)


class Parts:
    """Processor seconds by part, all threads of this process."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    @contextmanager
    def part(self, name: str) -> Iterator[None]:
        """What is done inside counts for `name`."""
        started = time.process_time()
        yield
        self.seconds[name] += time.process_time() - started


Step = Callable[[Batch, Parts], Awaitable[None]]


class Pipeline:
    """The steps of ingest, enrich and alert on files in one folder."""

    def __init__(self, folder: Path) -> None:
        store = f"sqlite:///{folder / 'store.db'}"
        migrate(store)
        self.database: Database = open_database(store)
        self.bus = EmbeddedBus(str(folder / "bus.db"))
        self.index = EmbeddedIndex(str(folder / "index.db"))
        self.revisions = SqlRevisions(self.database)
        self.alerting = build_alerting(self.database)

    async def subscribe(self) -> None:
        """The rules of `bench.pipeline`."""
        queries = {f"quiet-{n}": query for n, query in enumerate(quiet_queries(RULES - 1))} | {"marked": f"text:{MARK}"}
        drafts = [Draft(id=name, name=name, query=query, trigger="each") for name, query in queries.items()]
        await apply_rules(drafts, SqlSubscriptions(self.database), now())
        await self.alerting.rules.refresh()

    async def take_in(self, raw: Sequence[bytes], parts: Parts) -> None:
        """What ingest does with a batch of lines."""
        with parts.part("ingest: read JSON"):
            items = [read_line(Line(n, line)) for n, line in enumerate(raw)]
        with parts.part("ingest: normalise"):
            articles = [normalise(item, now()) for item in items if not isinstance(item, Rejected)]
            candidates = [Candidate(a.id, content_hash(a), a.fetched_at) for a in articles]
        with parts.part("ingest: revisions"):
            revisions = await self.revisions.assign(candidates)
        with parts.part("ingest: publish"):
            await self.bus.publish(ARTICLES, articles)
        with parts.part("ingest: revisions"):
            await self.revisions.mark_published(revisions)

    async def extract(self, batch: Batch, parts: Parts) -> None:
        """What enrich does with a batch."""
        with parts.part("enrich: decode"):
            articles = messages(ARTICLES, batch)
        with parts.part("enrich: extract"):
            documents = [enrich(article) for article in articles]
        with parts.part("enrich: encode"):
            documents = [document.model_copy(update={"indexed_at": now()}) for document in documents]
            _ = [document.encoded for document in documents]
        with parts.part("enrich: index"):
            await self.index.put(documents)
        with parts.part("enrich: publish"):
            await self.bus.publish(ENRICHED, documents)

    async def match(self, batch: Batch, parts: Parts) -> None:
        """What alert does with a batch."""
        with parts.part("alert: decode"):
            documents = messages(ENRICHED, batch)
        with parts.part("alert: match, decide, write"):
            await self.alerting.raise_alerts(documents)

    async def aclose(self) -> None:
        """Release the files."""
        await self.bus.aclose()
        await self.index.aclose()
        await self.database.aclose()


def messages(topic: Topic[M], batch: Batch) -> list[M]:
    """As the delivery policy has them: decoded, unless they were published in this process a moment ago."""
    return [
        received.message if isinstance(received.message, topic.carries) else topic.decode(received.raw)
        for received in batch.messages
    ]


async def run(pipeline: Pipeline, raw: Sequence[bytes], parts: Parts) -> None:
    """Every step on every article; alert follows enrich closely, as it does in the running process."""
    for start in range(0, len(raw), BATCH):
        lines = raw[start : start + BATCH]
        await pipeline.take_in(lines, parts)
        await consume(pipeline, ARTICLES, "enrich", pipeline.extract, len(lines), parts)
        await consume(pipeline, ENRICHED, "alert", pipeline.match, len(lines), parts)


async def consume(pipeline: Pipeline, topic: Topic[M], stage: str, step: Step, count: int, parts: Parts) -> None:
    """`step` on every batch until `count` messages are committed."""
    async with pipeline.bus.subscribe(topic, stage) as batches:
        while count > 0:
            with parts.part(f"{stage}: read and commit"):
                batch = await anext(batches)
            await step(batch, parts)
            with parts.part(f"{stage}: read and commit"):
                await batch.commit()
            count -= len(batch.messages)


async def measure(articles: int) -> Parts:
    """A warm-up, then `articles` articles."""
    parts = Parts()
    async with AsyncExitStack() as stack:
        pipeline = Pipeline(Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="tocsin-bench-"))))
        stack.push_async_callback(pipeline.aclose)
        await pipeline.subscribe()
        await run(pipeline, [orjson.dumps(article("warm-up", n)) for n in range(BATCH)], Parts())
        keep_what_is_loaded()
        await run(pipeline, [orjson.dumps(article("parts", n)) for n in range(articles)], parts)
    return parts


def main() -> None:
    """Measure and print a table."""
    parser = argparse.ArgumentParser(prog="bench.parts", description=__doc__)
    parser.add_argument("--articles", type=int, default=1_000)
    options = parser.parse_args()
    parts = asyncio.run(measure(options.articles))
    print("| part | processor ms an article |\n|---|---|")
    for name, seconds in parts.seconds.items():
        print(f"| {name} | {seconds / options.articles * 1000:.2f} |")
    print(f"| all | {sum(parts.seconds.values()) / options.articles * 1000:.2f} |")


if __name__ == "__main__":
    main()
