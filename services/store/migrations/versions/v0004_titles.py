"""Whether a conversation's title is still its first words; those that are there keep the title they have."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    """Add the column."""
    op.add_column("conversations", sa.Column("title_state", sa.Text))
