"""Articles of the past through the code of today: what rules would have told, and when. Keeps and sends nothing.

The clock stands at each article's arrival, and ticks between arrivals wherever a silence could be told.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.alert.core.deciding import Claim, Decider, Known, Plan, needs
from services.alert.core.matching import Matcher
from services.alert.flow import find
from services.alert.ports import Memory, Seen
from services.alert.silences import Silences
from services.contracts.alert import Alert, Trigger
from services.contracts.document import Document


@dataclass(frozen=True, slots=True)
class Replay:
    """The flow, on a memory of its own. `clock` is the time at which a document is decided on."""

    memory: Memory
    matcher: Matcher
    decider: Decider
    silences: Silences
    clock: Callable[[Document], datetime] = lambda document: document.arrived

    async def feed(self, documents: Sequence[Document]) -> list[Alert]:
        """The alerts that these documents raise, in order; documents come in order of the clock, over all calls.

        Those of ticks before a document come before its own; what arrives on a tick is looked at before the tick.
        """
        alerts: list[Alert] = []
        for document in documents:
            now = self.clock(document)
            alerts += await self._ticks(lambda tick: tick < now)  # noqa: B023  called before the next document
            alerts += await self._decide(document, now)
        return alerts

    async def finish(self, until: datetime) -> list[Alert]:
        """The alerts of the ticks up to `until`, after the last document."""
        return await self._ticks(lambda tick: tick <= until)

    async def _ticks(self, due: Callable[[datetime], bool]) -> list[Alert]:
        alerts: list[Alert] = []
        while (tick := self.silences.next_tick()) is not None and due(tick):
            alerts += await self.silences.decide(tick)
        return alerts

    async def _decide(self, document: Document, now: datetime) -> list[Alert]:
        found = find(self.matcher, [document], self.clock, learn=True)

        def decide(claim: Claim, known: Known) -> Plan:
            return self.decider.decide([document], found, claim, known, now)

        seen = [Seen(document.id, document.revision, document.fetched_at)]
        plan = await self.memory.record(seen, needs([document], found), decide)
        self.silences.heard([match.subscription.id for match in found if match.subscription.kind is Trigger.SILENCE])
        return plan.alerts
