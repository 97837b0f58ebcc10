"""Decides on silences at the ticks of a clock: a live one, or one that a replay makes up. Knows no wall clock."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import datetime
from itertools import islice

from services.alert.core.deciding import Claim, Decider, Known, Needs, Plan
from services.alert.core.judging import silence_group
from services.alert.core.subscriptions import Subscription
from services.alert.core.triggers.settings import Silence, settings_of
from services.alert.core.triggers.silence import SilenceState, due_at
from services.alert.outcomes import count_queued
from services.alert.ports import Memory
from services.contracts.alert import Alert
from services.runtime import metrics

CHUNK = 200
"""Rules of one transaction."""


class Silences:
    """The flow. `rules` gives the silence rules that are live, by id.

    Remembers when each could be due at the earliest, so that a tick reads none of those that cannot be: a match only
    ever puts it off. One whose silence was told is looked at again at every tick, for another replica may have heard.
    """

    def __init__(self, rules: Callable[[], Mapping[str, Subscription]], memory: Memory, decider: Decider) -> None:
        self._rules = rules
        self._memory = memory
        self._decider = decider
        self._due: dict[tuple[str, int], datetime | None] = {}

    async def decide(self, at: datetime) -> list[Alert]:
        """The silences that begin to be told at this tick. Raises `Unavailable`."""
        self._forget_the_gone()
        chosen = iter([rule for rule in self._rules().values() if (due := self._earliest(rule)) is None or due <= at])
        alerts: list[Alert] = []
        while chunk := list(islice(chosen, CHUNK)):
            alerts += await self._decide(chunk, at)
        return alerts

    def next_due(self) -> datetime | None:
        """Before when nothing can be told, if nothing is heard meanwhile; None when nothing can be told at all."""
        due = [moment for rule in self._rules().values() if (moment := self._earliest(rule)) is not None]
        return min(due, default=None)

    def heard(self, subscription_ids: Sequence[str]) -> None:
        """These matched, so a silence that was told is over."""
        gone = frozenset(subscription_ids)
        self._due = {key: due for key, due in self._due.items() if key[0] not in gone}

    async def _decide(self, rules: Sequence[Subscription], at: datetime) -> list[Alert]:
        groups = frozenset(silence_group(rule) for rule in rules)

        def decide(claim: Claim, known: Known) -> Plan:
            plan = self._decider.tick(rules, known, at)
            for rule in rules:
                group = silence_group(rule)
                state = plan.groups.get(group, known.groups[group])
                if isinstance(state, SilenceState):
                    self._due[rule.id, rule.version] = due_at(state, _settings(rule), rule.updated_at)
            return plan

        plan = await self._memory.record((), Needs(groups=groups), decide)
        count_queued(plan.outbox)
        return plan.alerts

    def _earliest(self, rule: Subscription) -> datetime | None:
        begins = due_at(SilenceState(), _settings(rule), rule.updated_at)
        return self._due.get((rule.id, rule.version), begins)

    def _forget_the_gone(self) -> None:
        live = {(rule.id, rule.version) for rule in self._rules().values()}
        self._due = {key: due for key, due in self._due.items() if key in live}


class SilenceTicks:
    """Implements `TickHandler`: withheld while articles are on their way, for they may end what seems a silence."""

    def __init__(
        self,
        silences: Silences,
        any_rules: Callable[[], bool],
        caught_up: Callable[[], Awaitable[bool]],
        queued: Callable[[], None],
    ) -> None:
        self._silences = silences
        self._any_rules = any_rules
        self._caught_up = caught_up
        self._queued = queued

    async def tick(self, at: datetime) -> None:
        """Decide on what is silent at `at`, once all that came before it was looked at."""
        if not self._any_rules():
            return
        if not await self._caught_up():
            metrics.TICKS_WITHHELD.inc()
            return
        alerts = await self._silences.decide(at)
        for alert in alerts:
            metrics.ALERTS.labels(alert.trigger).inc()
        if alerts:
            self._queued()


def _settings(rule: Subscription) -> Silence:
    settings = settings_of(rule.trigger)
    if not isinstance(settings, Silence):
        raise TypeError(f"{rule.kind} is no silence")
    return settings
