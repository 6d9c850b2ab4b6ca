"""Passwords, sessions that can be ended, and what signs them."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    """Add the columns and the table."""
    op.add_column("users", sa.Column("password_hash", sa.Text))
    op.add_column("users", sa.Column("session_generation", sa.Integer, nullable=False, server_default="0"))
    op.create_table(
        "secrets",
        sa.Column("name", sa.Text, primary_key=True),
        sa.Column("value", sa.Text, nullable=False),
    )
