"""What noise control needs from outside. Each docstring is a promise that a contract test holds every adapter to."""

from collections.abc import Sequence
from datetime import datetime
from typing import Protocol

from services.alert.core.noise.digests import Period
from services.alert.core.noise.memory import Acknowledgement, Snooze
from services.alert.core.noise.silences import Silence
from services.contracts.alert import Alert
from services.contracts.notification import Digest
from services.runtime.audit import AuditEntry
from services.runtime.ports import Listing

MAX_LIVE_SILENCES = 500
"""Of a team, those that have not ended."""


class TooMany(Exception):
    """The team has as many silences as it may."""


class Digests(Protocol):
    """Rows that wait for a digest, and the snoozes that gather them."""

    async def end_snoozes(self, now: datetime) -> None:
        """What a snooze that is over holds becomes due now. Raises `Unavailable`."""

    async def due(self, now: datetime, limit: int) -> Sequence[Period]:
        """Periods that closed and still have rows, oldest first. Raises `Unavailable`."""

    async def close(self, period: Period, now: datetime) -> Digest | None:
        """Make the digest and its deliveries, once; None where nothing is to be told. Raises `Unavailable`.

        Rows of a subscription that is gone or paused are cancelled, silenced ones suppressed, and those of a snoozed
        one wait for the end of the snooze.
        """


class Silences(Protocol):
    """What is silent from when until when. A silence changes only by ending sooner."""

    async def create(self, silence: Silence, *, team: str, audit: AuditEntry) -> None:
        """Store it. Raises `TooMany` when the team has as many that have not ended as it may, `Unavailable`."""

    async def get(self, silence_id: str, *, team: str) -> Silence | None:
        """As it is now, ended or not."""

    async def list(self, *, team: str, cursor: str | None, limit: int, live_at: datetime | None = None) -> Listing:
        """Newest first; with `live_at` those that have not ended by then. Raises `ValueError` for a foreign cursor."""

    async def end(self, silence_id: str, *, team: str, now: datetime, audit: AuditEntry) -> bool:
        """End it now, unless it has ended; false when the team has none of this id."""


class Attention(Protocol):
    """What people say of alerts and subscriptions: seen to, and not now."""

    async def acknowledge(self, alert_id: str, said: Acknowledgement, *, audit: AuditEntry) -> None:
        """Keep it in place of one before."""

    async def withdraw(self, alert_id: str, *, audit: AuditEntry) -> bool:
        """Forget the acknowledgement; false when there is none."""

    async def acknowledged(self, alert_id: str) -> Acknowledgement | None:
        """The one that counts."""

    async def newest_edition(self, alert_id: str) -> Alert | None:
        """The alert or the newest of its later editions."""

    async def snooze(self, subscription_id: str, snooze: Snooze | None, *, audit: AuditEntry) -> None:
        """Begin a snooze in place of one before, or end it with None."""

    async def snoozed(self, subscription_id: str) -> Snooze | None:
        """The snooze that was begun last and was not ended; its time may have passed."""
