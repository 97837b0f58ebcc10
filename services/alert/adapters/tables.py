"""The tables of alert, as the migrations make them (a test compares the two). Knows no query."""

from sqlalchemy import (
    BigInteger,
    Column,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from services.runtime.adapters.sql_types import UtcMoment

METADATA = MetaData()

SUBSCRIPTIONS = Table(
    "subscriptions",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("team", String(64), nullable=False),
    Column("name", String(200), nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("change_number", Integer, nullable=False, index=True),
    Column("created_at", UtcMoment, nullable=False),
    Column("deleted_at", UtcMoment, nullable=True),
    Column("filed", LargeBinary, nullable=True),
    Index("ix_subscriptions_team_created_at_id", "team", "created_at", "id"),
)
"""Each subscription as it is now; a deleted one stays, so that its id is never given again."""

SUBSCRIPTION_VERSIONS = Table(
    "subscription_versions",
    METADATA,
    Column("subscription_id", String(64), ForeignKey("subscriptions.id"), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("body", Text, nullable=False),
    Column("created_at", UtcMoment, nullable=False),
)
"""Every version that was ever live."""

COUNTERS = Table(
    "counters",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("value", Integer, nullable=False),
)
"""Numbers that only grow: `subscription_changes` is what every replica polls."""

IDEMPOTENCY_KEYS = Table(
    "idempotency_keys",
    METADATA,
    Column("team", String(64), primary_key=True),
    Column("key", String(255), primary_key=True),
    Column("request_hash", String(64), nullable=False),
    Column("subscription_id", String(64), ForeignKey("subscriptions.id"), nullable=False),
    Column("created_at", UtcMoment, nullable=False),
)
"""Which POST made which subscription."""

SEEN_ARTICLES = Table(
    "seen_articles",
    METADATA,
    Column("article_id", String(64), primary_key=True),
    Column("revision", Integer, nullable=False),
    Column("first_revision", Integer, nullable=True),
    Column("fetched_at", UtcMoment, nullable=False, index=True),
)
"""The highest revision of each article that was decided on, and the one that came first (null: before it was kept)."""

OBSERVATIONS = Table(
    "observations",
    METADATA,
    Column("subscription_id", String(64), primary_key=True),
    Column("article_id", String(64), primary_key=True),
    Column("version", Integer, primary_key=True),
    Column("revision", Integer, primary_key=True),
    Column("verdict", String(32), nullable=False),
    Column("alert_id", String(64), nullable=True),
    Column("observed_at", UtcMoment, nullable=False, index=True),
)
"""Each rule version saw each matching article revision once, and what came of it."""

TRIGGER_STATES = Table(
    "trigger_states",
    METADATA,
    Column("subscription_id", String(64), primary_key=True),
    Column("trigger", String(16), primary_key=True),
    Column("group_key", Text, primary_key=True),
    Column("state", Text, nullable=False),
)
"""What a trigger remembers of one group; locked in order of the key. One that is changed to another kind and back
finds what it remembered, so that its episodes never repeat."""

ALERTS = Table(
    "alerts",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("team", String(64), nullable=False),
    Column("subscription_id", String(64), nullable=False),
    Column("article_id", String(64), nullable=False, index=True),
    Column("story_id", String(255), nullable=False, index=True),
    Column("raised_at", UtcMoment, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_alerts_team_raised_at_id", "team", "raised_at", "id"),
    Index("ix_alerts_subscription_id_raised_at_id", "subscription_id", "raised_at", "id"),
)
"""Each alert once, with its evidence; article and story are empty where no article raised it."""

MESSAGES = Table(
    "messages",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("edition", BigInteger, primary_key=True),
    Column("kind", String(16), nullable=False),
    Column("subscription_id", String(64), nullable=False),
    Column("body", Text, nullable=False),
    Column("created_at", UtcMoment, nullable=False, index=True),
)
"""Every notification that is no first alert: later editions under their alert's id, digests, notices."""

DELIVERIES = Table(
    "deliveries",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("message_id", String(64), nullable=False),
    Column("edition", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("channel", String(64), nullable=False),
    Column("lane", String(300), nullable=False),
    Column("subscription_id", String(64), nullable=False),
    Column("state", String(16), nullable=False),
    Column("cause", String(32), nullable=False),
    Column("due_at", UtcMoment, nullable=False),
    Column("leased_until", UtcMoment, nullable=True),
    Column("leased_by", String(64), nullable=True),
    Column("attempts", Integer, nullable=False),
    Column("published_at", UtcMoment, nullable=False),
    Column("fetched_at", UtcMoment, nullable=False),
    Column("created_at", UtcMoment, nullable=False),
    Column("settled_at", UtcMoment, nullable=True),
    Column("weight", Integer, nullable=False, server_default="0"),
    Column("digest_id", String(64), nullable=True),
    UniqueConstraint("message_id", "edition", "channel"),
    Index("ix_deliveries_state_due_at", "state", "due_at"),
    Index("ix_deliveries_settled_at", "settled_at"),
    Index("ix_deliveries_subscription_id_state", "subscription_id", "state"),
    Index("ix_deliveries_created_at_id", "created_at", "id"),
    Index("ix_deliveries_subscription_id_created_at_id", "subscription_id", "created_at", "id"),
)
"""The outbox. A message is an alert (edition 0, kind alert) or a row of `messages`."""

DELIVERY_ATTEMPTS = Table(
    "delivery_attempts",
    METADATA,
    Column("delivery_id", String(64), ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
    Column("attempt", Integer, primary_key=True),
    Column("at", UtcMoment, nullable=False),
    Column("result", String(32), nullable=False),
    Column("status", Integer, nullable=True),
    Column("detail", String(300), nullable=False),
    Column("took_ms", Integer, nullable=False),
)
"""Every try to send."""

DISABLED_ENDPOINTS = Table(
    "disabled_endpoints",
    METADATA,
    Column("subscription_id", String(64), ForeignKey("subscriptions.id"), primary_key=True),
    Column("channel", String(64), primary_key=True),
    Column("cause", String(32), nullable=False),
    Column("since", UtcMoment, nullable=False),
)
"""Channels that answered so that nothing more is sent to them, until their subscription is changed."""
