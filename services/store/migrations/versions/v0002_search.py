"""The index of words, filled with what is there."""

from collections.abc import Iterator

import sqlalchemy as sa
from alembic import op

from nicewen.services.store.search_index import sqlite_words
from nicewen.services.store.words import words_of

revision = "0002"
down_revision = "0001"

_TITLES = "SELECT user_id, id, NULL, title FROM conversations ORDER BY created_at"
_MESSAGES = """
    SELECT c.user_id, NULL, m.id, m.text FROM messages m JOIN conversations c ON c.id = m.conversation_id
    WHERE m.owner IS NULL ORDER BY m.created_at
"""
_ENTRY = "INSERT INTO search_entries (conversation_id, message_id) VALUES (:conversation, :message) RETURNING id"
_WORDS = {
    "sqlite": "INSERT INTO search_words (rowid, words) VALUES (:id, :words)",
    "postgresql": "UPDATE search_entries SET words = array_to_tsvector(string_to_array(:words, ' ')) WHERE id = :id",
}


def upgrade() -> None:
    """Make the index and fill it."""
    op.create_table(
        "search_entries",
        sa.Column("id", sa.BigInteger().with_variant(sa.Integer, "sqlite"), primary_key=True),
        sa.Column("conversation_id", sa.Text, sa.ForeignKey("conversations.id", ondelete="CASCADE")),
        sa.Column("message_id", sa.Text, sa.ForeignKey("messages.id", ondelete="CASCADE")),
    )
    if op.get_bind().dialect.name == "sqlite":
        op.execute(
            "CREATE VIRTUAL TABLE search_words USING fts5"
            "(words, content='', detail=none, columnsize=0, prefix='1 2 3 4', tokenize='ascii')"
        )
    else:
        op.execute("ALTER TABLE search_entries ADD COLUMN words tsvector NOT NULL DEFAULT ''")
        op.execute("CREATE INDEX ix_search_entries_words ON search_entries USING gin (words)")
    _fill(op.get_bind())
    for name in ("conversation_id", "message_id"):
        where = sa.text(f"{name} IS NOT NULL")
        op.create_index(
            f"ix_search_entries_{name}",
            "search_entries",
            [name],
            unique=True,
            sqlite_where=where,
            postgresql_where=where,
        )


def _fill(connection: sa.Connection) -> None:
    add = sa.text(_WORDS[connection.dialect.name])
    for user_id, conversation, message, text in _texts(connection):
        if words := words_of(text):
            entry = connection.scalar(sa.text(_ENTRY), {"conversation": conversation, "message": message})
            connection.execute(add, {"id": entry, "words": sqlite_words(user_id, words)})


def _texts(connection: sa.Connection) -> Iterator[sa.Row[str, str | None, str | None, str]]:
    for query in (_MESSAGES, _TITLES):
        yield from connection.execute(sa.text(query), execution_options={"yield_per": 1000})
