"""Much to write, without holding up running answers: SQLite lets one write at a time, so its turns are short."""

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from nicewen.services.store.database import Database
from nicewen.services.store.trouble import Trouble

SLICE_SECONDS = 0.03
"""So long one turn may write; what it has begun by then, and the commit, come on top."""

PAUSE_SECONDS = 0.005
"""Time for others to take their turn; whoever waits already comes first."""


class Slices:
    """Transactions that follow one another on SQLite, each committed; one for all on PostgreSQL, which needs none."""

    def __init__(self, database: Database, stack: AsyncExitStack, goes_on: Callable[[], bool]) -> None:
        self.are_one = database.is_postgres
        self._database, self._stack, self._goes_on = database, stack, goes_on
        self._connection: AsyncConnection | None = None
        self._began = 0.0

    @property
    def connection(self) -> AsyncConnection:
        """Return the connection of this turn."""
        assert self._connection is not None  # noqa: S101  between two turns nobody asks
        return self._connection

    async def give_way(self) -> None:
        """Let others write, if this turn has been long enough.

        Raises:
            StoreError: This turn could not be saved, or there is no next one now, or it shall not go on.
        """
        if not self._goes_on():
            raise Trouble("store-closed", "").error()
        if not self.are_one and time.monotonic() - self._began > SLICE_SECONDS:
            self._connection = None
            await self._stack.aclose()
            await asyncio.sleep(PAUSE_SECONDS)
            await self.take_turn()

    async def take_turn(self) -> None:
        """Begin a turn."""
        self._connection = await self._stack.enter_async_context(self._database.writing())
        self._began = time.monotonic()


@asynccontextmanager
async def slices_of(database: Database, goes_on: Callable[[], bool]) -> AsyncIterator[Slices]:
    """Yield turns to write, for as long as it goes on; what the last one wrote is committed at the end.

    Raises:
        StoreError: A turn could not be saved; on SQLite, those before it are.
    """
    async with AsyncExitStack() as stack:
        slices = Slices(database, stack, goes_on)
        await slices.take_turn()
        yield slices
