"""Channels: mail addresses that said yes, the key that signs links, endpoints, the journal, the names of feeds."""

import sqlalchemy as sa
from alembic import op

from services.runtime.adapters.sql_types import UtcMoment

revision = "0007_channels"
down_revision = "0006_noise"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "confirmed_addresses",
        sa.Column("team", sa.String(64), primary_key=True),
        sa.Column("address", sa.String(254), primary_key=True),
        sa.Column("asked", sa.Integer, nullable=False),
        sa.Column("asked_at", UtcMoment, nullable=False),
        sa.Column("confirmed_at", UtcMoment, nullable=True),
    )
    op.create_table(
        "left_addresses",
        sa.Column("subscription_id", sa.String(64), sa.ForeignKey("subscriptions.id"), primary_key=True),
        sa.Column("address", sa.String(254), primary_key=True),
        sa.Column("left_at", UtcMoment, nullable=False),
    )
    op.create_table(
        "signing_keys",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.String(128), nullable=False),
    )
    op.create_table(
        "endpoints",
        sa.Column("subscription_id", sa.String(64), sa.ForeignKey("subscriptions.id"), primary_key=True),
        sa.Column("channel", sa.String(64), primary_key=True),
        sa.Column("failing_since", UtcMoment, nullable=True),
        sa.Column("last_success_at", UtcMoment, nullable=True),
        sa.Column("last_failure_at", UtcMoment, nullable=True),
        sa.Column("last_result", sa.String(32), nullable=False),
    )
    op.create_index("ix_deliveries_created_at_id", "deliveries", ["created_at", "id"])
    op.create_index(
        "ix_deliveries_subscription_id_created_at_id", "deliveries", ["subscription_id", "created_at", "id"]
    )
    op.create_table(
        "journal",
        sa.Column("number", sa.BigInteger, primary_key=True, autoincrement=False),
        sa.Column("message_id", sa.String(64), nullable=False),
        sa.Column("edition", sa.BigInteger, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subscription_id", sa.String(64), nullable=False),
        sa.Column("at", UtcMoment, nullable=False),
        sa.UniqueConstraint("message_id", "edition"),
    )
    op.create_index("ix_journal_at", "journal", ["at"])
    op.create_index("ix_journal_subscription_id_number", "journal", ["subscription_id", "number"])
    op.create_table(
        "feed_tokens",
        sa.Column("subscription_id", sa.String(64), sa.ForeignKey("subscriptions.id"), primary_key=True),
        sa.Column("token_hash", sa.String(64), nullable=False, unique=True),
        sa.Column("created_at", UtcMoment, nullable=False),
    )


def downgrade() -> None:
    """Undo; every address has to be asked again."""
    op.drop_table("feed_tokens")
    op.drop_table("journal")
    op.drop_index("ix_deliveries_subscription_id_created_at_id", "deliveries")
    op.drop_index("ix_deliveries_created_at_id", "deliveries")
    op.drop_table("endpoints")
    op.drop_table("signing_keys")
    op.drop_table("left_addresses")
    op.drop_table("confirmed_addresses")
