"""The subscriptions that are evaluated now, kept up with the store while documents are matched. Decides nothing."""

import asyncio
import logging
from collections.abc import Sequence
from dataclasses import replace
from threading import Lock

from services.alert.core.filed_keys import filed_keys
from services.alert.core.judging import FED_BY_HISTORY
from services.alert.core.matching import Matcher
from services.alert.core.rules import InvalidRule, Rule, load_rule
from services.alert.core.subscriptions import Subscription
from services.alert.ports import Change, Subscriptions
from services.contracts.alert import Trigger
from services.contracts.errors import Unavailable
from services.query import Prepared
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
        self.silences: dict[str, Subscription] = {}
        """Those that the clock decides, by id."""
        self._fed_by_history: set[str] = set()

    @property
    def learn(self) -> bool:
        """Whether there is a rule that historic articles teach something."""
        return bool(self._fed_by_history)

    async def refresh(self) -> None:
        """Take over what changed, page by page. Raises `Unavailable`."""
        async with self._refreshing:
            while changes := await self._subscriptions.changes(self._seen):
                anew = await asyncio.to_thread(self._take, changes)
                self._seen = changes[-1].number
                await self._subscriptions.file(anew)
                metrics.RULES_ACTIVE.labels("alert").set(len(self.matcher.rules))

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

    def rule(self, subscription_id: str) -> Rule | None:
        """The live rule of a subscription."""
        with self._changing:
            return self.matcher.rules.get(subscription_id)

    def candidates(self, document: Prepared) -> list[Rule]:
        """The rules that a document might satisfy, all as they are at one moment, their queries read."""
        with self._changing:
            candidates = self.matcher.candidates(document)
        for rule in candidates:
            if rule.compiled is None:
                rule.ready()
                if rule.problem is not None:
                    self._give_up(rule, rule.problem)
        return candidates

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
        loaded = [(change, _loaded(change)) for change in changes]
        anew = [
            replace(change, filed=filed_keys(rule.subscription.query, rule.compiled))
            for change, rule in loaded
            if rule is not None and rule.compiled is not None
        ]
        for first in range(0, len(loaded), STEP):
            with self._changing:
                for change, rule in loaded[first : first + STEP]:
                    if rule is None:
                        self.matcher.remove(change.id)
                    else:
                        self.matcher.put(rule)
        self._note_kinds(loaded)
        return anew

    def _note_kinds(self, loaded: Sequence[tuple[Change, Rule | None]]) -> None:
        silences = dict(self.silences)
        for change, rule in loaded:
            silences.pop(change.id, None)
            self._fed_by_history.discard(change.id)
            if rule is None:
                continue
            if rule.kind is Trigger.SILENCE:
                rule.ready()
                if rule.problem is None:
                    silences[change.id] = rule.subscription
                else:  # a rule that hears nothing is not silent
                    self._give_up(rule, rule.problem)
            elif rule.kind in FED_BY_HISTORY:
                self._fed_by_history.add(change.id)
        self.silences = silences


def _loaded(change: Change) -> Rule | None:
    try:
        return None if change.stored is None else load_rule(change.stored, change.filed)
    except InvalidRule as problem:
        _report(change.id, problem)
        return None


def _report(subscription_id: str, problem: InvalidRule) -> None:
    # It was valid when it was stored; one rule must never stop the others.
    log.error("subscription cannot be evaluated", extra={"subscription": subscription_id, "error": str(problem)})
