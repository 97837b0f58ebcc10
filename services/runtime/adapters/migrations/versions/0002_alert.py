"""Alert: subscriptions, what was seen and decided, alerts, and the outbox."""

import sqlalchemy as sa
from alembic import op

from services.runtime.adapters.sql_types import UtcMoment

revision = "0002_alert"
down_revision = "0001_ingest"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    _subscriptions()
    _memory()
    _outbox()


def _subscriptions() -> None:
    op.create_table(
        "subscriptions",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("version", sa.Integer, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("change_number", sa.Integer, nullable=False),
        sa.Column("created_at", UtcMoment, nullable=False),
        sa.Column("deleted_at", UtcMoment, nullable=True),
    )
    op.create_index("ix_subscriptions_name", "subscriptions", ["name"])
    op.create_index("ix_subscriptions_change_number", "subscriptions", ["change_number"])
    op.create_index("ix_subscriptions_created_at_id", "subscriptions", ["created_at", "id"])
    op.create_table(
        "subscription_versions",
        sa.Column("subscription_id", sa.String(64), sa.ForeignKey("subscriptions.id"), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("body", sa.Text, nullable=False),
        sa.Column("created_at", UtcMoment, nullable=False),
    )
    op.create_table(
        "counters",
        sa.Column("name", sa.String(64), primary_key=True),
        sa.Column("value", sa.Integer, nullable=False),
    )
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("subscription_id", sa.String(64), sa.ForeignKey("subscriptions.id"), nullable=False),
        sa.Column("created_at", UtcMoment, nullable=False),
    )


def _memory() -> None:
    op.create_table(
        "seen_articles",
        sa.Column("article_id", sa.String(64), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("fetched_at", UtcMoment, nullable=False),
    )
    op.create_index("ix_seen_articles_fetched_at", "seen_articles", ["fetched_at"])
    op.create_table(
        "observations",
        sa.Column("subscription_id", sa.String(64), primary_key=True),
        sa.Column("article_id", sa.String(64), primary_key=True),
        sa.Column("version", sa.Integer, primary_key=True),
        sa.Column("revision", sa.Integer, primary_key=True),
        sa.Column("verdict", sa.String(32), nullable=False),
        sa.Column("alert_id", sa.String(64), nullable=True),
        sa.Column("observed_at", UtcMoment, nullable=False),
    )
    op.create_index("ix_observations_observed_at", "observations", ["observed_at"])
    op.create_table(
        "trigger_states",
        sa.Column("subscription_id", sa.String(64), primary_key=True),
        sa.Column("group_key", sa.Text, primary_key=True),
        sa.Column("state", sa.Text, nullable=False),
    )
    op.create_table(
        "alerts",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("subscription_id", sa.String(64), nullable=False),
        sa.Column("article_id", sa.String(64), nullable=False),
        sa.Column("story_id", sa.String(255), nullable=False),
        sa.Column("raised_at", UtcMoment, nullable=False),
        sa.Column("body", sa.Text, nullable=False),
    )
    op.create_index("ix_alerts_article_id", "alerts", ["article_id"])
    op.create_index("ix_alerts_raised_at_id", "alerts", ["raised_at", "id"])
    op.create_index("ix_alerts_subscription_id_raised_at_id", "alerts", ["subscription_id", "raised_at", "id"])


def _outbox() -> None:
    op.create_table(
        "deliveries",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("alert_id", sa.String(64), sa.ForeignKey("alerts.id"), nullable=False),
        sa.Column("edition", sa.Integer, nullable=False),
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
        sa.UniqueConstraint("alert_id", "edition", "channel"),
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
    op.create_table(
        "disabled_endpoints",
        sa.Column("subscription_id", sa.String(64), sa.ForeignKey("subscriptions.id"), primary_key=True),
        sa.Column("channel", sa.String(64), primary_key=True),
        sa.Column("cause", sa.String(32), nullable=False),
        sa.Column("since", UtcMoment, nullable=False),
    )


def downgrade() -> None:
    """Undo."""
    for table in (
        "disabled_endpoints",
        "delivery_attempts",
        "deliveries",
        "alerts",
        "trigger_states",
        "observations",
        "seen_articles",
        "idempotency_keys",
        "counters",
        "subscription_versions",
        "subscriptions",
    ):
        op.drop_table(table)
