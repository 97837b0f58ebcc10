"""Noise control: what it remembers, silences, acknowledgements, and the outbox rows that wait for a digest."""

import sqlalchemy as sa
from alembic import op

from services.runtime.adapters.sql_types import UtcMoment

revision = "0006_noise"
down_revision = "0005_triggers"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "noise_memory",
        sa.Column("subscription_id", sa.String(64), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_table(
        "cooldowns",
        sa.Column("subscription_id", sa.String(64), primary_key=True),
        sa.Column("group_key", sa.Text, primary_key=True),
        sa.Column("at", UtcMoment, nullable=False),
        sa.Column("severity", sa.String(16), nullable=False),
        sa.Column("level", sa.Float, nullable=True),
    )
    op.create_index("ix_cooldowns_at", "cooldowns", ["at"])
    op.create_table(
        "silences",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("starts_at", UtcMoment, nullable=False),
        sa.Column("ends_at", UtcMoment, nullable=False),
        sa.Column("created_at", UtcMoment, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_silences_ends_at", "silences", ["ends_at"])
    op.create_index("ix_silences_team_created_at_id", "silences", ["team", "created_at", "id"])
    op.create_table(
        "acknowledgements",
        sa.Column("alert_id", sa.String(64), primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.add_column("deliveries", sa.Column("weight", sa.Integer, nullable=False, server_default="0"))
    op.add_column("deliveries", sa.Column("digest_id", sa.String(64), nullable=True))
    op.create_index("ix_deliveries_subscription_id_state", "deliveries", ["subscription_id", "state"])


def downgrade() -> None:
    """Undo; what was gathered or held back is forgotten."""
    op.execute("DELETE FROM deliveries WHERE state IN ('gathered', 'digested', 'suppressed')")
    op.drop_index("ix_deliveries_subscription_id_state", "deliveries")
    op.drop_column("deliveries", "digest_id")
    op.drop_column("deliveries", "weight")
    for table in ("acknowledgements", "silences", "cooldowns", "noise_memory"):
        op.drop_table(table)
