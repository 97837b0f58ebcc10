"""Ingest: the revisions of articles, and what is known of each feed."""

import sqlalchemy as sa
from alembic import op

from services.runtime.adapters.sql_types import Json, UtcMoment

revision = "0001_ingest"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_table(
        "article_revisions",
        sa.Column("article_id", sa.String(64), primary_key=True),
        sa.Column("revision", sa.Integer, nullable=False),
        sa.Column("content_hash", sa.String(64), nullable=False),
        sa.Column("fetched_at", UtcMoment, nullable=False),
        sa.Column("revised_at", UtcMoment, nullable=True),
        sa.Column("published", sa.Boolean, nullable=False),
    )
    op.create_table(
        "feeds",
        sa.Column("url", sa.String(2048), primary_key=True),
        sa.Column("etag", sa.Text, nullable=False),
        sa.Column("last_modified", sa.Text, nullable=False),
        sa.Column("seen", Json, nullable=False),
        sa.Column("fetched_at", UtcMoment, nullable=False),
    )


def downgrade() -> None:
    """Undo."""
    op.drop_table("feeds")
    op.drop_table("article_revisions")
