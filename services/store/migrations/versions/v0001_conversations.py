"""Users, conversations, messages, what is being written, and raw events."""

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Make the first tables."""
    op.create_table(
        "users",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("name", sa.Text, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.UniqueConstraint("name", name="uq_users_name"),
    )
    _conversations()
    _messages()
    kind, text = sa.Column("kind", sa.Text, nullable=False), sa.Column("text", sa.Text, nullable=False)
    message = sa.Column("message_id", sa.Text, primary_key=True)
    op.create_table("message_parts", _seq(), message, kind, text, sqlite_with_rowid=False)
    at, event = sa.Column("at", sa.Double, nullable=False), sa.Column("event", sa.Text, nullable=False)
    op.create_table("raw_events", _message(), _seq(), at, event, sqlite_with_rowid=False)
    op.create_index("ix_raw_events_at", "raw_events", ["at"])


def _conversations() -> None:
    op.create_table(
        "conversations",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("user_id", sa.Text, sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
        sa.Column("title", sa.Text, nullable=False),
        sa.Column("created_at", sa.Double, nullable=False),
        sa.Column("updated_at", sa.Double, nullable=False),
        sa.Column("pinned_at", sa.Double),
        sa.Column("archived_at", sa.Double),
        sa.Column("deleted_at", sa.Double),
        sa.Column("leaf_id", sa.Text),
        sa.Column("seen_at", sa.Double),
    )
    op.create_index("ix_conversations_user_id", "conversations", ["user_id"])
    page = ["user_id", "updated_at", "id"]
    _partial("conversations", "listed", page, "deleted_at IS NULL AND archived_at IS NULL AND pinned_at IS NULL")
    _partial("conversations", "pinned", page, "deleted_at IS NULL AND archived_at IS NULL AND pinned_at IS NOT NULL")
    _partial("conversations", "archived", page, "deleted_at IS NULL AND archived_at IS NOT NULL")
    _partial("conversations", "deleted_at", ["deleted_at"], "deleted_at IS NOT NULL")


def _messages() -> None:
    counts = ("input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens", "searches")
    op.create_table(
        "messages",
        sa.Column("id", sa.Text, primary_key=True),
        sa.Column("conversation_id", sa.Text, sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False),
        sa.Column("parent_id", sa.Text, sa.ForeignKey("messages.id", ondelete="CASCADE")),
        sa.Column("role", sa.Text, nullable=False),
        sa.Column("state", sa.Text, nullable=False),
        sa.Column("owner", sa.Text),
        sa.Column("client_id", sa.Text),
        sa.Column("created_at", sa.Double, nullable=False),
        *(
            sa.Column(name, sa.Double)
            for name in ("deleted_at", "asked_at", "first_thinking_at", "first_text_at", "ended_at")
        ),
        *(sa.Column(name, sa.Text, nullable=False) for name in ("finish_reason", "model", "provider", "request_id")),
        *(sa.Column(name, sa.Integer, nullable=False) for name in counts),
        sa.Column("sources", sa.JSON, nullable=False),
        sa.Column("attachments", sa.JSON, nullable=False),
        sa.Column("error", sa.JSON),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("thinking", sa.Text, nullable=False),
        sa.UniqueConstraint("client_id", name="uq_messages_client_id"),
    )
    op.create_index("ix_messages_conversation_id", "messages", ["conversation_id"])
    op.create_index("ix_messages_parent_id", "messages", ["parent_id"])
    _partial("messages", "owner", ["owner"], "owner IS NOT NULL")
    _partial("messages", "deleted_at", ["deleted_at"], "deleted_at IS NOT NULL")


def _message() -> sa.Column[str]:
    return sa.Column("message_id", sa.Text, sa.ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True)


def _seq() -> sa.Column[int]:
    return sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False)


def _partial(table: str, name: str, columns: list[str], where: str) -> None:
    op.create_index(f"ix_{table}_{name}", table, columns, sqlite_where=sa.text(where), postgresql_where=sa.text(where))
