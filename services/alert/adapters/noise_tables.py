"""The tables of noise control, as the migration `0006_noise` makes them (a test compares the two). Knows no query."""

from sqlalchemy import Column, Float, Index, String, Table, Text

from services.alert.adapters.tables import METADATA
from services.runtime.adapters.sql_types import UtcMoment

NOISE_MEMORY = Table(
    "noise_memory",
    METADATA,
    Column("subscription_id", String(64), primary_key=True),
    Column("body", Text, nullable=False),
)
"""Snooze and spent budget of a subscription. Whoever gathers its rows or makes its digest holds this row locked."""

COOLDOWNS = Table(
    "cooldowns",
    METADATA,
    Column("subscription_id", String(64), primary_key=True),
    Column("group_key", Text, primary_key=True),
    Column("at", UtcMoment, nullable=False, index=True),
    Column("severity", String(16), nullable=False),
    Column("level", Float, nullable=True),
)
"""The last alert of each group that passed its cooldown; locked with the subscription's row of `noise_memory`."""

SILENCES = Table(
    "silences",
    METADATA,
    Column("id", String(64), primary_key=True),
    Column("team", String(64), nullable=False),
    Column("starts_at", UtcMoment, nullable=False),
    Column("ends_at", UtcMoment, nullable=False, index=True),
    Column("created_at", UtcMoment, nullable=False),
    Column("body", Text, nullable=False),
    Index("ix_silences_team_created_at_id", "team", "created_at", "id"),
)
"""Who wants what to be silent from when until when. `ends_at` counts, the body's own is what was asked for."""

ACKNOWLEDGEMENTS = Table(
    "acknowledgements",
    METADATA,
    Column("alert_id", String(64), primary_key=True),
    Column("body", Text, nullable=False),
)
"""Who has seen to which alert."""
