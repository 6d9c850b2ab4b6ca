"""Removing for ever what is due: raw events of long ago, and what people deleted. Each transaction is a small one."""

from collections.abc import AsyncGenerator, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from nicewen.services.store.database import Database
from nicewen.services.store.search_index import drop_message, drop_title
from nicewen.services.store.tables import conversations, messages, raw_events

DAY = 86_400
RAW_DAYS = 7
"""Days that raw events are kept."""

DELETED_DAYS = 7
"""Days that what was deleted is kept, out of sight."""

ROWS_AT_ONCE = 100
"""Rows of raw events removed in one transaction; each holds some kilobytes."""

MESSAGES_AT_ONCE = 10
"""Messages whose words are taken out of the index in one transaction."""

_E, _M = raw_events.c, messages.c


async def removals(database: Database, now: float) -> AsyncGenerator[int]:
    """Remove all that is due at a time; yield after each transaction, so that others get their turn.

    What is yielded is the number of conversations and messages whose removal is complete with it: 0 or 1.
    """
    async for _ in _raw_events(database, _E.at < now - RAW_DAYS * DAY):
        yield 0
    async for count in purges(database, now - DELETED_DAYS * DAY):
        yield count


async def purges(database: Database, deleted_before: float) -> AsyncGenerator[int]:
    """Remove conversations and messages that were deleted before a time, of all users; yields as `removals` does."""
    for table in (conversations, messages):
        due = sa.select(table.c.id).where(table.c.deleted_at < deleted_before).limit(1)
        while row_id := await _scalar(database, due):
            inside = _M.conversation_id == row_id if table is conversations else _M.id.in_(below(row_id))
            async for _ in _emptied(database, inside):
                yield 0
            async with database.writing() as connection:
                if table is conversations:
                    await drop_title(connection, row_id)
                await connection.execute(sa.delete(table).where(table.c.id == row_id))
            yield 1


def below(message_id: str) -> sa.Select[str]:
    """Select a message and all that follows it."""
    tree = sa.select(_M.id).where(_M.id == message_id).cte("tree", recursive=True)
    tree = tree.union_all(sa.select(_M.id).join(tree, _M.parent_id == tree.c.id))
    return sa.select(tree.c.id)


def last_first(connection: AsyncConnection) -> sa.ColumnElement[object]:
    """Order messages so that none comes before those that follow it: what is removed then takes no others along.

    SQLite gives up where one removal leads to a thousand others, each by the one before.
    """
    column = _M.id if connection.dialect.name == "postgresql" else sa.literal_column("messages.rowid")
    return column.desc()


async def _emptied(database: Database, which: sa.ColumnElement[bool]) -> AsyncGenerator[None]:
    """Remove messages, the last ones first, with what would make that long: raw events, and words in the index."""
    async with database.reading() as connection:
        query = sa.select(_M.id).where(which).order_by(last_first(connection))
        ids: Sequence[str] = (await connection.scalars(query)).all()
    for start in range(0, len(ids), MESSAGES_AT_ONCE):
        some = ids[start : start + MESSAGES_AT_ONCE]
        async for _ in _raw_events(database, _E.message_id.in_(some)):
            yield
        async with database.writing() as connection:
            for message_id in some:
                await drop_message(connection, message_id)
            await connection.execute(sa.delete(messages).where(_M.id.in_(some)))
        yield


async def _raw_events(database: Database, which: sa.ColumnElement[bool]) -> AsyncGenerator[None]:
    key = sa.tuple_(_E.message_id, _E.seq)
    some = sa.delete(raw_events).where(key.in_(sa.select(_E.message_id, _E.seq).where(which).limit(ROWS_AT_ONCE)))
    has_more = sa.select(_E.message_id).where(which).limit(1)
    while await _scalar(database, has_more):
        async with database.writing() as connection:
            await connection.execute(some)
        yield


async def _scalar(database: Database, query: sa.Select[str]) -> str | None:
    async with database.reading() as connection:
        found = await connection.scalar(query)
    return None if found is None else str(found)
