"""Access: teams own what there is, API keys, and the log of who changed what."""

import sqlalchemy as sa
from alembic import op

from services.runtime.adapters.sql_types import Json, UtcMoment

revision = "0004_access"
down_revision = "0003_messages"
branch_labels = None
depends_on = None

_OWNED = {"subscriptions": "created_at", "alerts": "raised_at"}


def upgrade() -> None:
    """Apply."""
    for table, moment in _OWNED.items():
        op.add_column(table, sa.Column("team", sa.String(64), nullable=False, server_default="default"))
        op.drop_index(f"ix_{table}_{moment}_id", table)
        op.create_index(f"ix_{table}_team_{moment}_id", table, ["team", moment, "id"])
    _request_keys_of_teams()
    op.create_table(
        "api_keys",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("name", sa.String(200), nullable=False),
        sa.Column("prefix", sa.String(16), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False, unique=True),
        sa.Column("scopes", Json, nullable=False),
        sa.Column("created_at", UtcMoment, nullable=False),
        sa.Column("expires_at", UtcMoment, nullable=True),
        sa.Column("last_used_at", UtcMoment, nullable=True),
        sa.Column("revoked_at", UtcMoment, nullable=True),
    )
    op.create_index("ix_api_keys_team_created_at_id", "api_keys", ["team", "created_at", "id"])
    op.create_table(
        "audit_log",
        sa.Column("id", sa.String(64), primary_key=True),
        sa.Column("at", UtcMoment, nullable=False),
        sa.Column("team", sa.String(64), nullable=False),
        sa.Column("key_id", sa.String(64), nullable=False),
        sa.Column("action", sa.String(64), nullable=False),
        sa.Column("target", sa.String(300), nullable=False),
        sa.Column("detail", Json, nullable=False),
        sa.Column("address", sa.String(64), nullable=False),
    )
    op.create_index("ix_audit_log_team_at_id", "audit_log", ["team", "at", "id"])
    op.create_index("ix_audit_log_at", "audit_log", ["at"])


def _request_keys_of_teams() -> None:
    """A new table, because SQLite changes no primary key."""
    op.create_table(
        "idempotency_keys_of_teams",
        sa.Column("team", sa.String(64)),
        sa.Column("key", sa.String(255)),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("subscription_id", sa.String(64), sa.ForeignKey("subscriptions.id"), nullable=False),
        sa.Column("created_at", UtcMoment, nullable=False),
        sa.PrimaryKeyConstraint("team", "key"),
    )
    op.execute(
        "INSERT INTO idempotency_keys_of_teams (team, key, request_hash, subscription_id, created_at)"
        " SELECT 'default', key, request_hash, subscription_id, created_at FROM idempotency_keys"
    )
    op.drop_table("idempotency_keys")
    op.rename_table("idempotency_keys_of_teams", "idempotency_keys")


def downgrade() -> None:
    """Undo; of two teams' equal request keys one stays."""
    op.drop_table("audit_log")
    op.drop_table("api_keys")
    op.rename_table("idempotency_keys", "idempotency_keys_of_teams")
    op.create_table(
        "idempotency_keys",
        sa.Column("key", sa.String(255), primary_key=True),
        sa.Column("request_hash", sa.String(64), nullable=False),
        sa.Column("subscription_id", sa.String(64), sa.ForeignKey("subscriptions.id"), nullable=False),
        sa.Column("created_at", UtcMoment, nullable=False),
    )
    op.execute(
        "INSERT INTO idempotency_keys (key, request_hash, subscription_id, created_at)"
        " SELECT key, request_hash, subscription_id, created_at FROM idempotency_keys_of_teams WHERE true"
        " ON CONFLICT DO NOTHING"
    )
    op.drop_table("idempotency_keys_of_teams")
    for table, moment in _OWNED.items():
        op.drop_index(f"ix_{table}_team_{moment}_id", table)
        op.create_index(f"ix_{table}_{moment}_id", table, [moment, "id"])
        op.drop_column(table, "team")
