"""Going back to what is there: a question that was sent before, an answer that goes on, a question that moves up."""

from collections.abc import Mapping

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from nicewen.services.errors import StoreError
from nicewen.services.store.database import Database
from nicewen.services.store.parts import reached_by_raw_events
from nicewen.services.store.tables import clean, conversations, message_parts, messages

_M = messages.c


def _own(user_id: str) -> sa.ColumnElement[bool]:
    own = sa.select(conversations.c.id).where(conversations.c.user_id == user_id, conversations.c.deleted_at.is_(None))
    return _M.conversation_id.in_(own)


async def asked_in(database: Database, user_id: str, client_id: str) -> str | None:
    """Return the id of the conversation that holds the question of this id of a browser's, or None."""
    query = sa.select(_M.conversation_id).where(_M.client_id == clean(client_id), _own(user_id))
    async with database.reading() as connection:
        found = await connection.scalar(query)
    return None if found is None else str(found)


async def resume(database: Database, owner: str, user_id: str, message_id: str) -> tuple[int, int]:
    """Have an ended answer count as being written by `owner` again; its text stays, and what follows is added.

    The pieces that its text was made of, which are removed only now and then, go first. Its raw events stay:
    returns the number that the next one has, and their bytes.

    Raises:
        StoreError: It could not be saved, or there is no such answer of this user's.
    """
    values = {"state": "writing", "owner": owner, "ended_at": None, "error": None, "finish_reason": ""}
    async with database.writing() as connection:
        await connection.execute(sa.delete(message_parts).where(message_parts.c.message_id == message_id))
        await _change(connection, user_id, message_id, values)
        return await reached_by_raw_events(connection, message_id)


async def move_message(database: Database, user_id: str, message_id: str, parent_id: str | None) -> None:
    """Have a message follow another one than before.

    Raises:
        StoreError: It could not be saved, or there is no such message of this user's.
    """
    async with database.writing() as connection:
        await _change(connection, user_id, message_id, {"parent_id": parent_id})


async def _change(connection: AsyncConnection, user_id: str, message_id: str, values: Mapping[str, str | None]) -> None:
    changed = sa.update(messages).where(_M.id == message_id, _own(user_id)).values(values).returning(_M.id)
    if (await connection.execute(changed)).first() is None:
        raise StoreError("store-not-there")
