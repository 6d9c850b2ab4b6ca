"""The tables. Times are Unix seconds in UTC; ids are UUIDv7 in hexadecimal. Migrations bring a database to this.

Indexes are in indexes.py: whoever makes or compares a schema takes `metadata` from there.
"""

import json
import re
from typing import Any

import sqlalchemy as sa

_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")  # PostgreSQL has no NUL, UTF-8 no lone surrogates


def clean(text: str) -> str:
    """Return a text that every database can hold: what none can becomes U+FFFD."""
    try:
        text.encode()  # a tenth of the time of the search
    except UnicodeEncodeError:
        return _UNSTORABLE.sub("\ufffd", text)
    return text.replace("\x00", "\ufffd")


def json_text(value: Any) -> str:
    """Return JSON without escapes for Chinese, which double its size; what JSON does not know becomes a string."""
    return clean(json.dumps(value, ensure_ascii=False, default=str))


STAGED = 2.0**60
"""As `deleted_at`: being imported. Hidden as what is deleted, and never so old that it is removed for it."""

metadata = sa.MetaData(
    naming_convention={
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "pk": "pk_%(table_name)s",
    }
)

users = sa.Table(
    "users",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("name", sa.Text, nullable=False, unique=True),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("password_hash", sa.Text),  # of those who log in with one
    sa.Column("session_generation", sa.Integer, nullable=False, server_default="0"),  # raised when all are to end
)

secrets = sa.Table(
    "secrets",  # what processes that share a database have to share besides
    metadata,
    sa.Column("name", sa.Text, primary_key=True),
    sa.Column("value", sa.Text, nullable=False),
)

conversations = sa.Table(
    "conversations",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("user_id", sa.ForeignKey("users.id", ondelete="CASCADE"), nullable=False),
    sa.Column("title", sa.Text, nullable=False),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("updated_at", sa.Double, nullable=False),
    sa.Column("pinned_at", sa.Double),
    sa.Column("archived_at", sa.Double),
    sa.Column("deleted_at", sa.Double),
    sa.Column("leaf_id", sa.Text),  # no foreign key: the two tables would need each other
    sa.Column("seen_at", sa.Double),
    sa.Column("title_state", sa.Text),  # "words": the question's first; "asked": and a model was asked; else NULL
)

messages = sa.Table(
    "messages",
    metadata,
    sa.Column("id", sa.Text, primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id", ondelete="CASCADE"), nullable=False, index=True),
    sa.Column("parent_id", sa.ForeignKey("messages.id", ondelete="CASCADE"), index=True),
    sa.Column("role", sa.Text, nullable=False),
    sa.Column("state", sa.Text, nullable=False),
    sa.Column("owner", sa.Text),  # the process that is writing it; NULL once it has ended
    sa.Column("client_id", sa.Text, unique=True),
    sa.Column("created_at", sa.Double, nullable=False),
    sa.Column("deleted_at", sa.Double),
    sa.Column("asked_at", sa.Double),
    sa.Column("first_thinking_at", sa.Double),
    sa.Column("first_text_at", sa.Double),
    sa.Column("ended_at", sa.Double),
    sa.Column("finish_reason", sa.Text, nullable=False, default=""),
    sa.Column("model", sa.Text, nullable=False, default=""),
    sa.Column("provider", sa.Text, nullable=False, default=""),
    sa.Column("request_id", sa.Text, nullable=False, default=""),
    *(
        sa.Column(name, sa.Integer, nullable=False, default=0)
        for name in ("input_tokens", "output_tokens", "reasoning_tokens", "cached_tokens", "searches")
    ),
    sa.Column("sources", sa.JSON, nullable=False, default=list),
    sa.Column("attachments", sa.JSON, nullable=False, default=list),
    sa.Column("error", sa.JSON(none_as_null=True)),
    sa.Column("shown_at", sa.Double),  # when it was last chosen among those that stand beside it
    sa.Column("turns_sent", sa.Integer),  # of so many earlier turns, where that was not all of them
    sa.Column("turns_before", sa.Integer),
    sa.Column("text", sa.Text, nullable=False, default=""),  # the long ones last: SQLite reads a row from its beginning
    sa.Column("thinking", sa.Text, nullable=False, default=""),
)

message_parts = sa.Table(
    "message_parts",  # in the order of saving, so that what fifty answers get at once lies on one page, not on fifty
    metadata,
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("message_id", sa.Text, primary_key=True),  # no foreign key: it would search here for each message removed
    sa.Column("kind", sa.Text, nullable=False),
    sa.Column("text", sa.Text, nullable=False),
    sqlite_with_rowid=False,
)

raw_events = sa.Table(
    "raw_events",
    metadata,
    sa.Column("message_id", sa.ForeignKey("messages.id", ondelete="CASCADE"), primary_key=True),
    sa.Column("seq", sa.Integer, primary_key=True, autoincrement=False),
    sa.Column("at", sa.Double, nullable=False, index=True),  # of the first
    sa.Column("events", sa.Text, nullable=False),  # all that came between two saves, see parts.py
    sqlite_with_rowid=False,
)

search_entries = sa.Table(
    "search_entries",  # the words themselves are in what each database has for it, see search_index.py
    metadata,
    sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
    sa.Column("conversation_id", sa.ForeignKey("conversations.id", ondelete="CASCADE")),  # of a title
    sa.Column("message_id", sa.ForeignKey("messages.id", ondelete="CASCADE")),  # or of a message
)
