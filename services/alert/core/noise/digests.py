"""Makes a digest of what a period gathered: the gravest first, bounded in size. Pure."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from services.alert.core.identity import digest_id
from services.alert.core.noise.gravity import weight
from services.alert.core.noise.settings import Listener
from services.alert.core.noise.wall_clock import DAY, at, day_in
from services.alert.core.outbox import Cause
from services.contracts.alert import Alert
from services.contracts.notification import Digest, DigestCause, DigestItem

MAX_ITEMS = 50
"""Alerts that a digest lists; it counts the others."""

CAUSES = {
    Cause.DIGEST: DigestCause.SCHEDULE,
    Cause.BUDGET: DigestCause.BUDGET,
    Cause.SNOOZED: DigestCause.SNOOZE,
}
"""Why rows are gathered, and what their digest says of it."""


@dataclass(frozen=True, slots=True)
class Period:
    """Rows of one subscription that were gathered for one reason until one moment."""

    subscription_id: str
    cause: Cause
    until: datetime


def newest_editions(alerts: Iterable[Alert]) -> list[Alert]:
    """Each alert once, in its newest edition, ranked: the gravest first, of equals the newest."""
    newest: dict[str, Alert] = {}
    for alert in alerts:
        known = newest.get(alert.id)
        if known is None or alert.raised_at >= known.raised_at:
            newest[alert.id] = alert
    return sorted(newest.values(), key=lambda a: (-weight(a), -a.raised_at.timestamp(), a.id))


def compose(
    period: Period, listener: Listener, ranked: list[Alert], total: int, oldest: datetime, part: int, now: datetime
) -> Digest:
    """The digest of `total` alerts of which `ranked` are the gravest; `part` counts from 0 within the period.

    `oldest` is when the first of them was raised.
    """
    items = tuple(_item(alert) for alert in ranked[:MAX_ITEMS])
    return Digest(
        id=digest_id(period.subscription_id, period.cause, period.until, part),
        subscription_id=period.subscription_id,
        rule=listener.name,
        cause=CAUSES[period.cause],
        since=min(_opened(period, listener, oldest), oldest),
        until=period.until,
        items=items,
        omitted=max(0, total - len(items)),
        raised_at=now,
    )


def _opened(period: Period, listener: Listener, oldest: datetime) -> datetime:
    """The start of the period by the settings as they are now; its first alert where they have changed."""
    if period.cause is Cause.BUDGET:
        return at(day_in(period.until, listener.time_zone) - DAY, 0, listener.time_zone)
    if period.cause is Cause.DIGEST and listener.digest is not None:
        return listener.digest.opened_before(period.until, listener.time_zone)
    return oldest


def _item(alert: Alert) -> DigestItem:
    return DigestItem(
        alert_id=alert.id,
        rule=alert.rule,
        severity=alert.severity,
        title=alert.title,
        reason=alert.reason,
        url=alert.article.url if alert.article else "",
        published=alert.article.published if alert.article else alert.raised_at,
        raised_at=alert.raised_at,
        links=alert.links,
    )
