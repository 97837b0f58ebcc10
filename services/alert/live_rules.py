"""The subscriptions that are evaluated now, kept up with the store while documents are matched. Decides nothing."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from threading import Lock

from services.alert.core.filed_keys import filed_keys
from services.alert.core.matching import Matcher, satisfied
from services.alert.core.rules import InvalidRule, Rule, load_rule
from services.alert.ports import Change, Subscriptions
from services.contracts.errors import Unavailable
from services.query import Match, Prepared
from services.runtime import metrics

log = logging.getLogger(__name__)

REFRESH_S = 0.5
"""Between two looks for subscriptions that another process changed."""
STEP = 200
"""Most rules that change while a document waits."""
LOOK_AT = 1_000
"""Rules whose keys are weighed again between two looks."""


class LiveRules:
    """The matcher, and the only way to change it while other threads match."""

    def __init__(self, subscriptions: Subscriptions) -> None:
        self._subscriptions = subscriptions
        self._seen = 0
        self._refreshing = asyncio.Lock()
        self._changing = Lock()
        self.matcher = Matcher()

    async def refresh(self) -> None:
        """Take over what changed, page by page. Raises `Unavailable`."""
        async with self._refreshing:
            while changes := await self._subscriptions.changes(self._seen):
                anew = await asyncio.to_thread(self._take, changes)
                self._seen = changes[-1].number
                await self._subscriptions.file(anew)
                metrics.RULES_ACTIVE.set(len(self.matcher.rules))

    async def follow(self, stop: asyncio.Event) -> None:
        """Refresh until `stop`; while the store does not answer, the rules known last stay."""
        while not stop.is_set():
            try:
                await self.refresh()
                await asyncio.to_thread(self._refile)
            except Unavailable as error:
                metrics.UNAVAILABLE.labels(error.dependency).inc()
                log.warning("cannot look for changed subscriptions", extra={"error": error.detail})
            try:
                async with asyncio.timeout(REFRESH_S):
                    await stop.wait()
            except TimeoutError:
                continue

    def matches(self, document: Prepared, *, now: datetime) -> list[tuple[Rule, Match]]:
        """The rules that a document satisfies, with why; it sees all rules as they are at one moment."""
        with self._changing:
            candidates = self.matcher.candidates(document)
        metrics.RULES_EVALUATED.inc(len(candidates))
        held = satisfied(candidates, document, now=now)
        for rule in candidates:
            if rule.problem is not None:
                self._give_up(rule, rule.problem)
        return [(rule, rule.ready().why(document, now=now)) for rule in held]

    def _give_up(self, rule: Rule, problem: InvalidRule) -> None:
        _report(rule.id, problem)
        with self._changing:
            if self.matcher.rules.get(rule.id) is rule:
                self.matcher.remove(rule.id)

    def _refile(self) -> None:
        """Move some of the rules whose keys turned out common, those that did not change meanwhile."""
        with self._changing:
            doubtful = self.matcher.doubtful(LOOK_AT)
        moved = [(rule, rarer) for rule in doubtful if (rarer := self.matcher.rarer(rule)) is not None]
        with self._changing:
            for rule, rarer in moved:
                if self.matcher.rules.get(rule.id) is rule:
                    self.matcher.put(rarer)

    def _take(self, changes: Sequence[Change]) -> list[Change]:
        """Read outside the lock, change a few at a time inside it: no document waits for long.

        Returns those whose keys had to be made, with their keys.
        """
        anew: list[Change] = []
        loaded = iter([(change, _loaded(change)) for change in changes])
        while step := list(islice(loaded, STEP)):
            with self._changing:
                for change, rule in step:
                    if rule is None:
                        self.matcher.remove(change.id)
                    else:
                        self.matcher.put(rule)
            anew += [
                replace(change, filed=filed_keys(rule.subscription.query, rule.compiled))
                for change, rule in step
                if rule is not None and rule.compiled is not None
            ]
        return anew


def _loaded(change: Change) -> Rule | None:
    try:
        return None if change.stored is None else load_rule(change.stored, change.filed)
    except InvalidRule as problem:
        _report(change.id, problem)
        return None


def _report(subscription_id: str, problem: InvalidRule) -> None:
    # It was valid when it was stored; one rule must never stop the others.
    log.error("subscription cannot be evaluated", extra={"subscription": subscription_id, "error": str(problem)})
