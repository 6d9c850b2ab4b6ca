"""Whole conversations: their ids for an export, and many of them saved at once for an import."""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from nicewen.services.events import Usage
from nicewen.services.store.database import Database
from nicewen.services.store.reading import BATCH, messages_on
from nicewen.services.store.search_index import Entry, index_many
from nicewen.services.store.tables import conversations, messages
from nicewen.services.store.values import ConversationRow, MessageRow
from nicewen.services.store.words import words_of

INDEXED_AT_ONCE = 200
"""Texts whose words are written together; each holds the page up for less than a millisecond."""

_C, _M = conversations.c, messages.c


@dataclass(frozen=True, slots=True)
class Transcript:
    """A conversation with every message of its tree; a message stands behind the one it follows."""

    conversation: ConversationRow
    messages: tuple[MessageRow, ...]


Renamed = Callable[[Transcript, int], Transcript]
"""Returns the same conversation under other ids; the number, from 1, counts the tries."""


async def conversation_ids(database: Database, user_id: str) -> list[str]:
    """Return the ids of all conversations that are not deleted, archived ones too, the oldest first."""
    query = sa.select(_C.id).where(_C.user_id == user_id, _C.deleted_at.is_(None)).order_by(_C.created_at, _C.id)
    async with database.reading() as connection:
        return list((await connection.scalars(query)).all())


async def save_transcripts(
    database: Database, user_id: str, transcripts: Sequence[Transcript], renamed: Renamed
) -> tuple[int, int]:
    """Save conversations in one transaction; return how many were saved, and how many were there already.

    Where one of its ids is taken, a conversation is left out if the user has it with the same messages, and saved
    under other ids if not. All texts must be storable (`clean`).
    """
    words = await asyncio.to_thread(_words_of_all, transcripts)
    saved, entries = 0, list[Entry]()
    async with database.writing() as connection:
        for transcript in transcripts:
            free = await _free(connection, user_id, transcript, renamed)
            if free is not None:
                await _insert(connection, user_id, free)
                entries += _entries_of(free, words)
                saved += 1
            if len(entries) > INDEXED_AT_ONCE:
                await index_many(connection, user_id, entries)
                entries.clear()
        await index_many(connection, user_id, entries)
    return saved, len(transcripts) - saved


async def _free(
    connection: AsyncConnection, user_id: str, transcript: Transcript, renamed: Renamed
) -> Transcript | None:
    """Return a conversation under ids that are free; None where it is there."""
    one, tries = transcript, 0
    while await _is_taken(connection, one):
        if await _is_there(connection, user_id, one):
            return None
        tries += 1
        one = renamed(transcript, tries)
    return one


async def _is_taken(connection: AsyncConnection, transcript: Transcript) -> bool:
    if await connection.scalar(sa.select(_C.id).where(_C.id == transcript.conversation.id)):
        return True
    for some in _batches(transcript.messages):
        ids = [message.id for message in some]
        client_ids = [message.client_id for message in some if message.client_id is not None]
        query = sa.select(_M.id).where(_M.id.in_(ids) | _M.client_id.in_(client_ids)).limit(1)
        if await connection.scalar(query):
            return True
    return False


async def _is_there(connection: AsyncConnection, user_id: str, transcript: Transcript) -> bool:
    """Whether the user has this conversation with the same messages; titles, pins, what is shown do not count."""
    own = sa.select(_M.id).join(conversations, _C.id == _M.conversation_id)
    own = own.where(_C.id == transcript.conversation.id, _C.user_id == user_id)
    shown = own.where(_C.deleted_at.is_(None), _M.deleted_at.is_(None))
    ids = (await connection.scalars(shown)).all()
    if set(ids) != {message.id for message in transcript.messages}:
        return False
    there = await messages_on(connection, ids)
    return all(there[message.id].content == message.content for message in transcript.messages)


async def _insert(connection: AsyncConnection, user_id: str, transcript: Transcript) -> None:
    row = {name: getattr(transcript.conversation, name) for name in ConversationRow.__dataclass_fields__}
    await connection.execute(sa.insert(conversations).values(**row, user_id=user_id))
    for some in _batches(transcript.messages):
        await connection.execute(sa.insert(messages), [_columns(message) for message in some])


def _entries_of(transcript: Transcript, words: Mapping[str, tuple[str, ...]]) -> Iterator[Entry]:
    yield Entry(transcript.conversation.id, None, words[transcript.conversation.title])
    for message in transcript.messages:
        yield Entry(None, message.id, words[message.text])


def _columns(message: MessageRow) -> dict[str, Any]:
    columns = {name: getattr(message, name) for name in MessageRow.__dataclass_fields__ if name != "usage"}
    usage = {name: getattr(message.usage, name) for name in Usage.__dataclass_fields__}
    return columns | usage | {"sources": [asdict(source) for source in message.sources]}


def _words_of_all(transcripts: Sequence[Transcript]) -> dict[str, tuple[str, ...]]:
    titles = {one.conversation.title for one in transcripts}
    return {text: words_of(text) for text in titles.union(*({m.text for m in one.messages} for one in transcripts))}


def _batches(rows: Sequence[MessageRow]) -> Iterator[Sequence[MessageRow]]:
    return (rows[start : start + BATCH] for start in range(0, len(rows), BATCH))
