"""The tables of channels, as the migrations make them (a test compares the two). Knows no query."""

from sqlalchemy import BigInteger, Column, ForeignKey, Index, Integer, String, Table, UniqueConstraint

from services.alert.adapters.tables import METADATA
from services.runtime.adapters.sql_types import UtcMoment

__all__ = [
    "CONFIRMED_ADDRESSES",
    "ENDPOINTS",
    "FEED_TOKENS",
    "JOURNAL",
    "LEFT_ADDRESSES",
    "METADATA",
    "SIGNING_KEYS",
]

CONFIRMED_ADDRESSES = Table(
    "confirmed_addresses",
    METADATA,
    Column("team", String(64), primary_key=True),
    Column("address", String(254), primary_key=True),
    Column("asked", Integer, nullable=False),
    Column("asked_at", UtcMoment, nullable=False),
    Column("confirmed_at", UtcMoment, nullable=True),
)
"""Each mail address that a team wanted to write to, and whether its reader said yes."""

LEFT_ADDRESSES = Table(
    "left_addresses",
    METADATA,
    Column("subscription_id", String(64), ForeignKey("subscriptions.id"), primary_key=True),
    Column("address", String(254), primary_key=True),
    Column("left_at", UtcMoment, nullable=False),
)
"""Whose reader unsubscribed; only the reader's own yes undoes it."""

SIGNING_KEYS = Table(
    "signing_keys",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("value", String(128), nullable=False),
)
"""Keys that all replicas share; made at the first start."""

ENDPOINTS = Table(
    "endpoints",
    METADATA,
    Column("subscription_id", String(64), ForeignKey("subscriptions.id"), primary_key=True),
    Column("channel", String(64), primary_key=True),
    Column("failing_since", UtcMoment, nullable=True),
    Column("last_success_at", UtcMoment, nullable=True),
    Column("last_failure_at", UtcMoment, nullable=True),
    Column("last_result", String(32), nullable=False),
)
"""How each channel of a subscription did when it was tried last."""

JOURNAL = Table(
    "journal",
    METADATA,
    Column("number", BigInteger, primary_key=True, autoincrement=False),
    Column("message_id", String(64), nullable=False),
    Column("edition", BigInteger, nullable=False),
    Column("kind", String(16), nullable=False),
    Column("subscription_id", String(64), nullable=False),
    Column("at", UtcMoment, nullable=False, index=True),
    UniqueConstraint("message_id", "edition"),
    Index("ix_journal_subscription_id_number", "subscription_id", "number"),
)
"""Every alert and later edition in the order in which it became visible: what streams and feeds are read from."""

FEED_TOKENS = Table(
    "feed_tokens",
    METADATA,
    Column("subscription_id", String(64), ForeignKey("subscriptions.id"), primary_key=True),
    Column("token_hash", String(64), nullable=False, unique=True),
    Column("created_at", UtcMoment, nullable=False),
)
"""The names of feeds that need no key: their SHA-256 alone."""
