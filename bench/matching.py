"""`python -m bench.matching [--alone] [RULES ...]`: matching beside Elasticsearch's percolator, in the same run.

Both get the same rules and articles, and the sets that they find are compared. Rates are articles a second of processor
time, of all threads, so that other work on the machine does not blur them; `wall` is by the clock. One core does our
part. `decided` is what live operation does with an article whose story was told before: the rules that it satisfies,
and what the trigger of each says, without the store. `evidence` also finds the words and numbers of every match, which
live operation does for those matches alone that raise an alert. The percolator tells ids; `times` compares it with
both. `read` is the memory of a rule that an article has asked for.
"""

import argparse
import asyncio
import gc
import tempfile
import tracemalloc
from contextlib import nullcontext
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from time import perf_counter, process_time

from bench import percolator
from bench.match_world import NOON, World, prose
from bench.percolator import Percolator
from services.alert.adapters.sql_subscriptions import SqlSubscriptions
from services.alert.adapters.tables import COUNTERS, SUBSCRIPTIONS
from services.alert.core.composing import Composer
from services.alert.core.deciding import Claim, Decider, Known, needs
from services.alert.core.filed_keys import filed_keys
from services.alert.core.judging import Judge
from services.alert.core.matching import FIRST_LOOK, LEARN_EVERY, Matcher
from services.alert.core.rules import compile_rule, load_rule
from services.alert.core.subscriptions import Subscription
from services.alert.flow import find
from services.alert.live_rules import LiveRules
from services.contracts.document import Document
from services.query import prepare
from services.runtime.adapters.migrate import migrate
from services.runtime.adapters.sql import Database, open_database
from services.runtime.garbage import keep_what_is_loaded

ARTICLES = 300
FEWER = 100
"""Articles where each matches so many rules that this many tell as much."""
SAMPLE = 2_000
WEIGHED = 24_000
"""Most rules whose memory is measured, as that takes its time."""
PEER_WARMS_UP = 3
"""Times that the percolator sees the articles before it is timed, so that its code is compiled."""
HEADER = (
    "rules    matches  candidates  load s  B/rule  read    live ms   decided/s  evidence/s  wall/s | "
    "percolator/s   wall/s  load s | times: decided, evidence"
)
_DECIDER = Decider(Composer(), Judge(timedelta(days=2)))


@dataclass(frozen=True)
class Case:
    """So many rules, of which an article matches about so many."""

    rules: int
    matches: float

    @property
    def articles(self) -> int:
        """How many are matched."""
        return ARTICLES if self.matches <= FEWER else FEWER

    def world(self, bases: list[Document]) -> World:
        """The cast is as large as it must be for that, found by trying on a sample."""
        reach, cast = min(1.0, 20 * self.matches / self.rules), 100
        for _ in range(12):
            found = _matches(World(cast, reach), bases) * self.rules / SAMPLE
            if found <= self.matches * 1.05:
                break
            cast = int(cast * min(4.0, max(1.1, found / self.matches)))
        return World(cast, reach)


def _matches(of: World, bases: list[Document]) -> float:
    matcher = Matcher(compile_rule(of.subscription(number)) for number in range(SAMPLE))
    documents = [of.article(base) for base in bases[:100]]
    return sum(len(matcher.matches(prepare(d.values), now=NOON)) for d in documents) / len(documents)


def weights(subscriptions: list[Subscription]) -> tuple[float, float]:
    """Bytes of memory a rule as it is loaded, and when an article has asked for it."""
    filed = [filed_keys(s.query) for s in subscriptions]
    gc.collect()
    tracemalloc.start()
    bodies = [s.model_dump_json().encode() for s in subscriptions]
    loaded = [load_rule(body, keys) for body, keys in zip(bodies, filed, strict=True)]
    matcher = Matcher(rule for rule in loaded if rule is not None)
    del bodies, loaded
    light, _ = tracemalloc.get_traced_memory()
    rules = list(matcher.rules.values())
    half = len(rules) // 2
    for rule in rules[:half]:
        rule.ready()
    # By now the clauses that rules may share fill their table, which grows no further.
    before, _ = tracemalloc.get_traced_memory()
    for rule in rules[half:]:
        rule.ready()
    grown = tracemalloc.get_traced_memory()[0] - before
    tracemalloc.stop()
    return light / len(rules), light / len(rules) + grown / (len(rules) - half)


async def filled(database: Database, subscriptions: list[Subscription]) -> None:
    """The store as if each had been created."""
    rows = [
        {
            "id": s.id, "name": s.name, "version": 1, "body": s.model_dump_json(), "change_number": number,
            "created_at": NOON, "filed": filed_keys(s.query),
        }
        for number, s in enumerate(subscriptions, 1)
    ]  # fmt: skip
    counter = {"name": "subscription_changes", "value": len(rows)}
    await database.write(lambda c: (c.execute(SUBSCRIPTIONS.insert(), rows), c.execute(COUNTERS.insert(), [counter])))


async def live_after(rules: LiveRules, of: World, elsewhere: SqlSubscriptions, tries: int = 10) -> float:
    """Milliseconds from the answer to the creation of a rule until another process matches it: the longest."""
    stop, longest = asyncio.Event(), 0.0
    following = asyncio.create_task(rules.follow(stop))
    for number in range(tries):
        added = of.subscription(10**9 + number)
        await elsewhere.create(added)
        created = perf_counter()
        while added.id not in rules.matcher.rules:  # noqa: ASYNC110 - rules tell nobody that they changed
            await asyncio.sleep(0.001)
        longest = max(longest, perf_counter() - created)
        await asyncio.sleep(0.13)
    stop.set()
    await following
    return longest * 1000


async def run(case: Case, bases: list[Document], peer: Percolator | None) -> str:
    of = case.world(bases)
    subscriptions = [of.subscription(number) for number in range(case.rules)]
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'store.db'}"
        migrate(url)
        database, other = open_database(url), open_database(url)
        await filled(database, subscriptions)
        rules = LiveRules(SqlSubscriptions(database))
        keep_what_is_loaded()
        started = process_time()
        await rules.refresh()
        load_s = process_time() - started
        keep_what_is_loaded()
        live_ms = await live_after(rules, of, SqlSubscriptions(other))
        await database.aclose()
        await other.aclose()
    assert len(rules.matcher.rules) >= case.rules
    queries = {rule.id: rule.subscription.query for rule in rules.matcher.rules.values()}
    documents = [of.article(base) for base in bases[: case.articles]]
    ours = Ours(rules.matcher, documents)
    light, heavy = weights(subscriptions[:WEIGHED])
    line = (
        f"{case.rules:<8} {ours.matches:<8.1f} {ours.candidates:<11.0f} {load_s:<7.1f} {light:<7.0f} {heavy:<7.0f} "
        f"{live_ms:<9.0f}"
        f"{ours.decided:<10.0f} {ours.rate:<11.0f} {ours.wall:<7.0f}"
    )
    return line + (beside(peer, queries, documents, ours) if peer else "")


class Ours:
    """What the matcher does with these documents, once it has seen as many."""

    def __init__(self, matcher: Matcher, documents: list[Document]) -> None:
        self._settle(matcher, documents)
        gc.collect()
        started, clock = process_time(), perf_counter()
        self.found = [_proven(matcher, document) for document in documents]
        self.rate = len(documents) / (process_time() - started)
        """Articles a second, with the words and numbers that satisfied each rule."""
        self.wall = len(documents) / (perf_counter() - clock)
        started = process_time()
        for document in documents:
            _decide(matcher, document)
        self.decided = len(documents) / (process_time() - started)
        """Articles a second until each match has its verdict."""
        self.matches = sum(map(len, self.found)) / len(documents)
        self.candidates = sum(len(matcher.candidates(prepare(d.values))) for d in documents) / len(documents)

    @staticmethod
    def _settle(matcher: Matcher, documents: list[Document]) -> None:
        """See documents until the rules that they ask for are compiled and filed by what was learned."""
        for _ in range(1 + FIRST_LOOK * LEARN_EVERY // len(documents)):
            for document in documents:
                matcher.matches(prepare(document.values), now=NOON)
        for rule in matcher.doubtful(len(matcher.rules)):
            if (rarer := matcher.rarer(rule)) is not None:
                matcher.put(rarer)


def _proven(matcher: Matcher, document: Document) -> set[str]:
    """The rules that it satisfies, each asked for its reasons."""
    found = matcher.matches(prepare(document.values), now=NOON)
    return {rule.id for rule, match in found if match.hits}


def _decide(matcher: Matcher, document: Document) -> None:
    """The steps of `services.alert.flow`, the store's answer being that every story was told."""
    found = find(matcher.candidates, [document], lambda _: NOON, learn=False)
    once = frozenset({document.id})
    known = Known(needs([document], found).alert_ids)
    plan = _DECIDER.decide([document], found, Claim(once, once), known, NOON)
    if plan.alerts or len(plan.observations) < len(found):
        raise RuntimeError(f"{document.id} was not decided as a story that was told")


def beside(peer: Percolator, queries: dict[str, str], documents: list[Document], ours: Ours) -> str:
    """The same for the percolator, which must find the same."""
    load_s = peer.load(list(queries.items()))
    for _ in range(PEER_WARMS_UP):
        peer.matches(documents)
    started, clock = peer.cpu_s(), perf_counter()
    found = peer.matches(documents)
    rate = len(documents) / (peer.cpu_s() - started)
    wall = len(documents) / (perf_counter() - clock)
    if found != ours.found:
        differ = next((a ^ b, d.id) for a, b, d in zip(ours.found, found, documents, strict=True) if a != b)
        raise RuntimeError(f"the two differ on article {differ[1]}: {[queries[name] for name in differ[0]]}")
    return f" | {rate:<12.0f} {wall:<8.0f} {load_s:<6.0f} | {ours.decided / rate:.1f}, {ours.rate / rate:.1f}"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("rules", nargs="*", type=int, default=[1_000, 10_000, 100_000])
    parser.add_argument("--alone", action="store_true", help="without the percolator")
    options = parser.parse_args()
    cases = [Case(count, 20) for count in options.rules]
    cases += [Case(count, count / 100) for count in options.rules if count > 2_000]
    bases = prose(ARTICLES)
    print(HEADER)
    with nullcontext() if options.alone else percolator.started() as peer:
        for case in cases:
            print(asyncio.run(run(case, bases, peer)), flush=True)


if __name__ == "__main__":
    main()
