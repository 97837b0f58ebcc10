"""The alerts of a story are looked up by its id, for what goes on with them."""

from alembic import op

revision = "0009_followups"
down_revision = "0008_filed_keys"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.create_index("ix_alerts_story_id", "alerts", ["story_id"])


def downgrade() -> None:
    """Undo."""
    op.drop_index("ix_alerts_story_id", "alerts")
