"""What is read: pages of conversations, the tree of one, and messages by their ids."""

from collections.abc import Iterator, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from nicewen.services.events import Source, Usage
from nicewen.services.store.database import Database
from nicewen.services.store.parts import events_on, joined_parts
from nicewen.services.store.tables import conversations, messages, raw_events
from nicewen.services.store.values import ConversationRow, Cursor, MessageRow, OutlineRow, RawEvent

BATCH = 1000
"""Ids asked for in one statement; databases allow some ten thousand."""

_C = conversations.c
_SHOWN = tuple(_C[name] for name in ConversationRow.__dataclass_fields__)
_PLACE = tuple(messages.c[name] for name in OutlineRow.__dataclass_fields__)
_USAGE = tuple(Usage.__dataclass_fields__)


async def conversation_page(
    database: Database, user_id: str, *, archived: bool, before: Cursor | None, limit: int
) -> list[ConversationRow]:
    """Return conversations, newest first, pinned ones before all others."""
    page: list[ConversationRow] = []
    async with database.reading() as connection:
        if not archived and (before is None or before.is_pinned):
            page = await _listed(connection, user_id, _is_pinned(), before, limit)
            before = None
        if len(page) < limit:
            rest = _C.archived_at.is_not(None) if archived else _C.archived_at.is_(None) & _C.pinned_at.is_(None)
            page += await _listed(connection, user_id, rest, before, limit - len(page))
    return page


async def conversation(database: Database, user_id: str, conversation_id: str) -> ConversationRow | None:
    """Return a conversation, unless it is deleted or somebody else's."""
    query = sa.select(*_SHOWN).where(_C.id == conversation_id, _C.user_id == user_id, _C.deleted_at.is_(None))
    async with database.reading() as connection:
        row = (await connection.execute(query)).first()
    return ConversationRow(*row) if row else None


async def begin_with(database: Database, user_id: str, prefix: str) -> list[tuple[str, bool]]:
    """Return ids of conversations that begin so, the last first, and whether each is deleted."""
    inside = (_C.id >= prefix) & (_C.id < prefix + "g")  # digits end with "f"; a range can use the index
    query = sa.select(_C.id, _C.deleted_at.is_not(None)).where(_C.user_id == user_id, inside)
    async with database.reading() as connection:
        rows = await connection.execute(query.order_by(_C.id.desc()))
        return [(row[0], bool(row[1])) for row in rows]


async def outline(database: Database, conversation_id: str) -> list[OutlineRow]:
    """Return the tree of a conversation without its texts, oldest first."""
    m = messages.c
    query = sa.select(*_PLACE).where(m.conversation_id == conversation_id, m.deleted_at.is_(None))
    async with database.reading() as connection:
        rows = await connection.execute(query.order_by(m.created_at, m.id))
        return [OutlineRow(*row) for row in rows]


async def messages_of(database: Database, ids: Sequence[str]) -> list[MessageRow]:
    """Return messages in the order of their ids; those that are not there, or deleted, are left out."""
    async with database.reading() as connection:
        found = await messages_on(connection, ids)
    return [found[one] for one in dict.fromkeys(ids) if one in found]


async def messages_on(connection: AsyncConnection, ids: Sequence[str]) -> dict[str, MessageRow]:
    """Return messages by their ids, as a transaction sees them."""
    found: dict[str, MessageRow] = {}
    for some in _batches(ids):
        query = sa.select(messages).where(messages.c.id.in_(some), messages.c.deleted_at.is_(None))
        rows = (await connection.execute(query)).mappings().all()
        running = [str(row["id"]) for row in rows if row["owner"] is not None]
        parts = await joined_parts(connection, running) if running else {}
        found |= {row["id"]: _message_of(row, parts.get(row["id"])) for row in rows}
    return found


async def raw_events_of(database: Database, user_id: str, message_id: str) -> list[RawEvent]:
    """Return the events that a recent answer of this user's was made of, in order; none where it is deleted."""
    m = messages.c
    own = sa.select(m.id).join(conversations, _C.id == m.conversation_id).where(m.id == message_id)
    own = own.where(_C.user_id == user_id, _C.deleted_at.is_(None), m.deleted_at.is_(None))
    async with database.reading() as connection:
        return await events_on(connection, raw_events.c.message_id.in_(own))


async def with_raw_events(database: Database, conversation_id: str) -> set[str]:
    """Return the ids of a conversation's messages that have raw events."""
    has_some = sa.exists().where(raw_events.c.message_id == messages.c.id)
    query = sa.select(messages.c.id).where(messages.c.conversation_id == conversation_id, has_some)
    async with database.reading() as connection:
        return set((await connection.scalars(query)).all())


def _is_pinned() -> sa.ColumnElement[bool]:
    return _C.archived_at.is_(None) & _C.pinned_at.is_not(None)


async def _listed(
    connection: AsyncConnection, user_id: str, which: sa.ColumnElement[bool], before: Cursor | None, limit: int
) -> list[ConversationRow]:
    query = sa.select(*_SHOWN).where(_C.user_id == user_id, _C.deleted_at.is_(None), which)
    if before is not None:
        query = query.where(sa.tuple_(_C.updated_at, _C.id) < sa.tuple_(before.updated_at, before.id))
    rows = await connection.execute(query.order_by(_C.updated_at.desc(), _C.id.desc()).limit(limit))
    return [ConversationRow(*row) for row in rows]


def _batches(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    return (ids[start : start + BATCH] for start in range(0, len(ids), BATCH))


def _message_of(row: sa.RowMapping, parts: tuple[str, str] | None) -> MessageRow:
    same = {name: row[name] for name in MessageRow.__dataclass_fields__ if name not in {"usage", "sources"}}
    same["attachments"] = tuple(same["attachments"])
    if parts is not None:
        same["text"], same["thinking"] = parts
    return MessageRow(
        **same,
        usage=Usage(**{name: row[name] for name in _USAGE}),
        sources=tuple(Source(**source) for source in row["sources"]),
    )
