"""What a replay remembers: the memory of alert in this process alone, gone with it. Decides nothing itself."""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from services.alert.core.deciding import Claim, Known, Needs, Plan
from services.alert.core.judging import History
from services.alert.core.triggers.dyads import CELL, Point, Series
from services.alert.core.triggers.states import GroupId, Remembered, unknown
from services.alert.ports import Decide, Seen


class ReplayMemory:
    """Implements `Memory`. Keeps no observation: a replay is asked for its alerts."""

    def __init__(self) -> None:
        self._revisions: dict[str, int] = {}
        self._groups: dict[GroupId, Remembered] = {}
        self._told: set[str] = set()
        self._series: dict[str, Series] = {}
        self._points: dict[str, list[Point]] = {}
        """Of each dyad in order of time."""

    async def record(self, seen: Sequence[Seen], needs: Needs, decide: Decide) -> Plan:
        """Nothing interrupts it, so nothing is locked; a `decide` that raises leaves everything as it was."""
        fresh = frozenset(s.article_id for s in seen if s.revision > self._revisions.get(s.article_id, 0))
        claim = Claim(fresh, frozenset(article for article in fresh if article not in self._revisions))
        groups = {group: self._groups.get(group) or unknown(group) for group in needs.groups}
        dyads = {dyad: self._history(dyad, since) for dyad, since in needs.dyads.items()}
        plan = decide(claim, Known(needs.alert_ids & self._told, groups, dyads))
        self._revisions |= {s.article_id: s.revision for s in seen if s.article_id in fresh}
        self._groups |= plan.groups
        self._series |= plan.dyads
        for dyad, points in plan.points.items():
            for point in points:
                _put(self._points.setdefault(dyad, []), point)
        alerts = [alert for alert in plan.alerts if alert.id not in self._told]
        self._told |= {alert.id for alert in alerts}
        raised = frozenset(alert.id for alert in alerts)
        return replace(plan, alerts=alerts, outbox=[row for row in plan.outbox if row.message_id in raised])

    def _history(self, dyad: str, since: datetime | None) -> History:
        series = self._series.get(dyad, Series())
        if since is None:
            return History(series)
        every = self._points.get(dyad, [])
        first = max(0, bisect_right(every, since, key=lambda point: point.at + CELL) - 1)
        return History(series, tuple(every[first:]))


def _put(points: list[Point], point: Point) -> None:
    """In place of the one of the same time, if there is one."""
    place = bisect_left(points, point.at, key=lambda there: there.at)
    points[place : place + bool(place < len(points) and points[place].at == point.at)] = [point]
