"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy writes in each one's dialect."""

from typing import TYPE_CHECKING

import sqlalchemy as sa
from sqlalchemy.dialects import sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

if TYPE_CHECKING:
    from sqlalchemy.dialects import postgresql

    Insert = sqlite.Insert | postgresql.Insert


def insert_or_nothing(connection: AsyncConnection, table: sa.Table, key: str) -> "Insert":
    """Return an insert that leaves a row of the same key as it is."""
    return _insert(connection, table).on_conflict_do_nothing(index_elements=[key])


def insert_or_replace(connection: AsyncConnection, table: sa.Table, keys: list[str], column: str) -> "Insert":
    """Return an insert that gives a row of the same keys the new value of one column."""
    inserting = _insert(connection, table)
    return inserting.on_conflict_do_update(index_elements=keys, set_={column: inserting.excluded[column]})


def _insert(connection: AsyncConnection, table: sa.Table) -> "Insert":
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table)
    from sqlalchemy.dialects import postgresql  # noqa: PLC0415 (it is loaded by now, and without it a start is shorter)

    return postgresql.insert(table)
