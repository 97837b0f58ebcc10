"""The tables of keys and of the audit log, as migration `0004_access` makes them (a test compares). Knows no query."""

from sqlalchemy import Column, Index, MetaData, String, Table

from services.runtime.adapters.sql_types import Json, UtcMoment

METADATA = MetaData()

API_KEYS = Table(
    "api_keys",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("team", String(64), nullable=False),
    Column("name", String(200), nullable=False),
    Column("prefix", String(16), nullable=False),
    Column("hash", String(64), nullable=False, unique=True),
    Column("scopes", Json, nullable=False),
    Column("created_at", UtcMoment, nullable=False),
    Column("expires_at", UtcMoment, nullable=True),
    Column("last_used_at", UtcMoment, nullable=True),
    Column("revoked_at", UtcMoment, nullable=True),
    Index("ix_api_keys_team_created_at_id", "team", "created_at", "id"),
)
"""Every key there ever was, by the hash of it."""

AUDIT_LOG = Table(
    "audit_log",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("at", UtcMoment, nullable=False, index=True),
    Column("team", String(64), nullable=False),
    Column("key_id", String(64), nullable=False),
    Column("action", String(64), nullable=False),
    Column("target", String(300), nullable=False),
    Column("detail", Json, nullable=False),
    Column("address", String(64), nullable=False),
    Index("ix_audit_log_team_at_id", "team", "at", "id"),
)
"""Who changed what."""
