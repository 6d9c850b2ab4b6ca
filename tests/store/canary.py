"""Looking for a secret in all that a database keeps."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa
from alembic import command

from nicewen.services.store.upgrading import config

FIRST_REVISION = "0001"


def places_of(secret: str, path: Path) -> list[str]:
    """Return the tables and columns of a SQLite file where a secret stands, whatever tables it has.

    An index of words is asked for the last word of the secret: it holds none whole.
    """
    word = secret.rpartition("-")[2].lower()
    with closing(sqlite3.connect(path)) as connection:
        found = [place for table in _tables(connection) for place in _places_in(connection, table, secret)]
        hits = connection.execute("SELECT count(*) FROM search_words WHERE search_words MATCH ?", (word,)).fetchone()[0]
        return [*found, *["search_words"] * hits]


def rows_in(path: Path) -> dict[str, int]:
    """Return how many rows each table has."""
    with closing(sqlite3.connect(path)) as connection:
        return {
            table: connection.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0] for table in _tables(connection)
        }


RENAMED = {("raw_events", "event"): "events"}
"""Columns that have another name now."""


def copied_into_first(path: Path, old: Path) -> None:
    """Make a database as the first Nicewen would have left it, with all rows and columns that it could have had."""
    engine = sa.create_engine(f"sqlite:///{old}")
    with engine.begin() as connection:
        command.upgrade(config(connection), FIRST_REVISION)
        ours = {name: columns for name, columns in _columns(connection).items() if name != "alembic_version"}
    engine.dispose()
    with closing(sqlite3.connect(old, isolation_level=None)) as connection:
        connection.execute("ATTACH ? AS there", (str(path),))
        connection.execute("BEGIN")
        for table, columns in ours.items():
            there = ", ".join(RENAMED.get((table, column), column) for column in columns)
            connection.execute(f"INSERT INTO main.{table} ({', '.join(columns)}) SELECT {there} FROM there.{table}")
        connection.execute("COMMIT")


def _tables(connection: sqlite3.Connection) -> list[str]:
    names = connection.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
    return [name for (name,) in names if name != "search_words"]  # which has no rows to read, only what it finds


def _places_in(connection: sqlite3.Connection, table: str, secret: str) -> Iterator[str]:
    rows = connection.execute(f'SELECT * FROM "{table}"')
    for row in rows:
        for (column, *_), cell in zip(rows.description, row, strict=True):
            if secret.encode() in (cell if isinstance(cell, bytes) else str(cell).encode()):
                yield f"{table}.{column}"


def _columns(connection: sa.Connection) -> dict[str, list[str]]:
    inspector = sa.inspect(connection)
    return {table: [one["name"] for one in inspector.get_columns(table)] for table in inspector.get_table_names()}
