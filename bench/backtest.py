"""`python -m bench.backtest [embedded|servers] [--articles N]`: stored articles a second that a backtest covers.

The archive holds enriched prose of about 4 kB an article (200 texts, each stored many times under ids and times of its
own). A rule is the faster the fewer articles its query can match, for the index proposes those alone: so the table has
rules from rare to matching everything, and also how many articles were read and evaluated.
"""

import argparse
import asyncio
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter, process_time
from typing import Any

import httpx

from bench.prose import MARK, text
from deploy.local.elasticsearch_node import elasticsearch
from services.alert.app import build_replay
from services.alert.core.backtest import Window
from services.alert.core.subscriptions import Subscription
from services.alert.previewing import Limits, Previewing
from services.contracts.article import Article
from services.contracts.document import Document
from services.enrich.core.enrich import enrich
from services.runtime.connect import open_index
from services.runtime.garbage import keep_what_is_loaded
from services.runtime.ports import Index

START = datetime(2026, 10, 1, tzinfo=UTC)
DAYS = 30
TEXTS = 200
BATCH = 200
LIMITS = Limits(seconds=600, articles=10_000_000)
TROOPS = "quantities:{ unit:troops and near:UKR and status:reported }"
RULES: dict[str, tuple[str, Any]] = {
    "a phrase, `each`": ('"report 7"', "each"),
    "a word, `each`": (MARK, "each"),
    "a word, `silence`": (MARK, {"silence": {"window": "1h"}}),
    "a word, `spike`": (MARK, {"spike": {"window": "1h", "ratio": 3, "baseline": "7d"}}),
    "troops near Ukraine, `crosses`": (
        TROOPS,
        {"crosses": {"field": "quantities.low", "by": ["quantities.who"], "ladder": [50_000, 90_000], "window": "7d"}},
    ),
    "RUS-UKR, `changes`": ("*", {"changes": {"by": 10, "window": "1d", "dyads": ["RUS-UKR"]}}),
    "everything, `each`": ("*", "each"),
}


@dataclass(frozen=True, slots=True)
class Measured:
    """One rule over the whole archive."""

    loaded: int
    matched: int
    raised: int
    seconds: float
    cpu_s: float


def documents(count: int) -> Iterator[list[Document]]:
    """The archive in batches, articles evenly over the days."""
    made = [
        enrich(Article(id="0" * 64, title="", text=text(n), language="en", published=START, fetched_at=START))
        for n in range(TEXTS)
    ]
    for start in range(0, count, BATCH):
        yield [_stored(made[n % TEXTS], n, count) for n in range(start, min(start + BATCH, count))]


def _stored(document: Document, number: int, count: int) -> Document:
    at = START + timedelta(milliseconds=DAYS * 86_400_000 * number // count)
    name = sha256(str(number).encode()).hexdigest()
    story = document.story.model_copy(update={"id": name})
    return document.model_copy(update={"id": name, "story": story, "published": at, "fetched_at": at})


async def measure(index: Index, name: str) -> Measured:
    """A backtest of one rule."""
    query, trigger = RULES[name]
    rule = Subscription(id="r", name=name, query=query, trigger=trigger, created_at=START, updated_at=START)
    previewing = Previewing(index, lambda subscription: build_replay([subscription]))
    started, cpu = perf_counter(), process_time()
    report = await previewing.preview(rule, Window(START, START + timedelta(days=DAYS)), LIMITS)
    tally = report.tally
    return Measured(report.loaded, tally.matched, tally.raised, perf_counter() - started, process_time() - cpu)


async def run(url: str, articles: int) -> None:
    """Fill an archive, and print the table."""
    index = open_index(url)
    try:
        await index.set_up()
        for batch in documents(articles):
            await index.put(batch)
        keep_what_is_loaded()  # as the services do
        if url.startswith("http"):
            async with httpx.AsyncClient(timeout=60) as client:
                (await client.post(f"{url}/articles/_refresh")).raise_for_status()
        stored = (await index.arrivals(START, START + timedelta(days=DAYS))).articles
        print(f"{url.partition(':')[0]}, {stored:,} stored articles of {DAYS} days\n")
        print(
            "| rule | read | match | alerts | seconds | processor s | stored articles a processor second | read ones |"
        )
        print("|---|---|---|---|---|---|---|---|")
        for name in RULES:
            m = await measure(index, name)
            print(
                f"| {name} | {m.loaded:,} | {m.matched:,} | {m.raised:,} | {m.seconds:.2f} | {m.cpu_s:.2f} "
                f"| {stored / m.cpu_s:,.0f} | {m.loaded / m.cpu_s:,.0f} |",
                flush=True,
            )
    finally:
        await index.aclose()


def main() -> None:
    """Read the arguments."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("mode", nargs="?", choices=("embedded", "servers"), default="embedded")
    parser.add_argument("--articles", type=int, default=20_000)
    options = parser.parse_args()
    with ExitStack() as stack:
        if options.mode == "servers":
            url = stack.enter_context(elasticsearch()).start().url
        else:
            url = f"embedded:{Path(stack.enter_context(tempfile.TemporaryDirectory())) / 'index.db'}"
        asyncio.run(run(url, options.articles))


if __name__ == "__main__":
    main()
