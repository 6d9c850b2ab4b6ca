"""Saving a question together with the blank answer that is about to be written."""

import asyncio

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from nicewen.services.errors import StoreError
from nicewen.services.store.database import Database
from nicewen.services.store.search_index import index_message, index_title
from nicewen.services.store.tables import clean, conversations, messages
from nicewen.services.store.upserts import insert_or_nothing
from nicewen.services.store.values import MessageRow, Question, SavedQuestion
from nicewen.services.store.words import words_of

_C = conversations.c


class _SavedMeanwhile(Exception):
    """Another call has saved the same question."""


async def save_question(database: Database, owner: str, question: Question) -> SavedQuestion:
    """Save the question, its blank answer and, where it begins one, its conversation: all or nothing.

    Raises:
        StoreError: It could not be saved, or the conversation or the parent is not this user's.
    """
    words = await asyncio.to_thread(words_of, question.text)
    try:
        async with database.writing() as connection:
            if there := await _saved_before(connection, question):
                return there
            if question.title is not None:
                await _begin_conversation(connection, question)
            await _require_own(connection, question.user_id, question.conversation_id, question.parent_id)
            await _insert_question(connection, question, words)
            await _insert_answer(connection, owner, _blank_of(question))
    except _SavedMeanwhile:
        async with database.writing() as connection:
            there = await _saved_before(connection, question)
            if there is None:
                raise StoreError("store-not-there") from None
            return there
    return SavedQuestion(question.conversation_id, question.id, question.answer_id)


async def save_blank_answer(database: Database, owner: str, user_id: str, blank: MessageRow) -> None:
    """Save one more answer to a question that is there (`parent_id`); it becomes the conversation's leaf.

    Raises:
        StoreError: It could not be saved, or the question is not this user's.
    """
    async with database.writing() as connection:
        await _require_own(connection, user_id, blank.conversation_id, blank.parent_id)
        await _insert_answer(connection, owner, blank)


async def _saved_before(connection: AsyncConnection, question: Question) -> SavedQuestion | None:
    m, answer = messages, messages.alias()
    query = (
        sa.select(m.c.conversation_id, m.c.id, answer.c.id, conversations.c.user_id)
        .join(answer, answer.c.parent_id == m.c.id)
        .join(conversations, conversations.c.id == m.c.conversation_id)
        .where(m.c.client_id == clean(question.client_id))
        .order_by(answer.c.created_at, answer.c.id)
        .limit(1)
    )
    row = (await connection.execute(query)).first()
    if row is None:
        return None
    if row[3] != question.user_id:
        raise StoreError("store-not-there")
    return SavedQuestion(row[0], row[1], row[2], was_there=True)


async def _begin_conversation(connection: AsyncConnection, question: Question) -> None:
    title = clean(question.title or "")
    row = {
        "id": question.conversation_id,
        "user_id": question.user_id,
        "title": title,
        "title_state": "words",
        "created_at": question.asked_at,
        "updated_at": question.asked_at,
    }
    is_new = await connection.execute(insert_or_nothing(connection, conversations, "id").values(row).returning(_C.id))
    if is_new.first():
        await index_title(connection, question.user_id, question.conversation_id, words_of(title))


async def _require_own(connection: AsyncConnection, user_id: str, conversation_id: str, parent_id: str | None) -> None:
    """Refuse a conversation of somebody else, and a parent that stands in another conversation."""
    query = sa.select(_C.id).where(_C.id == conversation_id, _C.user_id == user_id, _C.deleted_at.is_(None))
    if parent_id is not None:
        query = query.join(messages, (messages.c.conversation_id == _C.id) & (messages.c.id == parent_id))
    if (await connection.execute(query)).first() is None:
        raise StoreError("store-not-there")


async def _insert_question(connection: AsyncConnection, question: Question, words: tuple[str, ...]) -> None:
    row = {
        "id": question.id,
        "conversation_id": question.conversation_id,
        "parent_id": question.parent_id,
        "role": "user",
        "state": "done",
        "text": clean(question.text),
        "attachments": [dict(one) for one in question.attachments],
        "client_id": clean(question.client_id),
        "created_at": question.asked_at,
    }
    inserted = insert_or_nothing(connection, messages, "client_id").values(row).returning(messages.c.id)
    if (await connection.execute(inserted)).first() is None:
        raise _SavedMeanwhile
    await index_message(connection, question.user_id, question.id, words)


async def _insert_answer(connection: AsyncConnection, owner: str, blank: MessageRow) -> None:
    row = {
        "id": blank.id,
        "conversation_id": blank.conversation_id,
        "parent_id": blank.parent_id,
        "role": "assistant",
        "state": "waiting",
        "owner": owner,
        "provider": blank.provider,
        "model": blank.model,
        "asked_at": blank.asked_at,
        "created_at": blank.created_at,
    }
    await connection.execute(insert_or_nothing(connection, messages, "id").values(row))
    changes = {"leaf_id": blank.id, "updated_at": blank.created_at}
    await connection.execute(sa.update(conversations).where(_C.id == blank.conversation_id).values(changes))


def _blank_of(question: Question) -> MessageRow:
    return MessageRow(
        question.answer_id,
        question.conversation_id,
        question.id,
        provider=question.provider,
        model=question.model,
        asked_at=question.asked_at,
        created_at=question.asked_at,
    )
