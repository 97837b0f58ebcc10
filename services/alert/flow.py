"""What alert does with enriched articles: match the live rules, decide, remember and queue. Sends nothing."""

import asyncio
import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import perf_counter

from services.alert.core.deciding import Claim, Decider, Known, Matched, Plan, matched, needs
from services.alert.core.judging import FED_BY_HISTORY, is_late
from services.alert.core.matching import Matcher, satisfied
from services.alert.core.rules import InvalidRule, Rule, compile_rule
from services.alert.core.subscriptions import Subscription
from services.alert.ports import Change, Memory, Seen, Subscriptions
from services.contracts.alert import Alert, Trigger
from services.contracts.document import Document
from services.contracts.errors import Unavailable
from services.query import prepare
from services.runtime import metrics
from services.runtime.deliver import Outcome

log = logging.getLogger(__name__)

REFRESH_S = 0.5
"""Between two looks for subscriptions that another process changed."""


class LiveRules:
    """The subscriptions that are evaluated now."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions
        self._seen = 0
        self._lock = asyncio.Lock()
        self.matcher = Matcher()
        self.silences: dict[str, Subscription] = {}
        """Those that the clock decides, by id."""
        self._fed_by_history: set[str] = set()

    @property
    def learn(self) -> bool:
        """Whether there is a rule that historic articles teach something."""
        return bool(self._fed_by_history)

    async def refresh(self) -> None:
        """Take over what changed; the matcher is replaced in one step. Raises `Unavailable`."""
        async with self._lock:
            changes = await self._subscriptions.changes(self._seen)
            if changes:
                rules = await asyncio.to_thread(_compiled, changes)
                self.matcher = self.matcher.apply(rules)
                self._note_kinds(changes, rules)
                self._seen = changes[-1].number
                metrics.RULES_ACTIVE.set(len(self.matcher.rules))

    def _note_kinds(self, changes: Sequence[Change], rules: Mapping[str, Rule | None]) -> None:
        silences = dict(self.silences)
        for change in changes:
            silences.pop(change.id, None)
            self._fed_by_history.discard(change.id)
            rule = rules[change.id]
            if rule is None:  # a rule that hears nothing is not silent
                continue
            if rule.subscription.kind is Trigger.SILENCE:
                silences[change.id] = rule.subscription
            elif rule.subscription.kind in FED_BY_HISTORY:
                self._fed_by_history.add(change.id)
        self.silences = silences

    async def follow(self, stop: asyncio.Event) -> None:
        """Refresh until `stop`; while the store does not answer, the rules known last stay."""
        while not stop.is_set():
            try:
                await self.refresh()
            except Unavailable as error:
                metrics.UNAVAILABLE.labels(error.dependency).inc()
                log.warning("cannot look for changed subscriptions", extra={"error": error.detail})
            try:
                async with asyncio.timeout(REFRESH_S):
                    await stop.wait()
            except TimeoutError:
                continue


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
        rules = self.rules
        found = await asyncio.to_thread(find, rules.matcher, documents, self.rule_time, learn=rules.learn)
        now, claimed = self.now(), Claim()

        def decide(claim: Claim, known: Known) -> Plan:
            nonlocal claimed
            claimed = claim
            return self.decider.decide(documents, found, claim, known, now)

        seen = [Seen(document.id, document.revision, document.fetched_at) for document in documents]
        plan = await self.memory.record(seen, needs(documents, found), decide)
        for alert in plan.alerts:
            metrics.ALERTS.labels(alert.trigger).inc()
        lateness = self.decider.judge.lateness
        return Raised(tuple(_outcome(d, claimed, lateness) for d in documents), tuple(plan.alerts))


def _outcome(document: Document, claim: Claim, lateness: timedelta) -> Outcome:
    if document.id not in claim.fresh:
        return Outcome.DUPLICATE
    return Outcome.LATE if is_late(document, lateness) else Outcome.DONE


def find(
    matcher: Matcher, documents: Sequence[Document], rule_time: Callable[[Document], datetime], *, learn: bool
) -> list[Matched]:
    """Which rules each document satisfies: a historic one only those that have a baseline, if there are any to `learn`.

    The rest of the rules notify, and history notifies nobody.
    """
    found: list[Matched] = []
    for document in documents:
        if document.historic and not learn:
            continue
        started = perf_counter()
        prepared = prepare(document.values)
        candidates = list(matcher.candidates(prepared))
        if document.historic:
            candidates = [rule for rule in candidates if rule.subscription.kind in FED_BY_HISTORY]
        hits = satisfied(candidates, prepared, now=rule_time(document))
        metrics.RULES_EVALUATED.inc(len(candidates))
        metrics.MATCH_SECONDS.observe(perf_counter() - started)
        found += [matched(rule, document, match) for rule, match in hits]
    return found


def _compiled(changes: Sequence[Change]) -> dict[str, Rule | None]:
    rules: dict[str, Rule | None] = {}
    for change in changes:
        rules[change.id] = None
        if change.subscription is not None and not change.subscription.paused:
            try:
                rules[change.id] = compile_rule(change.subscription)
            except InvalidRule as error:
                # It was valid when it was stored; one rule must never stop the others.
                log.error("subscription cannot be evaluated", extra={"subscription": change.id, "error": str(error)})
    return rules


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
