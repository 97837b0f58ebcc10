"""The outbox sends other notifications than first alerts: later editions, digests, notices."""

import sqlalchemy as sa
from alembic import op

from services.runtime.adapters.sql_types import UtcMoment

revision = "0003_messages"
down_revision = "0002_alert"
branch_labels = None
depends_on = None

_KEPT = (
    "id, edition, channel, lane, subscription_id, state, cause, due_at, leased_until, leased_by, attempts, "
    "published_at, fetched_at, created_at, settled_at"
)


def upgrade() -> None:
    """Apply. The outbox is copied: SQLite cannot drop a foreign key, and dropping a parent would empty its children."""
    op.create_table(
        "messages",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("edition", sa.BigInteger, primary_key=True),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("subscription_id", sa.String(64), nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", UtcMoment, nullable=False),
    )
    op.create_index("ix_messages_created_at", "messages", ["created_at"])
    _set_aside()
    _outbox("message_id", sa.Column("kind", sa.String(16), nullable=False))
    op.execute(
        f"INSERT INTO deliveries (message_id, kind, {_KEPT}) "  # noqa: S608  names of ours alone
        f"SELECT alert_id, 'alert', {_KEPT} FROM old_deliveries"
    )
    _take_over_attempts()


def downgrade() -> None:
    """Undo; deliveries of anything but first alerts are forgotten."""
    _set_aside()
    _outbox("alert_id")
    op.execute(
        f"INSERT INTO deliveries (alert_id, {_KEPT}) "  # noqa: S608  names of ours alone
        f"SELECT message_id, {_KEPT} FROM old_deliveries WHERE kind = 'alert'"
    )
    _take_over_attempts()
    op.drop_table("messages")


def _set_aside() -> None:
    op.drop_index("ix_deliveries_state_due_at", "deliveries")
    op.drop_index("ix_deliveries_settled_at", "deliveries")
    op.rename_table("deliveries", "old_deliveries")
    op.rename_table("delivery_attempts", "old_delivery_attempts")


def _outbox(message: str, *more: sa.Column[str]) -> None:
    parent = [sa.ForeignKey("alerts.id")] if message == "alert_id" else []
    edition = sa.Integer if message == "alert_id" else sa.BigInteger
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column(message, sa.String(64), *parent, nullable=False),
        sa.Column("edition", edition, nullable=False),
        *more,
        sa.Column("channel", sa.String(64), nullable=False),
        sa.Column("lane", sa.String(300), nullable=False),
        sa.Column("subscription_id", sa.String(64), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("cause", sa.String(32), nullable=False),
        sa.Column("due_at", UtcMoment, nullable=False),
        sa.Column("leased_until", UtcMoment, nullable=True),
        sa.Column("leased_by", sa.String(64), nullable=True),
        sa.Column("attempts", sa.Integer, nullable=False),
        sa.Column("published_at", UtcMoment, nullable=False),
        sa.Column("fetched_at", UtcMoment, nullable=False),
        sa.Column("created_at", UtcMoment, nullable=False),
        sa.Column("settled_at", UtcMoment, nullable=True),
        sa.UniqueConstraint(message, "edition", "channel"),
    )
    op.create_index("ix_deliveries_state_due_at", "deliveries", ["state", "due_at"])
    op.create_index("ix_deliveries_settled_at", "deliveries", ["settled_at"])
    op.create_table(
        "delivery_attempts",
        sa.Column("delivery_id", sa.String(64), sa.ForeignKey("deliveries.id", ondelete="CASCADE"), primary_key=True),
        sa.Column("attempt", sa.Integer, primary_key=True),
        sa.Column("at", UtcMoment, nullable=False),
        sa.Column("result", sa.String(32), nullable=False),
        sa.Column("status", sa.Integer, nullable=True),
        sa.Column("detail", sa.String(300), nullable=False),
        sa.Column("took_ms", sa.Integer, nullable=False),
    )


def _take_over_attempts() -> None:
    columns = "delivery_id, attempt, at, result, status, detail, took_ms"
    op.execute(
        f"INSERT INTO delivery_attempts ({columns}) "  # noqa: S608  names of ours alone
        f"SELECT {columns} FROM old_delivery_attempts "
        "WHERE delivery_id IN (SELECT id FROM deliveries)"
    )
    op.drop_table("old_delivery_attempts")
    op.drop_table("old_deliveries")
