"""Connections: one that writes and several that read, so that reading never waits for saving."""

import sqlite3
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine

from nicewen.services.store.address import Address
from nicewen.services.store.tables import json_text
from nicewen.services.store.trouble import Trouble, trouble_of

BUSY_SECONDS = 1.0
"""How long SQLite waits for another program that holds the file."""

CONNECT_SECONDS = 10
READERS = 4
POSTGRES_WRITERS = 4


class Database:
    """Two pools of connections to one address; `connect` and `disconnect` frame their life."""

    def __init__(self, address: Address) -> None:
        self.address = address
        self._writes: AsyncEngine | None = None
        self._reads: AsyncEngine | None = None
        self._inode = 0

    def connect(self) -> None:
        """Make the pools; connections begin with their first use."""
        if self.address.path is None:
            self._writes, self._reads = _postgres(self.address, POSTGRES_WRITERS), _postgres(self.address, READERS)
        else:
            self._writes, self._reads = (
                _sqlite(self.address, "BEGIN IMMEDIATE", 1),
                _sqlite(self.address, "BEGIN", READERS),
            )
            sa.event.listen(self._reads.sync_engine, "connect", _only_read)

    async def disconnect(self) -> None:
        """Close every connection."""
        for engine in (self._reads, self._writes):
            if engine is not None:
                await engine.dispose()
        self._writes = self._reads = None

    @property
    def is_postgres(self) -> bool:
        """Whether this is PostgreSQL; else it is SQLite."""
        return self.address.path is None

    @asynccontextmanager
    async def writing(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection inside a transaction that is committed at the end.

        Raises:
            StoreError: It cannot be done now; nothing of it was saved, or, if the commit's answer got lost, all.
        """
        async with _transaction(self._writes) as connection:
            yield connection

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncConnection]:
        """Yield a connection that reads one state of the database.

        Raises:
            StoreError: It cannot be done now.
        """
        async with _transaction(self._reads) as connection:
            yield connection

    def remember_file(self) -> None:
        """Note which file this is, to notice when it is taken away."""
        if self.address.path is not None:
            self._inode = self.address.path.stat().st_ino

    def missing(self) -> Trouble | None:
        """Tell whether the file was taken away: SQLite itself would go on writing into what nobody can open again."""
        if self.address.path is None:
            return None
        try:
            is_there = self.address.path.stat().st_ino == self._inode
        except OSError:
            is_there = False
        return None if is_there else Trouble("store-gone", str(self.address.path))


@asynccontextmanager
async def _transaction(engine: AsyncEngine | None) -> AsyncIterator[AsyncConnection]:
    if engine is None:
        raise Trouble("store-closed", "").error()
    try:
        async with engine.begin() as connection:
            yield connection
    except (SQLAlchemyError, OSError, OverflowError) as error:
        raise trouble_of(error).error() from error


def _postgres(address: Address, size: int) -> AsyncEngine:
    return create_async_engine(
        address.url,
        pool_size=size,
        max_overflow=0,
        json_serializer=json_text,
        hide_parameters=True,  # what people wrote is not for the log
        pool_pre_ping=True,  # a server that was restarted in between is not noticed otherwise
        connect_args={"connect_timeout": CONNECT_SECONDS},
    )


def _sqlite(address: Address, begin: str, size: int) -> AsyncEngine:
    engine = create_async_engine(
        address.url,
        pool_size=size,
        max_overflow=0,
        json_serializer=json_text,
        hide_parameters=True,
        connect_args={"timeout": BUSY_SECONDS, "factory": _ClosedWhenDropped},
    )
    sa.event.listen(engine.sync_engine, "connect", _prepare)
    sa.event.listen(engine.sync_engine, "begin", lambda connection: connection.exec_driver_sql(begin))
    sa.event.listen(engine.sync_engine, "invalidate", _let_go)
    return engine


class _ClosedWhenDropped(sqlite3.Connection):
    """aiosqlite drops what a task was connecting to that is cancelled meanwhile; Python 3.13 warns of it if open."""

    def __del__(self) -> None:
        with suppress(sqlite3.ProgrammingError):  # it was never opened
            self.close()


def _prepare(connection: Any, _record: Any) -> None:
    """Set up a connection: `synchronous=FULL` so that what is committed survives a power cut."""
    connection.isolation_level = None  # or Python's driver begins transactions when it thinks fit
    for pragma in ("foreign_keys=ON", "journal_mode=WAL", "synchronous=FULL", "journal_size_limit=16777216"):
        _execute(connection, pragma)


def _let_go(connection: Any, _record: Any, _error: BaseException | None) -> None:
    """End the transaction of a task that was cancelled: closed with a cursor alive, SQLite would go on holding it."""
    connection.rollback()


def _only_read(connection: Any, _record: Any) -> None:
    _execute(connection, "query_only=ON")


def _execute(connection: Any, pragma: str) -> None:
    cursor = connection.cursor()
    try:
        cursor.execute(f"PRAGMA {pragma}")
    finally:
        cursor.close()
