"""INSERT … ON CONFLICT, which both databases have and SQLAlchemy writes in each one's dialect."""

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncConnection

Insert = sqlite.Insert | postgresql.Insert


def insert_or_nothing(connection: AsyncConnection, table: sa.Table, key: str) -> Insert:
    """Return an insert that leaves a row of the same key as it is."""
    if connection.dialect.name == "sqlite":
        return sqlite.insert(table).on_conflict_do_nothing(index_elements=[key])
    return postgresql.insert(table).on_conflict_do_nothing(index_elements=[key])


def insert_or_replace(connection: AsyncConnection, table: sa.Table, keys: list[str], column: str) -> Insert:
    """Return an insert that gives a row of the same keys the new value of one column."""
    if connection.dialect.name == "sqlite":
        lite = sqlite.insert(table)
        return lite.on_conflict_do_update(index_elements=keys, set_={column: lite.excluded[column]})
    postgres = postgresql.insert(table)
    return postgres.on_conflict_do_update(index_elements=keys, set_={column: postgres.excluded[column]})
