"""The subscription: one flat shape for YAML, JSON and the API. Checks its own fields; knows no store."""

from datetime import datetime
from typing import Annotated, Any

from pydantic import AfterValidator, ConfigDict, Field, StrictBool, StringConstraints

from services.alert.core.channels import AppriseChannel, Channel, Retiring, WebhookChannel
from services.alert.core.noise.settings import NoiseSettings
from services.alert.core.severity import Severity
from services.alert.core.triggers.settings import TriggerSpec, kind_of
from services.contracts.alert import Trigger
from services.contracts.message import Moment
from services.contracts.teams import DEFAULT_TEAM, TeamName

MAX_QUERY = 20_000
"""Longest query, in code points."""
MAX_CHANNELS = 10
PRINTABLE = r"^[^\x00-\x1f\x7f]*$"
"""No control characters: what people name goes to terminals, and PostgreSQL takes no NUL."""
LANGUAGE_PATTERN = r"^[a-z]{2,3}$"
ID_PATTERN = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$"


Name = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=200, pattern=PRINTABLE)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=64, pattern=PRINTABLE)]


def _distinct(channels: tuple[Channel, ...]) -> tuple[Channel, ...]:
    if len({channel.key for channel in channels}) < len(channels):
        raise ValueError("a channel is named twice")
    return channels


class Draft(NoiseSettings):
    """What a user writes. Raises pydantic's `ValidationError`, one entry a field."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: Annotated[str, StringConstraints(pattern=ID_PATTERN)] | None = Field(
        None, description="chosen by the writer or made; stays for ever"
    )
    name: Name
    owner: Annotated[str, StringConstraints(strip_whitespace=True, max_length=200, pattern=PRINTABLE)] = Field(
        "", description="whose it is: a name or an address, for people to read"
    )
    query: Annotated[str, StringConstraints(max_length=MAX_QUERY)] = Field(description="KQL, as in Kibana's search bar")
    languages: tuple[Annotated[str, StringConstraints(pattern=LANGUAGE_PATTERN)], ...] = Field(
        (), max_length=20, description="only articles in these (ISO 639-1, such as en); all when left out"
    )
    trigger: TriggerSpec = "each"
    channels: Annotated[tuple[Channel, ...], AfterValidator(_distinct)] = Field((), max_length=MAX_CHANNELS)
    severity: Severity = Severity.MEDIUM
    tags: tuple[Label, ...] = Field((), max_length=20)
    paused: StrictBool = False

    def as_written(self) -> dict[str, Any]:
        """JSON values as a person would write them: no defaults, no secrets."""
        secrets = {"channels": {"__all__": {"secret"}}}
        return self.model_dump(mode="json", exclude_defaults=True, exclude=secrets)


class Subscription(Draft):
    """A stored draft. `version` grows by one with each change of it; id and team never change."""

    id: str
    team: TeamName = DEFAULT_TEAM
    version: int = Field(1, ge=1)
    created_at: Moment
    updated_at: Moment

    @property
    def kind(self) -> Trigger:
        """Which trigger it has."""
        return kind_of(self.trigger)

    @property
    def draft(self) -> Draft:
        """What the user wrote."""
        return Draft.model_validate(self.model_dump(exclude={"team", "version", "created_at", "updated_at"}))

    def public(self) -> dict[str, Any]:
        """JSON values without the channels' secrets."""
        channels = [channel.public() for channel in self.channels]
        return self.model_dump(mode="json", exclude={"channels"}) | {"channels": channels}


def revise(stored: Subscription, draft: Draft, now: datetime) -> Subscription:
    """`stored` as `draft` wants it: the same object when nothing changes, else its next version.

    A webhook that the draft names without a secret keeps the one it has; so does a chat's URL that is sent as shown.
    """
    known = {channel.key: channel for channel in stored.channels}
    channels = tuple(_with_known_secrets(channel, known.get(channel.key)) for channel in draft.channels)
    draft = draft.model_copy(update={"id": stored.id, "channels": channels})
    return stored if draft == stored.draft else _next_version(stored, draft, now)


def rotate(stored: Subscription, key: str, secret: str, until: datetime, now: datetime) -> Subscription:
    """`stored` with a new secret for a webhook, the old one signing beside it until then. Raises `KeyError`."""
    if not any(channel.key == key and isinstance(channel, WebhookChannel) for channel in stored.channels):
        raise KeyError(key)
    channels = tuple(
        channel.model_copy(update={"secret": secret, "retiring": Retiring(secret=channel.secret, until=until)})
        if isinstance(channel, WebhookChannel) and channel.key == key
        else channel
        for channel in stored.channels
    )
    return _next_version(stored, stored.draft.model_copy(update={"channels": channels}), now)


def _with_known_secrets(channel: Channel, before: Channel | None) -> Channel:
    if isinstance(channel, AppriseChannel) and channel.masked:
        return before or channel
    if not isinstance(channel, WebhookChannel):
        return channel
    known = before if isinstance(before, WebhookChannel) else None
    kept = {"secret": channel.secret or (known.secret if known else None)}
    return channel.model_copy(update={**kept, "retiring": known.retiring if known else None})


def _next_version(stored: Subscription, draft: Draft, now: datetime) -> Subscription:
    values = draft.model_dump() | {
        "team": stored.team,
        "version": stored.version + 1,
        "created_at": stored.created_at,
        "updated_at": now,
    }
    return Subscription.model_validate(values)
