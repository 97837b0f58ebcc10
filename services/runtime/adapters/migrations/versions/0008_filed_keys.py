"""A rule's required keys stand beside it, so that a hundred thousand rules load in seconds; made at the next start."""

import sqlalchemy as sa
from alembic import op

revision = "0008_filed_keys"
down_revision = "0007_channels"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply."""
    op.add_column("subscriptions", sa.Column("filed", sa.LargeBinary, nullable=True))


def downgrade() -> None:
    """Undo."""
    op.drop_column("subscriptions", "filed")
