"""What a subscriber is told: one shape for `tocsin try`, the API, the webhook, the topic and the alerts index."""

from enum import StrEnum
from typing import Any

from pydantic import Field

from services.contracts.article import Source
from services.contracts.message import Message, Moment
from services.contracts.teams import DEFAULT_TEAM
from services.contracts.vocabulary import Stance


class Trigger(StrEnum):
    """What made a matching article an alert."""

    EACH = "each"
    CROSSES = "crosses"
    COUNT = "count"
    SPIKE = "spike"
    FIRST = "first"
    SILENCE = "silence"
    CHANGES = "changes"


class Kind(StrEnum):
    """What a notification is. The first four carry an alert; update, correction and denial are its later editions."""

    ALERT = "alert"
    UPDATE = "update"
    CORRECTION = "correction"
    DENIAL = "denial"
    DIGEST = "digest"
    NOTICE = "notice"
    TEST = "test"
    CONFIRMATION = "confirmation"
    """Asks a mail address whether mail is welcome; nothing else goes there before."""


RETRACTIONS = frozenset({Kind.CORRECTION, Kind.DENIAL})
"""Editions that say that an alert holds no more."""


class AlertEvidence(Message):
    """One quote that proves the alert, or that speaks against it. `content[start:end] == quote`."""

    quote: str
    start: int
    end: int
    sentence: int
    field: str = Field(description="field or nested path that matched, for example keywords or asserted")
    clause: str = Field("", description="the part of the query that it satisfied; empty where it satisfied none")
    stance: Stance | None = None
    speaker: str | None = None
    denial: bool = Field(False, description="a denied or negated hit of the same topic: who denies what")
    finding: dict[str, Any] = Field(
        default_factory=dict, description="the finding as enrich read it: numbers, actors, places"
    )


class AlertArticle(Message):
    """The article that raised the alert."""

    id: str
    revision: int
    title: str
    url: str
    source: Source
    language: str
    published: Moment
    fetched_at: Moment


class Level(Message):
    """What `crosses` saw: the group's level before and after, and the rung that was passed."""

    field: str
    group: dict[str, str] = Field(description="for example who and near, without the path of the objects")
    before: float | None
    after: float
    rung: float


class Counted(Message):
    """What `count` saw: the stories of the window since < time <= until, and who reported them."""

    group: dict[str, str] = Field(default_factory=dict)
    stories: int
    sources: tuple[str, ...]
    since: Moment
    until: Moment


class Rate(Message):
    """What `spike` saw: the articles of the window, and how many its baseline lets expect."""

    group: dict[str, str] = Field(default_factory=dict)
    articles: int
    expected: float
    since: Moment
    until: Moment


class Newcomer(Message):
    """What `first` saw: who or what is new, and when it was seen last, if ever."""

    field: str
    value: str
    last_seen: Moment | None = None


class Quiet(Message):
    """What `silence` saw: nothing between these times; `last_match` is the newest match before, if any."""

    since: Moment
    until: Moment
    last_match: Moment | None = None


class Move(Message):
    """What `changes` saw: the dyad's mean, how far it was from where it is now, and when."""

    dyad: str
    before: float
    after: float
    since: Moment
    until: Moment
    half_life: str


Figures = Counted | Rate | Newcomer | Quiet | Move
"""What a trigger with memory decided on."""


class Alert(Message):
    """A subscriber should know this.

    `id` = SHA-256 of subscription, trigger kind, group key and episode: raising it twice is the same alert.
    """

    kind: Kind = Kind.ALERT
    id: str
    team: str = Field(DEFAULT_TEAM, description="whose subscription it is")
    subscription_id: str
    rule: str = Field(description="name of the subscription")
    rule_version: int = Field(ge=1)
    query: str
    trigger: Trigger
    severity: str = "medium"
    group_key: str = ""
    episode: str
    title: str
    reason: str = Field(description="one sentence a person reads: what held, with the numbers")
    evidence: tuple[AlertEvidence, ...]
    evidence_omitted: int = Field(0, ge=0, description="quotes left out here to bound the size; the API has more")
    level: Level | None = Field(None, description="what `crosses` saw")
    count: Counted | None = Field(None, description="what `count` saw")
    spike: Rate | None = Field(None, description="what `spike` saw")
    first: Newcomer | None = Field(None, description="what `first` saw")
    silence: Quiet | None = Field(None, description="what `silence` saw")
    changes: Move | None = Field(None, description="what `changes` saw")
    article: AlertArticle | None = Field(None, description="null for a silence, which no article raised")
    story_id: str = Field(description="empty for a silence")
    escalation: float = 0.0
    raised_at: Moment
    edition: int = Field(
        0, ge=0, description="0 is the alert; a later one is a number of its own, made of its kind and cause"
    )
    links: dict[str, str] = Field(default_factory=dict, description="article, tocsin and kibana URLs, where known")
