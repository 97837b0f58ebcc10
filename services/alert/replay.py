"""Articles of the past through the code of today: what rules would have told, and when. Keeps and sends nothing.

The clock stands at each article's arrival.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from services.alert.core.deciding import Claim, Decider, Known, Plan, needs
from services.alert.core.matching import Matcher
from services.alert.flow import find
from services.alert.ports import Memory, Seen
from services.contracts.alert import Alert
from services.contracts.document import Document


@dataclass(frozen=True, slots=True)
class Replay:
    """The flow, on a memory of its own. `clock` is the time at which a document is decided on."""

    memory: Memory
    matcher: Matcher
    decider: Decider
    clock: Callable[[Document], datetime] = lambda document: document.arrived

    async def feed(self, documents: Sequence[Document]) -> list[Alert]:
        """The alerts that these documents raise, in order; documents come in order of the clock, over all calls."""
        alerts: list[Alert] = []
        for document in documents:
            found = find(self.matcher, [document], self.clock)
            if not found:
                continue
            now = self.clock(document)

            def decide(claim: Claim, known: Known) -> Plan:
                return self.decider.decide(found, claim, known, now)  # noqa: B023  called before the next document

            seen = [Seen(document.id, document.revision, document.fetched_at)]
            alerts += (await self.memory.record(seen, needs(found), decide)).alerts
        return alerts
