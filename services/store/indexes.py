"""The tables' indexes, for those who make or compare a database's schema; a mere start does without.

Importing this adds them to `metadata`. They name PostgreSQL's conditions, for which SQLAlchemy loads its whole dialect.
"""

import sqlalchemy as sa

from nicewen.services.store.tables import conversations, messages, metadata, search_entries

__all__ = ["metadata"]

_c = conversations.c
_PARTS_OF_THE_SIDEBAR = {
    "listed": sa.and_(_c.deleted_at.is_(None), _c.archived_at.is_(None), _c.pinned_at.is_(None)),
    "pinned": sa.and_(_c.deleted_at.is_(None), _c.archived_at.is_(None), _c.pinned_at.is_not(None)),
    "archived": sa.and_(_c.deleted_at.is_(None), _c.archived_at.is_not(None)),
}
for _name, _where in _PARTS_OF_THE_SIDEBAR.items():
    sa.Index(
        f"ix_conversations_{_name}", _c.user_id, _c.updated_at, _c.id, sqlite_where=_where, postgresql_where=_where
    )
sa.Index(
    "ix_conversations_deleted_at",
    _c.deleted_at,
    sqlite_where=_c.deleted_at.is_not(None),
    postgresql_where=_c.deleted_at.is_not(None),
)
sa.Index("ix_conversations_user_id", _c.user_id)

_is_running = messages.c.owner.is_not(None)
sa.Index("ix_messages_owner", messages.c.owner, sqlite_where=_is_running, postgresql_where=_is_running)
_is_deleted = messages.c.deleted_at.is_not(None)
sa.Index("ix_messages_deleted_at", messages.c.deleted_at, sqlite_where=_is_deleted, postgresql_where=_is_deleted)

for _column in (search_entries.c.conversation_id, search_entries.c.message_id):
    sa.Index(
        f"ix_search_entries_{_column.name}",
        _column,
        unique=True,
        sqlite_where=_column.is_not(None),
        postgresql_where=_column.is_not(None),
    )
