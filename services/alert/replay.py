"""Articles of the past through the code of today: what rules would have told, and when. Keeps and sends nothing.

The clock stands at each article's arrival, and ticks between arrivals wherever a silence could be told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from services.alert.clock import tick_at
from services.alert.core.deciding import Claim, Decider, Known, Matched, Plan, needs
from services.alert.core.matching import Matcher
from services.alert.flow import find
from services.alert.ports import Memory, Seen
from services.alert.silences import Silences
from services.contracts.alert import Alert, Trigger
from services.contracts.document import Document

_AN_INSTANT = timedelta(milliseconds=1)


@dataclass(slots=True)
class Replay:
    """The flow, on a memory of its own. `clock` is the time at which a document is decided on."""

    memory: Memory
    matcher: Matcher
    decider: Decider
    silences: Silences
    clock: Callable[[Document], datetime] = lambda document: document.arrived
    tension: bool = True
    """Whether there is a rule that asks for the series of dyads."""
    dyads: frozenset[str] | None = None
    """The only dyads whose series are asked for; None for all."""
    reached: datetime | None = None
    """Where the clock stands."""

    async def feed(self, documents: Sequence[Document]) -> list[Alert]:
        """The alerts that these documents raise, in order; documents come in order of the clock, over all calls.

        Those of ticks before a document come before its own; what arrives on a tick is looked at before the tick.
        """
        alerts: list[Alert] = []
        for document in documents:
            alerts += await self.take(document, find(self.matcher.candidates, [document], self.clock, learn=True))
        return alerts

    async def take(self, document: Document, found: Sequence[Matched]) -> list[Alert]:
        """`feed` of one document, of which it is known which rules it satisfies."""
        now = self.clock(document)
        return [*await self._ticks(now), *await self._decide(document, found, now)]

    async def finish(self, until: datetime) -> list[Alert]:
        """The alerts of the ticks up to `until`, after the last document."""
        return await self._ticks(until + _AN_INSTANT)

    async def _ticks(self, before: datetime) -> list[Alert]:
        """Let the clock go on to `before`; it never goes back, though what was heard late may have been due before."""
        alerts: list[Alert] = []
        while (due := self.silences.next_due()) is not None:
            tick = tick_at(max(due, self.reached) if self.reached is not None else due)
            if tick >= before:
                break
            alerts += await self.silences.decide(tick)
        self.reached = before if self.reached is None else max(before, self.reached)
        return alerts

    async def _decide(self, document: Document, found: Sequence[Matched], now: datetime) -> list[Alert]:
        def decide(claim: Claim, known: Known) -> Plan:
            return self.decider.decide([document], found, claim, known, now)

        seen = [Seen(document.id, document.revision, document.fetched_at)]
        wanted = needs([document] if self.tension else [], found)
        if self.dyads is not None:
            asked = {name: since for name, since in wanted.dyads.items() if name in self.dyads}
            wanted = replace(wanted, dyads=asked)
        plan = await self.memory.record(seen, wanted, decide)
        self.silences.heard([match.rule.id for match in found if match.rule.kind is Trigger.SILENCE])
        return plan.alerts
