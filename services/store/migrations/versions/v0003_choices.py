"""Which of several messages is shown, how much the model was sent, and raw events that are saved together."""

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    """Add what is not known of earlier messages; of them the latest is shown."""
    op.add_column("messages", sa.Column("shown_at", sa.Double))
    op.add_column("messages", sa.Column("turns_sent", sa.Integer))
    op.add_column("messages", sa.Column("turns_before", sa.Integer))
    op.execute("ALTER TABLE raw_events RENAME COLUMN event TO events")
