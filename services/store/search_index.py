"""The index of words: FTS5 in SQLite, a tsvector with GIN in PostgreSQL.

A user's mark stands among the words of each entry, so that the index itself keeps people's texts apart. The index keeps
no positions (`confirms` in snippets.py looks at the text instead): it is a third of the size and faster to write.
"""

from collections.abc import Sequence
from typing import NamedTuple

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from nicewen.services.store.tables import conversations, messages, search_entries
from nicewen.services.store.words import Wanted, words_of

_C, _M, _E = conversations.c, messages.c, search_entries.c


class Entry(NamedTuple):
    """What is to be found: a conversation by its title, or a message."""

    conversation_id: str | None
    message_id: str | None
    words: Sequence[str]


_ADD_SQLITE = sa.text("INSERT INTO search_words (rowid, words) VALUES (:id, :words)")
_DROP_SQLITE = sa.text("INSERT INTO search_words (search_words, rowid, words) VALUES ('delete', :id, :words)")
_ADD_POSTGRES = sa.text(
    "INSERT INTO search_entries (conversation_id, message_id, words) "
    "VALUES (:conversation_id, :message_id, array_to_tsvector(:words))"
).bindparams(sa.bindparam("words", type_=sa.ARRAY(sa.Text)))


async def index_title(connection: AsyncConnection, user_id: str, conversation_id: str, words: Sequence[str]) -> None:
    """Let a conversation be found by its title."""
    await _add(connection, user_id, words, {"conversation_id": conversation_id, "message_id": None})


async def index_message(connection: AsyncConnection, user_id: str, message_id: str, words: Sequence[str]) -> None:
    """Let a message be found."""
    await _add(connection, user_id, words, {"conversation_id": None, "message_id": message_id})


async def index_many(connection: AsyncConnection, user_id: str, entries: Sequence[Entry]) -> None:
    """Let many titles and messages be found, with few statements; the order is theirs."""
    rows = [(_of(entry), entry.words) for entry in entries if entry.words]
    if not rows:
        return
    if connection.dialect.name == "sqlite":  # nobody else writes meanwhile, so the next ids are known
        first = 1 + (await connection.scalar(sa.select(sa.func.coalesce(sa.func.max(_E.id), 0))) or 0)
        await connection.execute(
            sa.insert(search_entries), [{"id": id_, **of} for id_, (of, _) in enumerate(rows, first)]
        )
        words = [{"id": id_, "words": sqlite_words(user_id, words)} for id_, (_, words) in enumerate(rows, first)]
        await connection.execute(_ADD_SQLITE, words)
    else:
        await connection.execute(_ADD_POSTGRES, [{**of, "words": [_mark(user_id), *words]} for of, words in rows])


def _of(entry: Entry) -> dict[str, str | None]:
    return {"conversation_id": entry.conversation_id, "message_id": entry.message_id}


async def drop_title(connection: AsyncConnection, conversation_id: str) -> None:
    """Let a title be found no more; called while it still stands in its row."""
    query = sa.select(_E.id, _C.user_id, _C.title).join(conversations, _C.id == _E.conversation_id)
    await _drop(connection, query.where(_E.conversation_id == conversation_id))


async def drop_message(connection: AsyncConnection, message_id: str) -> None:
    """Let a message be found no more; called while its text still stands in its row."""
    query = (
        sa.select(_E.id, _C.user_id, _M.text)
        .join(messages, _M.id == _E.message_id)
        .join(conversations, _C.id == _M.conversation_id)
    )
    await _drop(connection, query.where(_E.message_id == message_id))


def sqlite_query(user_id: str, wanted: Sequence[Wanted]) -> str:
    """Return the query in FTS5's language. Words are letters and digits only, so quoting them is enough."""
    return " AND ".join(f'"{term}"*' if is_prefix else f'"{term}"' for term, is_prefix in _terms(user_id, wanted))


def postgres_query(user_id: str, wanted: Sequence[Wanted]) -> str:
    """Return the query as a tsquery."""
    return " & ".join(f"'{term}':*" if is_prefix else f"'{term}'" for term, is_prefix in _terms(user_id, wanted))


def sqlite_words(user_id: str, words: Sequence[str]) -> str:
    """Return what FTS5 is given: its own tokeniser only splits at the spaces."""
    return " ".join((_mark(user_id), *words))


def _terms(user_id: str, wanted: Sequence[Wanted]) -> dict[tuple[str, bool], None]:
    return dict.fromkeys([*(term for one in wanted for term in one.terms), (_mark(user_id), False)])


def _mark(user_id: str) -> str:
    """Return a word that no text contains: what begins with a private character is no word."""
    return f"\ue000{user_id}"


async def _add(connection: AsyncConnection, user_id: str, words: Sequence[str], of: dict[str, str | None]) -> None:
    if not words:
        return
    if connection.dialect.name == "sqlite":
        entry = await connection.scalar(sa.insert(search_entries).values(of).returning(_E.id))
        await connection.execute(_ADD_SQLITE, {"id": entry, "words": sqlite_words(user_id, words)})
    else:
        await connection.execute(_ADD_POSTGRES, {**of, "words": [_mark(user_id), *words]})


async def _drop(connection: AsyncConnection, query: sa.Select[int, str, str]) -> None:
    for entry, user_id, text in (await connection.execute(query)).all():
        if connection.dialect.name == "sqlite":
            await connection.execute(_DROP_SQLITE, {"id": entry, "words": sqlite_words(user_id, words_of(text))})
        await connection.execute(sa.delete(search_entries).where(_E.id == entry))
