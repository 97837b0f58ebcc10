"""What alert needs from outside. Each docstring is a promise that a contract test holds every adapter to."""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

from services.alert.core.channels import EmailChannel
from services.alert.core.consent import Ask, Consent
from services.alert.core.deciding import Claim, Known, Needs, Observation, Plan
from services.alert.core.endpoints import Disabled, Standing
from services.alert.core.outbox import Leased, Receipt, Redelivery, Settlement, State
from services.alert.core.subscriptions import Subscription
from services.alert.core.tokens import Mailbox
from services.alert.core.triggers.dyads import Series
from services.contracts.alert import Alert
from services.contracts.notification import Notification
from services.runtime.audit import AuditEntry
from services.runtime.ports import Listing as Listing


class Conflict(Exception):
    """The subscription is not at the version that the writer saw, or its id is taken."""


@dataclass(frozen=True, slots=True)
class Change:
    """A subscription that changed.

    `stored` is its JSON, None when it was deleted; `filed` are its keys as `core.filed_keys` made them, if it did.
    """

    id: str
    number: int
    stored: bytes | None
    filed: bytes | None = None


class Subscriptions(Protocol):
    """Who wants to be told what. Every version is kept; a deleted id is never given again.

    `audit` is written in the transaction of the change, and only with it.
    """

    async def create(
        self,
        subscription: Subscription,
        idempotency: tuple[str, str] | None = None,
        audit: AuditEntry | None = None,
    ) -> Subscription:
        """Store version 1 and return it; what was stored before when the same key and request hash come again.

        `idempotency` is a key, of the team's own, and the hash of the request. Raises `Conflict` when the id is taken
        or the key was used for another request; `Unavailable`.
        """

    async def replace(self, subscription: Subscription, expected: int, audit: AuditEntry | None = None) -> None:
        """Store the next version, enabling its endpoints again. Raises `Conflict` unless at version `expected`."""

    async def delete(
        self, subscription_id: str, expected: int | None, *, team: str, audit: AuditEntry | None = None
    ) -> None:
        """Stop it for ever; its alerts stay. Raises `Conflict`; `KeyError` when the team has none of this id."""

    async def get(self, subscription_id: str, *, team: str) -> Subscription | None:
        """As it is now; None when the team has none of this id."""

    async def list(self, *, team: str, cursor: str | None, limit: int, name: str | None = None) -> Listing:
        """Those of a team, in order of creation. Raises `ValueError` for a cursor that is none of ours."""

    async def changes(self, after: int, limit: int = 2_000) -> Sequence[Change]:
        """The first `limit` of what changed after change number `after`, in order; cheap when nothing did."""

    async def file(self, filed: Sequence[Change]) -> None:
        """Keep the keys of those that did not change meanwhile; nobody is told."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A revision of an article that reached alert."""

    article_id: str
    revision: int
    fetched_at: datetime


Decide = Callable[[Claim, Known], Plan]
"""From which articles are new here (or newer), and what is known, to the plan. Pure."""


class Memory(Protocol):
    """What alert remembers of articles, groups and alerts."""

    async def record(self, seen: Sequence[Seen], needs: Needs, decide: Decide) -> Plan:
        """Observe, decide and write in one transaction; `seen` names each article once.

        `decide` is told which articles have a revision higher than any before. Rows of groups and dyads are locked in
        order of their keys. Returns the plan without those alerts that another replica raised first.
        Raises `Unavailable`.
        """


class Dyads(Protocol):
    """Reading how tense each dyad was over time."""

    async def series(self, dyad: str) -> Series | None:
        """As it is now; None when no article named it. Raises `Unavailable`."""

    async def points(
        self, dyad: str, *, since: datetime | None, until: datetime | None, cursor: str | None, limit: int
    ) -> Listing:
        """Its history, newest first, since <= at < until. Raises `ValueError` for a cursor that is none of ours."""


class Leases(Protocol):
    """Who decides, among replicas, what one of them must decide alone."""

    async def hold(self, name: str, owner: str, now: datetime, until: datetime) -> bool:
        """Whether `owner` now holds `name` until `until`: it was free, had run out by `now`, or was its own.

        Raises `Unavailable`.
        """


class TickHandler(Protocol):
    """Something that the clock decides."""

    async def tick(self, at: datetime) -> None:
        """Decide what is due at `at`, a UTC multiple of ten seconds; harmless when it comes twice or late.

        Raises `Unavailable`; then the next tick makes up for this one.
        """


class Outbox(Protocol):
    """Deliveries on their way: what `record` queued ends as sent, failed or cancelled, whatever is killed."""

    async def lease(
        self, now: datetime, until: datetime, owner: str, limit: int, room: Callable[[str], int]
    ) -> Sequence[Leased]:
        """At most `limit` due rows, and of each lane at most `room(lane)`, oldest first, held by `owner` until `until`.

        No other lease returns them before. Rows whose channel is gone or disabled, or whose subscription is paused, are
        cancelled instead; those that noise control holds up by now (`core.noise.sending`) go back with its reason.
        """

    async def settle(self, settlements: Sequence[Settlement], owner: str) -> int:
        """Log each try and write its row's next state, unless `owner` lost the lease. Returns how many were written.

        A channel that is gone is disabled until its subscription changes.
        """

    async def backlog(self, now: datetime) -> tuple[int, datetime | None]:
        """How many rows wait, and since when the oldest of those that are due is due."""


class Upkeep(Protocol):
    """Retention of the store."""

    async def expire(self, before: datetime) -> int:
        """Delete what nobody needs any more of before then; returns how many rows went. Raises `Unavailable`."""


class Notifier(Protocol):
    """A way to reach a subscriber: the sender of one kind of channel."""

    bulk: int
    """Most deliveries that one call takes."""

    async def send(self, deliveries: Sequence[Leased]) -> Sequence[Receipt]:
        """One try of each, one receipt each, in order. Never raises for what the receiver does."""


class Consents(Protocol):
    """Which mail addresses said that mail is welcome: asked once a team, left once a subscription."""

    async def team_of(self, mailbox: Mailbox) -> str | None:
        """Whose subscription it is; None when there is no such subscription any more."""

    async def known(self, mailbox: Mailbox, team: str) -> Consent:
        """What the team knows of an address. Raises `Unavailable`."""

    async def welcome(self, places: Collection[tuple[str, str]]) -> frozenset[tuple[str, str]]:
        """Those of these pairs of subscription id and address whose reader said yes and has not left since."""

    async def ask(self, subscription: Subscription, channel: EmailChannel, now: datetime) -> Ask:
        """Queue the mail that asks, unless it was asked too often or too lately."""

    async def confirm(self, mailbox: Mailbox, team: str, now: datetime) -> None:
        """The reader said yes: to this team, and to this subscription if it was left before."""

    async def leave(self, mailbox: Mailbox, now: datetime) -> None:
        """The reader unsubscribed from this subscription."""


@dataclass(frozen=True, slots=True)
class EndpointView:
    """How an endpoint does, and whether it is switched off."""

    standing: Standing
    disabled: Disabled | None = None
    disabled_since: datetime | None = None


class Endpoints(Protocol):
    """The standing of each channel that was ever tried."""

    async def of(self, subscription_id: str) -> dict[str, EndpointView]:
        """By key of the channel."""

    async def enable(self, subscription_id: str, channel: str, audit: AuditEntry | None = None) -> bool:
        """Switch it on again; False when it was on."""


class Deliveries(Protocol):
    """The log of what was sent where."""

    async def list(
        self, *, team: str, subscription_id: str | None, state: State | None, cursor: str | None, limit: int
    ) -> Listing:
        """Newest first, with every try, as JSON values. Raises `ValueError` for a cursor that is none of ours."""

    async def redeliver(
        self, delivery_id: str, *, team: str, now: datetime, audit: AuditEntry | None = None
    ) -> Redelivery:
        """Make it due now, under the same id, unless it is in flight or its channel cannot take it."""


@dataclass(frozen=True, slots=True)
class Entry:
    """An alert, or a later edition of one, and its number in the journal."""

    number: int
    alert: Alert


class Journal(Protocol):
    """Every alert and every later edition, numbered so that no number becomes visible before a smaller one."""

    async def append(self, messages: Sequence[Notification], now: datetime) -> None:
        """Give each a number; what is there already keeps its own. Raises `Unavailable`."""

    async def latest(self) -> int:
        """No entry has a higher number; 0 at first."""

    async def after(self, number: int, *, team: str, subscription_id: str | None, limit: int) -> Sequence[Entry]:
        """At most `limit` entries of the team with higher numbers, in order."""

    async def newest(self, subscription_id: str, limit: int) -> Sequence[Entry]:
        """The last ones of a subscription, newest first."""


class FeedTokens(Protocol):
    """Unguessable names of feeds, for readers that can send no key. One a subscription."""

    async def keep(self, subscription_id: str, token: str, now: datetime, audit: AuditEntry | None = None) -> None:
        """Let the token name the feed; the one before names nothing any more."""

    async def end(self, subscription_id: str, audit: AuditEntry | None = None) -> None:
        """Let no token name the feed."""

    async def subscription_of(self, token: str) -> Subscription | None:
        """The subscription whose feed it names."""


class Alerts(Protocol):
    """Reading what was raised."""

    async def get_alert(self, alert_id: str, *, team: str) -> Alert | None:
        """One alert with its evidence; None when the team has none of this id."""

    async def list_alerts(
        self,
        *,
        team: str,
        subscription_id: str | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        cursor: str | None = None,
        limit: int = 20,
    ) -> Listing:
        """Those of a team, newest first, since <= raised_at < until.

        Raises `ValueError` for a cursor that is none of ours.
        """

    async def editions(self, alert_id: str) -> Sequence[Alert]:
        """Later editions of an alert, in the order in which they were made: how its story went on."""

    async def deliveries(self, alert_id: str) -> Sequence[dict[str, Any]]:
        """Each delivery of an alert with its tries, as JSON values."""

    async def observed(self, subscription_id: str, article_id: str) -> Sequence[Observation]:
        """What came of an article for a subscription, newest first."""
