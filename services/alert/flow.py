"""What alert does with enriched articles: match the live rules, decide, remember and queue. Sends nothing."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from services.alert.core.deciding import Claim, Decider, Known, Matched, Plan, matched, needs
from services.alert.core.following import Following
from services.alert.core.judging import FED_BY_HISTORY, is_late
from services.alert.core.matching import explained, satisfied
from services.alert.core.rules import Rule
from services.alert.live_rules import LiveRules
from services.alert.outcomes import count_queued
from services.alert.ports import Memory, Seen
from services.contracts.alert import Alert
from services.contracts.document import Document
from services.query import Prepared, prepare
from services.runtime import metrics
from services.runtime.deliver import Outcome

Candidates = Callable[[Prepared], Sequence[Rule]]
"""The rules that a document might satisfy."""


@dataclass(frozen=True, slots=True)
class Raised:
    """How each document left, and the alerts and editions that are new."""

    outcomes: tuple[Outcome, ...]
    alerts: tuple[Alert, ...]
    editions: tuple[Alert, ...] = ()
    """Later editions of alerts that were told before."""


@dataclass(frozen=True, slots=True)
class Alerting:
    """The flow. `rule_time` is a query's `now` for a document; `queued` is called when there is something to send."""

    memory: Memory
    rules: LiveRules
    decider: Decider
    following: Following
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
        editions: list[Alert] = []
        for part in _each_article_once(documents):
            raised = await self._observe(part)
            outcomes += raised.outcomes
            alerts += raised.alerts
            editions += raised.editions
        if alerts or editions:
            self.queued()
        return Raised(tuple(outcomes), tuple(alerts), tuple(editions))

    async def _observe(self, documents: Sequence[Document]) -> Raised:
        rules = self.rules
        found = await asyncio.to_thread(find, rules.candidates, documents, self.rule_time, learn=rules.learn)
        now, claimed = self.now(), Claim()

        def decide(claim: Claim, known: Known) -> Plan:
            nonlocal claimed
            claimed = claim
            plan = self.decider.decide(documents, found, claim, known, now)
            return self.following.follow(plan, documents, found, claim, known, rules.rule, now)

        seen = [Seen(document.id, document.revision, document.fetched_at) for document in documents]
        plan = await self.memory.record(seen, needs(documents, found), decide)
        for alert in plan.alerts:
            metrics.ALERTS.labels(alert.trigger).inc()
        count_queued(plan.outbox)
        lateness = self.decider.judge.lateness
        outcomes = tuple(_outcome(document, claimed, lateness) for document in documents)
        return Raised(outcomes, tuple(plan.alerts), tuple(plan.editions))


def _outcome(document: Document, claim: Claim, lateness: timedelta) -> Outcome:
    if document.id not in claim.fresh:
        return Outcome.DUPLICATE
    return Outcome.LATE if is_late(document, lateness) else Outcome.DONE


def find(
    candidates: Candidates, documents: Sequence[Document], rule_time: Callable[[Document], datetime], *, learn: bool
) -> list[Matched]:
    """Which rules each document satisfies: a historic one only those that have a baseline, if there are any to `learn`.

    The rest of the rules notify, and history notifies nobody.
    """
    found: list[Matched] = []
    for document in documents:
        if document.historic and not learn:
            continue
        started = perf_counter()
        prepared, now = prepare(document.values), rule_time(document)
        asked = candidates(prepared)
        if document.historic:
            asked = [rule for rule in asked if rule.kind in FED_BY_HISTORY]
        held = explained(satisfied(asked, prepared, now=now), prepared, now=now)
        metrics.RULES_EVALUATED.inc(len(asked))
        metrics.MATCH_SECONDS.observe(perf_counter() - started)
        found += [matched(rule, document, match) for rule, match in held]
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
