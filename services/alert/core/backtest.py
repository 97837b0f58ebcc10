"""What a rule would have done over stored articles, counted: when, how often, how noisy. Counts; evaluates nothing."""

from collections import Counter
from collections.abc import Iterable, Mapping, Set
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from services.alert.core.deciding import Observation
from services.alert.core.triggers.verdict import Verdict
from services.contracts.alert import Alert
from services.contracts.document import Document


class Stopped(StrEnum):
    """Why a backtest ended before its window did."""

    TIME = "time"
    ARTICLES = "articles"


@dataclass(frozen=True, slots=True)
class Window:
    """What is asked for: since <= arrived < until, after `warm_up` of articles that only teach the trigger."""

    since: datetime
    until: datetime
    warm_up: timedelta = timedelta(0)

    @property
    def start(self) -> datetime:
        """The first moment of arrival that is read."""
        return self.since - self.warm_up


@dataclass(frozen=True, slots=True)
class Fired:
    """An alert that would have been raised; `historic` when its article was imported and so told nobody."""

    alert: Alert
    historic: bool


@dataclass(frozen=True, slots=True)
class Day:
    """A day (UTC) on which something matched or was raised."""

    day: date
    matched: int
    raised: int


@dataclass(frozen=True, slots=True)
class Noise:
    """Alerts a day over the days that were covered, of which parts of a day count as they are long."""

    days: float
    mean: float
    most: int
    silent_days: int


@dataclass(slots=True)
class Tally:
    """Grows with the backtest. Of the alerts the first `keep` are kept, all are counted."""

    keep: int
    matched: int = 0
    raised: int = 0
    revised: int = 0
    clamped: int = 0
    historic: int = 0
    verdicts: Counter[Verdict] = field(default_factory=Counter)
    fired: list[Fired] = field(default_factory=list)
    _matches: Counter[date] = field(default_factory=Counter)
    _alerts: Counter[date] = field(default_factory=Counter)

    def see(self, documents: Iterable[Document]) -> None:
        """Documents that satisfied the query."""
        for document in documents:
            self.matched += 1
            self.revised += document.revision > 1
            self.clamped += document.date_clamped
            self.historic += document.historic
            self._matches[document.arrived.astimezone(UTC).date()] += 1

    def judge(self, observations: Iterable[Observation]) -> None:
        """What the trigger said."""
        self.verdicts.update(observation.verdict for observation in observations)

    def tell(self, alerts: Iterable[Alert], historic: Set[str]) -> None:
        """Alerts in order; `historic` holds the ids of articles that were imported."""
        for alert in alerts:
            self.raised += 1
            self._alerts[alert.raised_at.astimezone(UTC).date()] += 1
            if len(self.fired) < self.keep:
                told_of = alert.article.id if alert.article else ""
                self.fired.append(Fired(alert, told_of in historic))

    @property
    def days(self) -> list[Day]:
        """In order; a day without match and alert is left out."""
        found = sorted(self._matches.keys() | self._alerts.keys())
        return [Day(day, self._matches[day], self._alerts[day]) for day in found]

    def noise(self, since: datetime, covered_until: datetime) -> Noise:
        """Over what was covered."""
        return noise(self._alerts, since, covered_until)


def noise(alerts: Mapping[date, int], since: datetime, until: datetime) -> Noise:
    """From alerts by day (UTC) of since <= raised < until."""
    span = max((until - since) / timedelta(days=1), 0.0)
    first = since.astimezone(UTC).date()
    last = (until.astimezone(UTC) - timedelta(microseconds=1)).date()
    touched = (last - first).days + 1 if until > since else 0
    loud = sum(1 for count in alerts.values() if count)
    total = sum(alerts.values())
    return Noise(span, total / span if span else 0.0, max(alerts.values(), default=0), max(touched - loud, 0))
