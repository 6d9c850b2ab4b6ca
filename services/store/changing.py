"""What people do to their conversations. What is another user's behaves as if it were not there."""

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from nicewen.services.store.database import Database
from nicewen.services.store.removing import below
from nicewen.services.store.search_index import drop_title, index_title
from nicewen.services.store.tables import STAGED, clean, conversations, messages
from nicewen.services.store.words import words_of

_C = conversations.c
_M = messages.c


async def change(database: Database, user_id: str, conversation_id: str, **values: float | str | None) -> bool:
    """Set columns of a conversation that is not deleted; False if there is none."""
    async with database.writing() as connection:
        return await _changed(connection, user_id, conversation_id, _C.deleted_at.is_(None), values)


async def claim_title(database: Database, user_id: str, conversation_id: str) -> bool:
    """Note that a model is asked for the title of a conversation; True only the first time, and before it is renamed.

    Whoever comes second, in another process too, is told False.
    """
    where = _C.deleted_at.is_(None) & (_C.title_state == "words")
    async with database.writing() as connection:
        return await _changed(connection, user_id, conversation_id, where, {"title_state": "asked"})


async def rename(
    database: Database, user_id: str, conversation_id: str, title: str, *, if_claimed: bool = False
) -> bool:
    """Give a conversation another title, which can be searched for at once.

    `if_claimed` gives a model's title, and nothing where a person gave one meanwhile.
    """
    title = clean(title)
    where = _C.deleted_at.is_(None) & ((_C.title_state == "asked") if if_claimed else sa.true())
    async with database.writing() as connection:
        if not await _changed(connection, user_id, conversation_id, where, {"title_state": None}):
            return False
        await drop_title(connection, conversation_id)
        await _changed(connection, user_id, conversation_id, sa.true(), {"title": title})
        await index_title(connection, user_id, conversation_id, words_of(title))
        return True


async def set_leaf(database: Database, user_id: str, conversation_id: str, leaf_id: str | None) -> bool:
    """Choose the branch that ends with this message of the conversation."""
    is_inside = sa.exists().where(_M.id == leaf_id, _M.conversation_id == conversation_id)
    where = _C.deleted_at.is_(None) & (sa.true() if leaf_id is None else is_inside)
    async with database.writing() as connection:
        return await _changed(connection, user_id, conversation_id, where, {"leaf_id": leaf_id})


async def change_message(database: Database, user_id: str, message_id: str, **values: float) -> bool:
    """Set columns of a message, one that is hidden too; False if the user has none of this id."""
    async with database.writing() as connection:
        if await _place(connection, user_id, message_id) is None:
            return False
        await connection.execute(sa.update(messages).where(_M.id == message_id).values(**values))
        return True


async def undelete(database: Database, user_id: str, conversation_id: str) -> bool:
    """Show a deleted conversation again."""
    async with database.writing() as connection:
        return await _changed(connection, user_id, conversation_id, _C.deleted_at < STAGED, {"deleted_at": None})


async def delete_message(database: Database, user_id: str, message_id: str, now: float) -> bool:
    """Hide a message and all that follows it. The conversation's leaf, if it was among them, becomes the one before."""
    async with database.writing() as connection:
        place = await _place(connection, user_id, message_id)
        if place is None:
            return False
        hidden = sa.update(messages).where(_M.id.in_(below(message_id)), _M.deleted_at.is_(None)).values(deleted_at=now)
        ids = (await connection.scalars(hidden.returning(_M.id))).all()
        conversation_id, parent_id, leaf_id = place
        if leaf_id in ids:
            await _changed(connection, user_id, conversation_id, sa.true(), {"leaf_id": parent_id})
        return bool(ids)


async def undelete_message(database: Database, user_id: str, message_id: str, leaf_id: str | None = None) -> bool:
    """Show again what was hidden together with this message, and go back to this leaf if one is named."""
    async with database.writing() as connection:
        place = await _place(connection, user_id, message_id)
        if place is None:
            return False
        together = sa.select(_M.deleted_at).where(_M.id == message_id).scalar_subquery()
        shown = sa.update(messages).where(_M.id.in_(below(message_id)), _M.deleted_at == together)
        ids = (await connection.scalars(shown.values(deleted_at=None).returning(_M.id))).all()
        if leaf_id in ids:
            await _changed(connection, user_id, place[0], sa.true(), {"leaf_id": leaf_id})
        return bool(ids)


async def _changed(
    connection: AsyncConnection,
    user_id: str,
    conversation_id: str,
    where: sa.ColumnElement[bool],
    values: dict[str, float | str | None],
) -> bool:
    changed = sa.update(conversations).where(_C.id == conversation_id, _C.user_id == user_id, where)
    result = await connection.execute(changed.values(values or {"id": conversation_id}).returning(_C.id))
    return result.first() is not None


async def _place(
    connection: AsyncConnection, user_id: str, message_id: str
) -> tuple[str, str | None, str | None] | None:
    query = (
        sa.select(_C.id, _M.parent_id, _C.leaf_id)
        .join(messages, _M.conversation_id == _C.id)
        .where(_M.id == message_id, _C.user_id == user_id, _C.deleted_at.is_(None))
    )
    row = (await connection.execute(query)).first()
    return (row[0], row[1], row[2]) if row else None
