"""Many conversations that come at once: all of them appear together, at the end, or none.

PostgreSQL does it in one transaction. In SQLite that would keep running answers from being saved for many seconds, so
they are written in slices and count as deleted (`STAGED`), which hides them from everybody, until the last one shows
them all. Those of an import that failed, or whose process was killed, are removed in the background.
"""

import asyncio
import logging
from collections.abc import Callable, Coroutine, Sequence
from typing import Any, TypeVar

import sqlalchemy as sa

from nicewen.services.errors import StoreError
from nicewen.services.store.bulk import AT_ONCE, Renamed, Transcript, save_transcripts
from nicewen.services.store.database import Database
from nicewen.services.store.removing import last_first
from nicewen.services.store.search_index import drop_message, drop_title
from nicewen.services.store.slices import Slices, slices_of
from nicewen.services.store.tables import STAGED, conversations, messages
from nicewen.services.store.writer import Writer

T = TypeVar("T")

_C, _M = conversations.c, messages.c
_IS_STAGED = _C.deleted_at == STAGED

log = logging.getLogger(__name__)


class Staging:
    """Saves many conversations, one such wish after the other; `begin` and `end` frame its life.

    All happens in tasks of its own that end between two turns: a transaction that is cancelled in the middle would
    hold SQLite's file for a while.
    """

    def __init__(self, database: Database, writer: Writer) -> None:
        self._database, self._writer = database, writer
        self._one_at_a_time = asyncio.Lock()
        self._is_open = False
        self._tasks: set[asyncio.Task[Any]] = set()

    def begin(self) -> None:
        """Remove in the background what a process that died has left; called once, on the event loop."""
        self._is_open = True
        self._tidy()

    async def end(self) -> None:
        """Leave what is not removed yet to the next start."""
        self._is_open = False
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def save(self, user_id: str, transcripts: Sequence[Transcript], renamed: Renamed) -> tuple[int, int]:
        """Save all or none; return how many were saved, and how many were there already."""
        is_given_up = asyncio.Event()

        def goes_on() -> bool:
            return self._is_open and not is_given_up.is_set()

        try:
            saved = await asyncio.shield(self._task(self._saved(user_id, transcripts, renamed, goes_on)))
        except asyncio.CancelledError:
            is_given_up.set()
            raise
        return saved, len(transcripts) - saved

    async def _saved(
        self, user_id: str, transcripts: Sequence[Transcript], renamed: Renamed, goes_on: Callable[[], bool]
    ) -> int:
        async with self._one_at_a_time:
            try:
                async with self._writer.hurrying(), slices_of(self._database, goes_on) as slices:
                    mark = None if slices.are_one else STAGED
                    await _discard(slices)
                    saved = await save_transcripts(slices, user_id, transcripts, renamed, mark)
                    await slices.connection.execute(sa.update(conversations).where(_IS_STAGED).values(deleted_at=None))
                    return saved
            except BaseException:
                self._tidy()
                raise

    def _tidy(self) -> None:
        if self._is_open and not self._database.is_postgres:
            self._task(self._discarded())

    async def _discarded(self) -> None:
        """Remove what is staged; where that cannot be done now, the next import or the next start does it."""
        async with self._one_at_a_time:
            try:
                async with slices_of(self._database, lambda: self._is_open) as slices:
                    await _discard(slices)
            except StoreError as error:
                log.warning("half an import is not removed yet: %s", error)

    def _task(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        task = asyncio.get_running_loop().create_task(work, name="importing")
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task


async def _discard(slices: Slices) -> None:
    """Remove what is staged, the last messages first, so that none takes others along."""
    while one := await slices.connection.scalar(sa.select(_C.id).where(_IS_STAGED).limit(1)):
        inside = sa.select(_M.id).where(_M.conversation_id == one).order_by(last_first(slices.connection))
        while ids := (await slices.connection.scalars(inside.limit(AT_ONCE))).all():
            for message_id in ids:
                await drop_message(slices.connection, message_id)
            await slices.connection.execute(sa.delete(messages).where(_M.id.in_(ids)))
            await slices.give_way()
        await drop_title(slices.connection, one)
        await slices.connection.execute(sa.delete(conversations).where(_C.id == one))
        await slices.give_way()
