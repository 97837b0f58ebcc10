"""`python -m bench.matching [RULES]`: how fast rules are loaded, matched and alerted, and what a rule weighs.

Rules are mixed (words, phrases, actors, number ranges); articles are made from a fixed seed. One core, nothing cached.
"""

import asyncio
import gc
import random
import sys
import tempfile
import tracemalloc
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path
from time import perf_counter
from typing import Any

from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.app import build_alerting
from services.alert.core.matching import Matcher
from services.alert.core.rules import Rule, compile_rule
from services.alert.core.subscriptions import Subscription
from services.contracts.document import Document
from services.query import prepare
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import open_database

NOON = datetime(2022, 2, 7, 12, tzinfo=UTC)
CODES = ("RUS", "UKR", "USA", "CHN", "TWN", "ISR", "IRN", "DEU", "FRA", "POL", "LTU", "BLR")
ARTICLES, WORDS_OF_ARTICLE = 400, 500


@dataclass(frozen=True)
class World:
    """Words as frequent as in a language: the word of rank r has weight 1/r."""

    words: list[str]
    weights: list[float]
    chance: random.Random

    def text(self, length: int) -> str:
        return " ".join(self.chance.choices(self.words, self.weights, k=length))

    def rare(self) -> str:
        return self.words[self.chance.randrange(len(self.words) // 20, len(self.words))]


def world(size: int = 20_000) -> World:
    return World([f"w{n}" for n in range(size)], [1 / (n + 1) for n in range(size)], random.Random(7))


def query(of: World, number: int) -> str:
    """One of five kinds."""
    code, other = of.chance.choice(CODES), of.chance.choice(CODES)
    kinds: list[Callable[[], str]] = [
        lambda: f"asserted:{of.rare()}",
        lambda: f'"{of.rare()} {of.rare()}"',
        lambda: f"{of.rare()} and actor_ids:{code}",
        lambda: (
            f"quantities:{{ unit:troops and near:{code} and low >= {10 ** of.chance.randint(4, 6)} }} and {of.rare()}"
        ),
        lambda: f"actors:{{ id:{code} }} and signals:{{ source:{other} and event:ASSAULT }} and asserted:{of.rare()}",
    ]
    return kinds[number % len(kinds)]()


def subscription(name: str, text: str) -> Subscription:
    return Subscription(id=name, name=name, query=text, created_at=NOON, updated_at=NOON)


def article(of: World, number: int) -> Document:
    text = of.text(WORDS_OF_ARTICLE)
    place = {"quote": text[:10], "start": 0, "end": 10, "sentence": 0}
    codes = of.chance.sample(CODES, 3)
    quantities = [
        place | {"value": n, "low": n, "high": n, "op": "eq", "unit": "troops", "who": code, "near": codes[0]}
        for code, n in zip(codes, (5_000.0, 40_000.0, 200_000.0), strict=True)
    ]
    values: dict[str, Any] = {
        "@timestamp": NOON, "fetched_at": NOON, "id": sha256(str(number).encode()).hexdigest(), "text": text,
        "asserted": [text[i : i + 120] for i in range(0, len(text), 120)], "story": {"id": str(number)},
        "actors": [place | {"id": code, "name": code, "type": "state"} for code in codes], "actor_ids": codes,
        "quantities": quantities,
        "signals": [place | {"event": "ASSAULT", "source": codes[0], "target": codes[1], "weight": -9}],
    }  # fmt: skip
    return Document.model_validate(values)


def load(of: World, count: int) -> tuple[list[Rule], float, float]:
    """The rules, seconds and bytes a rule."""
    gc.collect()
    subscriptions = [subscription(str(n), query(of, n)) for n in range(count)]
    started = perf_counter()
    rules = [compile_rule(s) for s in subscriptions]
    seconds = perf_counter() - started
    gc.collect()
    tracemalloc.start()
    sample = [compile_rule(s) for s in subscriptions[:500]]
    size = tracemalloc.get_traced_memory()[0] / len(sample)
    tracemalloc.stop()
    return rules, seconds, size


def match_rate(matcher: Matcher, documents: list[Document]) -> tuple[float, float]:
    """Articles a second, rules matched an article."""
    started, matched = perf_counter(), 0
    for document in documents:
        matched += len(matcher.matches(prepare(document.values), now=NOON))
    return len(documents) / (perf_counter() - started), matched / len(documents)


async def alert_rate(of: World, rules: list[Rule], documents: list[Document]) -> tuple[float, float]:
    """Articles a second through the whole flow into a SQLite file, alerts an article."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'store.db'}"
        migrate(url)
        database = open_database(url)
        alerting = build_alerting(database, own_channels=("index",))
        store = SqlSubscriptions(database, lambda: NOON + timedelta(days=1))
        await store.create(rules[0].subscription)
        alerting.rules.matcher = Matcher(rules)
        started, raised = perf_counter(), 0
        for i in range(0, len(documents), 200):
            raised += len((await alerting.raise_alerts(documents[i : i + 200])).alerts)
        seconds = perf_counter() - started
        await database.aclose()
    return len(documents) / seconds, raised / len(documents)


def main() -> None:
    counts = [int(sys.argv[1])] if len(sys.argv) > 1 else [1_000, 10_000]
    print("rules   load s  bytes/rule  build s  match art/s  matches/art  alert art/s  alerts/art")
    for count in counts:
        of = world()
        rules, load_s, size = load(of, count)
        started = perf_counter()
        matcher = Matcher(rules)
        build_s = perf_counter() - started
        documents = [article(of, n) for n in range(ARTICLES)]
        rate, matches = match_rate(matcher, documents)
        alerted, alerts = asyncio.run(alert_rate(of, rules, documents))
        print(
            f"{count:<7} {load_s:<7.1f} {size:<11.0f} {build_s:<8.2f} {rate:<12.0f} {matches:<12.2f}"
            f" {alerted:<12.0f} {alerts:.2f}"
        )


if __name__ == "__main__":
    main()
