"""What alert does with enriched articles: match the live rules, decide, remember and queue. Sends nothing."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from time import perf_counter

from services.alert.core.deciding import Decider, Known, Matched, Plan, matched, needs
from services.alert.live_rules import LiveRules
from services.alert.ports import Memory, Seen
from services.contracts.alert import Alert
from services.contracts.document import Document
from services.query import prepare
from services.runtime import metrics
from services.runtime.deliver import Outcome


@dataclass(frozen=True, slots=True)
class Raised:
    """How each document left, and the alerts that are new."""

    outcomes: tuple[Outcome, ...]
    alerts: tuple[Alert, ...]


@dataclass(frozen=True, slots=True)
class Alerting:
    """The flow. `rule_time` is a query's `now` for a document; `queued` is called when there is something to send."""

    memory: Memory
    rules: LiveRules
    decider: Decider
    now: Callable[[], datetime]
    rule_time: Callable[[Document], datetime] = lambda document: document.fetched_at
    queued: Callable[[], None] = lambda: None

    async def alert_batch(self, documents: Sequence[Document]) -> Sequence[Outcome]:
        """A handler for the delivery policy: one transaction a batch.

        Looks for changed subscriptions first: what a replica answered 201 is live here for every article after it.
        """
        await self.rules.refresh()
        return (await self.raise_alerts(documents)).outcomes

    async def raise_alerts(self, documents: Sequence[Document]) -> Raised:
        """Observe the documents in order. One that was seen before, in this revision or a newer one, is a duplicate."""
        outcomes: list[Outcome] = []
        alerts: list[Alert] = []
        for part in _each_article_once(documents):
            raised = await self._observe(part)
            outcomes += raised.outcomes
            alerts += raised.alerts
        if alerts:
            self.queued()
        return Raised(tuple(outcomes), tuple(alerts))

    async def _observe(self, documents: Sequence[Document]) -> Raised:
        found = await asyncio.to_thread(self._match, documents)
        now = self.now()
        fresh: frozenset[str] = frozenset()

        def decide(claimed: frozenset[str], known: Known) -> Plan:
            nonlocal fresh
            fresh = claimed
            return self.decider.decide(found, claimed, known, now)

        seen = [Seen(document.id, document.revision, document.fetched_at) for document in documents]
        plan = await self.memory.record(seen, needs(found), decide)
        for alert in plan.alerts:
            metrics.ALERTS.labels(alert.trigger).inc()
        outcomes = (Outcome.DONE if document.id in fresh else Outcome.DUPLICATE for document in documents)
        return Raised(tuple(outcomes), tuple(plan.alerts))

    def _match(self, documents: Sequence[Document]) -> list[Matched]:
        """Historic articles notify nobody, so they are not looked at."""
        found: list[Matched] = []
        for document in documents:
            if document.historic:
                continue
            started = perf_counter()
            prepared = prepare(document.values)
            hits = self.rules.matches(prepared, now=self.rule_time(document))
            metrics.MATCH_SECONDS.observe(perf_counter() - started)
            found += [matched(rule, document, match) for rule, match in hits]
        return found


def _each_article_once(documents: Sequence[Document]) -> list[list[Document]]:
    """The documents in order, cut where an article comes a second time."""
    parts: list[list[Document]] = []
    ids: set[str] = set()
    for document in documents:
        if not parts or document.id in ids:
            parts.append([])
            ids.clear()
        parts[-1].append(document)
        ids.add(document.id)
    return parts
