"""How grave an alert is: whether it is graver than one before, and its place in a digest. Pure."""

from dataclasses import dataclass

from services.alert.core.severity import Severity
from services.contracts.alert import Alert

_SEVERITY_STEP = 1_000_000
_MAX_SCORE = 100.0


@dataclass(frozen=True, slots=True)
class Gravity:
    """Severity, and the level where the trigger has one."""

    severity: Severity
    level: float | None = None

    def exceeds(self, other: "Gravity") -> bool:
        """A higher severity, or a level where none was known or a lower one."""
        if self.severity.rank > other.severity.rank:
            return True
        return self.level is not None and (other.level is None or self.level > other.level)


def gravity(alert: Alert) -> Gravity:
    """Of this edition."""
    seen = alert.level or alert.changes
    return Gravity(Severity(alert.severity), seen.after if seen else None)


def weight(alert: Alert) -> int:
    """Orders a digest: severity first, then the escalation score to a thousandth."""
    score = min(max(alert.escalation, 0.0), _MAX_SCORE)
    return Severity(alert.severity).rank * _SEVERITY_STEP + round(score * 1_000)
