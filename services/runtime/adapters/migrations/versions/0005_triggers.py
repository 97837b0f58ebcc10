"""Triggers with memory: the state of each kind, the clock's leases, the series of dyads."""

import sqlalchemy as sa
from alembic import op

from services.runtime.adapters.sql_types import UtcMoment

revision = "0005_triggers"
down_revision = "0004_access"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("seen_articles", sa.Column("first_revision", sa.Integer, nullable=True))
    _states()
    op.create_table(
        "leases",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("owner", sa.String(64), nullable=False),
        sa.Column("until", UtcMoment, nullable=False),
    )
    op.create_table(
        "dyads",
        sa.Column("dyad", sa.String(64), primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_table(
        "dyad_points",
        sa.Column("dyad", sa.String(64), primary_key=True),
        sa.Column("at", UtcMoment, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
    )


def _states() -> None:
    """The trigger becomes part of the key; every state before is of a ladder."""
    op.rename_table("trigger_states", "trigger_states_before")
    op.create_table(
        "trigger_states",
        sa.Column("subscription_id", sa.String(64)),
        sa.Column("trigger", sa.String(16)),
        sa.Column("group_key", sa.Text),
        sa.Column("state", sa.Text, nullable=False),
        sa.PrimaryKeyConstraint("subscription_id", "trigger", "group_key"),
    )
    op.execute(
        "INSERT INTO trigger_states SELECT subscription_id, 'crosses', group_key, state FROM trigger_states_before"
    )
    op.drop_table("trigger_states_before")


def downgrade() -> None:
    """Undo; what other triggers remember is lost."""
    op.drop_table("dyad_points")
    op.drop_table("dyads")
    op.drop_table("leases")
    op.rename_table("trigger_states", "trigger_states_after")
    op.create_table(
        "trigger_states",
        sa.Column("subscription_id", sa.String(64), primary_key=True),
        sa.Column("group_key", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.execute(
        "INSERT INTO trigger_states SELECT subscription_id, group_key, state FROM trigger_states_after "
        "WHERE trigger = 'crosses'"
    )
    op.drop_table("trigger_states_after")
    op.drop_column("seen_articles", "first_revision")
