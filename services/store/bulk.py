"""Whole conversations: their ids for an export, and many of them saved at once for an import."""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from dataclasses import asdict, dataclass
from typing import Any

import sqlalchemy as sa

from nicewen.services.events import Usage
from nicewen.services.store.database import Database
from nicewen.services.store.reading import messages_on
from nicewen.services.store.search_index import Entry, index_many
from nicewen.services.store.slices import Slices
from nicewen.services.store.tables import conversations, messages
from nicewen.services.store.values import ConversationRow, MessageRow
from nicewen.services.store.words import words_of

AT_ONCE = 50
"""Messages that are read or written together; they hold the page up for some milliseconds."""

CHARACTERS_AT_ONCE = 20_000
"""So much of their text, more or less; it takes SQLite some 50 ms to put the words of it into its index."""

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
    slices: Slices, user_id: str, transcripts: Sequence[Transcript], renamed: Renamed, mark: float | None
) -> int:
    """Save conversations, deleted at `mark`; return how many were saved, and not there already.

    Where one of its ids is taken, a conversation is left out if the user has it with the same messages, and saved
    under other ids if not. All texts must be storable (`clean`).
    """
    saved = 0
    for transcript in transcripts:
        free = await _free(slices, user_id, transcript, renamed, mark)
        if free is not None:
            await _insert(slices, user_id, free, mark)
            saved += 1
        await slices.give_way()
    return saved


async def _free(
    slices: Slices, user_id: str, transcript: Transcript, renamed: Renamed, mark: float | None
) -> Transcript | None:
    """Return a conversation under ids that are free; None where it is there."""
    one, tries = transcript, 0
    while await _is_taken(slices, one):
        if await _is_there(slices, user_id, one, mark):
            return None
        tries += 1
        one = renamed(transcript, tries)
    return one


async def _is_taken(slices: Slices, transcript: Transcript) -> bool:
    if await slices.connection.scalar(sa.select(_C.id).where(_C.id == transcript.conversation.id)):
        return True
    for some in _batches(transcript.messages):
        ids = [message.id for message in some]
        client_ids = [message.client_id for message in some if message.client_id is not None]
        query = sa.select(_M.id).where(_M.id.in_(ids) | _M.client_id.in_(client_ids)).limit(1)
        if await slices.connection.scalar(query):
            return True
        await slices.give_way()
    return False


async def _is_there(slices: Slices, user_id: str, transcript: Transcript, mark: float | None) -> bool:
    """Whether the user has this conversation with the same messages; titles, pins, what is shown do not count."""
    own = sa.select(_M.id).join(conversations, _C.id == _M.conversation_id)
    own = own.where(_C.id == transcript.conversation.id, _C.user_id == user_id)
    shown = own.where(_C.deleted_at.is_(None) | (_C.deleted_at == mark), _M.deleted_at.is_(None))
    ids = (await slices.connection.scalars(shown)).all()
    if set(ids) != {message.id for message in transcript.messages}:
        return False
    for some in _batches(transcript.messages):
        there = await messages_on(slices.connection, [message.id for message in some])
        if len(there) < len(some) or any(there[message.id].content != message.content for message in some):
            return False
        await slices.give_way()
    return True


async def _insert(slices: Slices, user_id: str, transcript: Transcript, mark: float | None) -> None:
    row = {name: getattr(transcript.conversation, name) for name in ConversationRow.__dataclass_fields__}
    await slices.connection.execute(sa.insert(conversations).values(**row, user_id=user_id, deleted_at=mark))
    title = words_of(transcript.conversation.title)
    await index_many(slices.connection, user_id, [Entry(transcript.conversation.id, None, title)])
    for some in _batches(transcript.messages):
        rows, entries = await asyncio.to_thread(_prepared, some)
        await slices.connection.execute(sa.insert(messages), rows)
        await index_many(slices.connection, user_id, entries)
        await slices.give_way()


def _prepared(some: Sequence[MessageRow]) -> tuple[list[dict[str, Any]], list[Entry]]:
    return [_columns(message) for message in some], [Entry(None, one.id, words_of(one.text)) for one in some]


def _columns(message: MessageRow) -> dict[str, Any]:
    columns = {name: getattr(message, name) for name in MessageRow.__dataclass_fields__ if name != "usage"}
    usage = {name: getattr(message.usage, name) for name in Usage.__dataclass_fields__}
    return columns | usage | {"sources": [asdict(source) for source in message.sources]}


def _batches(rows: Sequence[MessageRow]) -> Iterator[Sequence[MessageRow]]:
    """Yield some messages after the other: so many, or so many characters, as are written in a short while."""
    first, size = 0, 0
    for at, row in enumerate(rows):
        size += len(row.text) + len(row.thinking)
        if at + 1 - first == AT_ONCE or size > CHARACTERS_AT_ONCE:
            yield rows[first : at + 1]
            first, size = at + 1, 0
    if first < len(rows):
        yield rows[first:]
