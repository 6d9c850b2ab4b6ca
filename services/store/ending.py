"""The end of an answer: its text in one piece, its facts, and its words in the search index."""

from dataclasses import asdict, dataclass, replace
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from nicewen.services.store.search_index import drop_message, index_message
from nicewen.services.store.tables import clean, conversations, messages
from nicewen.services.store.values import MessageRow
from nicewen.services.store.words import words_of

_OWN = ("state", "finish_reason", "model", "provider", "request_id")
_TIMES = ("asked_at", "first_thinking_at", "first_text_at", "ended_at")


@dataclass(frozen=True, slots=True)
class Ending:
    """An ended answer, ready to be saved."""

    message: MessageRow
    columns: dict[str, Any]
    words: tuple[str, ...]


def ending_of(message: MessageRow) -> Ending:
    """Prepare an answer that has ended; takes a while for a long one."""
    columns = {name: getattr(message, name) for name in (*_OWN, *_TIMES)} | asdict(message.usage)
    columns |= {
        "owner": None,
        "text": clean(message.text),
        "thinking": clean(message.thinking),
        "sources": [asdict(source) for source in message.sources],
        "error": None if message.error is None else dict(message.error),
    }
    return Ending(message, columns, words_of(columns["text"]))


async def save_ending(connection: AsyncConnection, ending: Ending) -> None:
    """Write the final text and facts over what was saved while the answer ran; nothing, if it was purged meanwhile."""
    message = ending.message
    user_id = await connection.scalar(_owner_of(message.id))
    if user_id is None:
        return
    await drop_message(connection, message.id)
    await connection.execute(sa.update(messages).where(messages.c.id == message.id).values(ending.columns))
    await index_message(connection, user_id, message.id, ending.words)
    touched = sa.select(messages.c.conversation_id).where(messages.c.id == message.id).scalar_subquery()
    await connection.execute(
        sa.update(conversations)
        .where(conversations.c.id == touched)
        .values(updated_at=message.ended_at or conversations.c.updated_at)
    )


def _owner_of(message_id: str) -> sa.Select[str]:
    query = sa.select(conversations.c.user_id).join(messages, messages.c.conversation_id == conversations.c.id)
    return query.where(messages.c.id == message_id)


async def interrupt(connection: AsyncConnection, message_id: str, text: str, thinking: str, now: float) -> None:
    """End an answer whose process is gone, with what was saved of it."""
    ending = ending_of(MessageRow(message_id, text=text, thinking=thinking, state="interrupted", ended_at=now))
    kept = ("state", "ended_at", "text", "thinking", "owner")
    await save_ending(connection, replace(ending, columns={name: ending.columns[name] for name in kept}))
