"""Which process writes which answers, and whether it still lives.

A SQLite file belongs to one process at a time: it holds a lock on a file beside it, which the system gives back when
the process ends, however it ends. On PostgreSQL each process holds an advisory lock on a connection of its own, which
the server gives back; whoever can take it knows that its process is gone.
"""

import asyncio
import secrets
import time
from pathlib import Path
from typing import Protocol

import sqlalchemy as sa
from filelock import FileLock, Timeout
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine, create_async_engine
from sqlalchemy.pool import NullPool

from nicewen.services.errors import StartError
from nicewen.services.store.address import Address
from nicewen.services.store.trouble import trouble_of

LOOK_SECONDS = 10.0
"""How often a process makes sure that the server still knows it; a firewall may have cut a silent connection."""


class Ownership(Protocol):
    """This process's claim on what it writes."""

    name: str

    async def begin(self) -> None:
        """Make the claim."""

    async def keep(self, *, after_trouble: bool) -> None:
        """Renew the claim where it may have been lost."""

    async def is_dead(self, connection: AsyncConnection, owner: str) -> bool:
        """Whether another owner is gone; holds until the transaction ends."""

    async def end(self) -> None:
        """Give the claim back."""


def ownership_of(address: Address, patience: float) -> Ownership:
    """Return the way to own answers at this address."""
    return ServerOwnership(address) if address.path is None else FileOwnership(address.path, patience)


class FileOwnership:
    """Owns a whole SQLite file: every other owner in it is dead."""

    def __init__(self, path: Path, patience: float) -> None:
        self.name = _new_name()
        self._path = path
        self._lock = FileLock(f"{path}.lock", timeout=patience, thread_local=False)

    async def begin(self) -> None:
        """Take the file, waiting some seconds for a process that is just ending.

        Raises:
            StartError: Another process has it, or the folder cannot be written.
        """
        try:
            await asyncio.to_thread(self._path.parent.mkdir, parents=True, exist_ok=True)
            await asyncio.to_thread(self._take)
        except Timeout as error:
            raise StartError("start-database-in-use", place=str(self._path)) from error
        except OSError as error:
            raise StartError("start-database-folder", place=str(self._path), reason=error.strerror or "") from error

    def _take(self) -> None:
        self._lock.acquire()
        if not self._path.exists():
            self._path.touch(mode=0o600)  # for its owner alone; SQLite makes what lies beside it alike

    async def keep(self, *, after_trouble: bool) -> None:
        """Do nothing: the system keeps it."""

    async def is_dead(self, connection: AsyncConnection, owner: str) -> bool:  # noqa: ARG002  the lock says it
        """Whether another owner is gone: yes, or this process would not have the file."""
        return owner != self.name

    async def end(self) -> None:
        """Give the file back."""
        await asyncio.to_thread(self._lock.release)


class ServerOwnership:
    """Owns what bears its name in a PostgreSQL database. The connection must not go through a transaction pooler."""

    def __init__(self, address: Address) -> None:
        self.name = _new_name()
        self._engine: AsyncEngine = create_async_engine(
            address.url, poolclass=NullPool, isolation_level="AUTOCOMMIT", connect_args={"connect_timeout": 10}
        )
        self._connection: AsyncConnection | None = None
        self._looked_at = 0.0

    async def begin(self) -> None:
        """Connect, and take the lock of this process's name."""
        self._connection = await self._engine.connect()
        await self._connection.execute(sa.select(sa.func.pg_advisory_lock(_key(self.name))))
        self._looked_at = time.monotonic()

    async def keep(self, *, after_trouble: bool) -> None:
        """Make sure the server still knows the lock; else take it anew.

        Raises:
            StoreError: The server does not answer.
        """
        if not after_trouble and time.monotonic() - self._looked_at < LOOK_SECONDS:
            return
        try:
            if not await self._is_held():
                await self.end()
                await self.begin()
            self._looked_at = time.monotonic()
        except (SQLAlchemyError, OSError) as error:
            raise trouble_of(error).error() from error

    async def _is_held(self) -> bool:
        if self._connection is None:
            return False
        try:
            await self._connection.execute(sa.select(1))
        except (SQLAlchemyError, OSError):
            return False
        return True

    async def is_dead(self, connection: AsyncConnection, owner: str) -> bool:
        """Whether another owner's lock can be had; its answers are then this transaction's alone."""
        return bool(await connection.scalar(sa.select(sa.func.pg_try_advisory_xact_lock(_key(owner)))))

    async def end(self) -> None:
        """Give the lock back by hanging up."""
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()
        await self._engine.dispose()


def _new_name() -> str:
    return f"{secrets.randbits(62):016x}"


def _key(name: str) -> int:
    return int(name, 16)
