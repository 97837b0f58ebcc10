"""The tables behind triggers that outlive one subscription: leases of the clock, series of dyads. Knows no query."""

from sqlalchemy import Column, String, Table, Text

from services.alert.adapters.tables import METADATA
from services.runtime.adapters.sql_types import UtcMoment

LEASES = Table(
    "leases",
    METADATA,
    Column("name", String(64), primary_key=True),
    Column("owner", String(64), nullable=False),
    Column("until", UtcMoment, nullable=False),
)
"""Who decides, for how long, what only the clock decides."""

DYADS = Table(
    "dyads",
    METADATA,
    Column("dyad", String(64), primary_key=True),
    Column("state", Text, nullable=False),
)
"""The decayed sums of each dyad's scores; locked in order of the key."""

DYAD_POINTS = Table(
    "dyad_points",
    METADATA,
    Column("dyad", String(64), primary_key=True),
    Column("at", UtcMoment, primary_key=True),
    Column("body", Text, nullable=False),
)
"""Where the means of a dyad stood, at most once a cell of time."""
