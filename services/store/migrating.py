"""Bringing a database to the tables this version knows; Alembic, 0.2 s of a start, is imported only if it has to."""

import asyncio
import sqlite3
from contextlib import closing
from pathlib import Path

import sqlalchemy as sa

from nicewen.services.errors import StartError
from nicewen.services.store.database import Database

NEWEST = "0005"
"""The revision this version works with."""

POSTGRES_LOCK = 0x6E6963_6577656E
"""The advisory lock under which one process migrates and others wait: "nicewen" in ASCII."""


async def migrate(database: Database) -> None:
    """Run the migrations that are missing; an existing SQLite file is copied first.

    Raises:
        StartError: The database is of a newer Nicewen.
        StoreError: The database does not do it.
    """
    async with database.reading() as connection:
        current = await connection.run_sync(_revision)
    if current == NEWEST:
        return
    if current and database.address.path is not None:
        _refuse_newer(current, database.address.place)
        await asyncio.to_thread(_copy, database.address.path, current)
    async with database.writing() as connection:
        if database.is_postgres:
            await connection.execute(sa.select(sa.func.pg_advisory_xact_lock(POSTGRES_LOCK)))
        await connection.run_sync(_upgrade, database.address.place)


async def is_newest(database: Database) -> bool:
    """Whether a database that is connected has the tables of this version.

    Raises:
        StoreError: It cannot be read.
    """
    async with database.reading() as connection:
        return await connection.run_sync(_revision) == NEWEST


def copy_of(path: Path, revision: str) -> Path:
    """Return where a SQLite file of this revision is kept before it is migrated."""
    return path.with_name(f"{path.stem}-{revision}{path.suffix}")


def _upgrade(connection: sa.Connection, place: str) -> None:
    current = _revision(connection)  # read again: another process may have migrated while this one waited for the lock
    if current:
        _refuse_newer(current, place)
    from nicewen.services.store.upgrading import upgrade  # noqa: PLC0415 (most starts have nothing to migrate)

    upgrade(connection)


def _refuse_newer(revision: str, place: str) -> None:
    from nicewen.services.store.upgrading import revisions  # noqa: PLC0415 (as above)

    if revision not in revisions():
        raise StartError("start-database-newer", place=place)


def _revision(connection: sa.Connection) -> str | None:
    """Return what Alembic has noted, if it was here."""
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(sa.text("SELECT version_num FROM alembic_version"))
    return revision


def _copy(path: Path, revision: str) -> None:
    """Copy through SQLite, which includes what is still in its journal."""
    target = copy_of(path, revision)
    unfinished = target.with_name(f"{target.name}.part")
    unfinished.unlink(missing_ok=True)
    with closing(sqlite3.connect(path)) as source, closing(sqlite3.connect(unfinished)) as copy:
        source.backup(copy)
    unfinished.replace(target)
