"""Finding what people remember of their conversations."""

import asyncio
from collections.abc import AsyncIterator, Sequence

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from nicewen.services.store.database import Database
from nicewen.services.store.search_index import postgres_query, sqlite_query
from nicewen.services.store.snippets import confirms, snippet
from nicewen.services.store.values import Found
from nicewen.services.store.words import Wanted, wanted_in

LOOKED_AT = 2000
"""Entries of the index that are looked at for one page; more of them differ from the query only by chance."""

_JOINED = """
  LEFT JOIN messages m ON m.id = e.message_id AND m.deleted_at IS NULL
  JOIN conversations c ON c.id = coalesce(e.conversation_id, m.conversation_id)
"""
_WHERE = "AND c.user_id = :user_id AND c.deleted_at IS NULL"
_COLUMNS = "SELECT e.id, c.id, m.id, c.title, coalesce(m.text, c.title)"

# CROSS JOIN makes SQLite begin with the index, which yields the newest first and stops at the limit.
_SQLITE = sa.text(
    f"{_COLUMNS} FROM search_words w CROSS JOIN search_entries e ON e.id = w.rowid {_JOINED} "
    f"WHERE w.search_words MATCH :query AND w.rowid < :before {_WHERE} ORDER BY w.rowid DESC LIMIT :limit"
)
_POSTGRES = sa.text(
    f"{_COLUMNS} FROM search_entries e {_JOINED} "
    f"WHERE e.words @@ CAST(:query AS tsquery) AND e.id < :before {_WHERE} ORDER BY e.id DESC LIMIT :limit"
)
_NEWEST = 2**62


async def search(database: Database, user_id: str, query: str, *, before: int | None, limit: int) -> list[Found]:
    """Return titles and messages that hold all words of a query, newest first."""
    wanted = wanted_in(query)
    if not wanted:
        return []
    found: list[Found] = []
    async with database.reading() as connection:
        async for rows in _candidates(connection, user_id, wanted, before or _NEWEST, limit):
            found += await asyncio.to_thread(_confirmed, rows, wanted)
            if len(found) >= limit:
                break
    return found[:limit]


async def _candidates(
    connection: AsyncConnection, user_id: str, wanted: Sequence[Wanted], before: int, limit: int
) -> AsyncIterator[Sequence[sa.Row[int, str, str | None, str, str]]]:
    """Yield what the index finds, a page at a time."""
    is_sqlite = connection.dialect.name == "sqlite"
    statement = _SQLITE if is_sqlite else _POSTGRES
    query = (sqlite_query if is_sqlite else postgres_query)(user_id, wanted)
    seen = 0
    while seen < LOOKED_AT:
        values = {"user_id": user_id, "query": query, "before": before, "limit": limit}
        rows = (await connection.execute(statement, values)).all()
        if rows:
            yield rows
        if len(rows) < limit:
            return
        seen, before = seen + len(rows), rows[-1][0]


def _confirmed(rows: Sequence[sa.Row[int, str, str | None, str, str]], wanted: Sequence[Wanted]) -> list[Found]:
    return [
        Found(conversation_id, message_id, title, snippet(text, wanted), place)
        for place, conversation_id, message_id, title, text in rows
        if confirms(text, wanted)
    ]
