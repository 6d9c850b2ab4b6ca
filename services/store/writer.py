"""Saves all running answers together: one task, one transaction a tick, however many answers run."""

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

from sqlalchemy.ext.asyncio import AsyncConnection

from nicewen.services.errors import StoreError
from nicewen.services.store.database import Database
from nicewen.services.store.ending import Ending, ending_of, save_ending
from nicewen.services.store.following import Followed, Parts
from nicewen.services.store.ownership import Ownership
from nicewen.services.store.parts import prune_parts, save_parts
from nicewen.services.store.trouble import Trouble, is_the_rows_own_fault, trouble_of
from nicewen.services.store.values import MessageRow

BEHIND = 0.24
"""Seconds from the beginning of one save to the end of the next: what has come is saved within 250 ms."""

SHORTEST_WAIT = 0.1
"""Seconds between the beginnings of two saves, however slow the disk is."""

PRUNE_SECONDS = 30.0
"""Seconds between two removals of pieces of ended answers while others run."""

LONGEST_WAIT = 1.0
"""Seconds between two tries while nothing can be saved."""

log = logging.getLogger(__name__)


class Writer:
    """Owns the task that saves. Nothing it meets is raised at an answer: `trouble` tells it, and it tries again."""

    def __init__(
        self,
        database: Database,
        ownership: Ownership,
        on_trouble: Callable[[Trouble | None], None],
    ) -> None:
        self.trouble: Trouble | None = None
        self._database = database
        self._ownership = ownership
        self._on_trouble = on_trouble
        self._followed: dict[str, Followed] = {}
        self._ended: dict[str, MessageRow] = {}
        self._tick = 0
        self._pruned_at = 0.0
        self._is_hurrying = False
        self._something = asyncio.Event()
        self._one_at_a_time = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Start the task; called once, on the event loop."""
        self._task = asyncio.get_running_loop().create_task(self._run(), name="saving answers")

    async def end(self) -> None:
        """Save once more what is unsaved, and end the task."""
        if self._task is not None:
            async with self._one_at_a_time:  # a save that is cut off would hold the file while it is tried again
                self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
            if not await self.save():
                log.error("not saved at the end: %s", self.trouble and self.trouble.sentence("en"))

    def follow(self, followed: Followed) -> None:
        """Save an answer as it grows."""
        self._followed[followed.message_id] = followed
        self._something.set()

    def forget(self, message_id: str) -> None:
        """Follow an answer no more, though it has not ended."""
        self._followed.pop(message_id, None)
        self._rest_if_all_is_saved()

    def finish(self, message: MessageRow) -> None:
        """Save an answer's final text and facts with the next tick, and follow it no more."""
        self._ended[message.id] = message
        self._something.set()

    async def save(self) -> bool:
        """Save everything now; False if it could not be."""
        async with self._one_at_a_time:
            try:
                await self._save()
            except StoreError as error:
                self._tell(trouble_of(error))
                return False
            self._tell(None)
            return True

    @asynccontextmanager
    async def hurrying(self) -> AsyncIterator[None]:
        """Save more often while others write in turns, each of which may have to be waited for; one at a time."""
        self._is_hurrying = True
        try:
            if self._followed:
                await asyncio.sleep(BEHIND)  # the wait that has begun is the longer one
            yield
        finally:
            self._is_hurrying = False

    async def _run(self) -> None:
        wait, slow = BEHIND, 0.0
        while True:
            await self._something.wait()
            began = time.monotonic()
            is_saved = await self._saved_or_logged()
            took = time.monotonic() - began
            slow = max(took, slow * 0.9)  # how long the next one may take
            soon = SHORTEST_WAIT if self._is_hurrying else max(BEHIND - slow, SHORTEST_WAIT)
            wait = soon if is_saved else min(wait * 2, LONGEST_WAIT)
            await asyncio.sleep(max(0.0, wait - took))

    async def _saved_or_logged(self) -> bool:
        try:
            return await self.save()
        except Exception as error:
            log.exception("saving failed unexpectedly; it is tried again")
            self._tell(Trouble("store-fault", type(error).__name__))
            return False

    async def _save(self) -> None:
        endings, parts = await self._endings(), self._parts()
        if not (endings or parts or self.trouble):
            return
        await self._ownership.keep(after_trouble=self.trouble is not None)
        if missing := self._database.missing():
            raise missing.error()
        await self._together(endings, parts)

    async def _endings(self) -> list[Ending]:
        """Prepare final texts in a thread: finding the words of a long one takes a while."""
        rows = list(self._ended.values())
        return await asyncio.to_thread(lambda: [ending_of(row) for row in rows]) if rows else []

    def _parts(self) -> list[Parts]:
        """Return what is new of every answer; of one that has ended, whose text is saved whole, the raw events."""
        self._tick += 1
        news = (
            one.last_events() if one.message_id in self._ended else one.unsaved(self._tick)
            for one in self._followed.values()
        )
        return [parts for parts in news if parts]

    async def _together(self, endings: list[Ending], parts: list[Parts]) -> None:
        try:
            async with self._database.writing() as connection:
                for ending in endings:
                    await save_ending(connection, ending)
                await save_parts(connection, parts)
                await self._prune(connection, endings)
        except StoreError as error:
            if not is_the_rows_own_fault(error.__cause__):
                raise
            await self._one_by_one(endings, parts)
        else:
            self._note(endings, parts)

    async def _prune(self, connection: AsyncConnection, endings: list[Ending]) -> None:
        """Remove pieces that are no longer needed: half a minute after the last time, or with the last answer's end."""
        is_last = len(endings) == len(self._followed)
        if endings and (is_last or time.monotonic() - self._pruned_at > PRUNE_SECONDS):
            await prune_parts(connection)
            self._pruned_at = time.monotonic()

    async def _one_by_one(self, endings: list[Ending], parts: list[Parts]) -> None:
        """Save each alone, so that one the database refuses (its conversation was purged) keeps back no other."""
        for ending in endings:
            async with self._alone(ending.message.id) as connection:
                await save_ending(connection, ending)
            self._note([ending], [])
        for one in parts:
            async with self._alone(one.message_id) as connection:
                await save_parts(connection, [one])
            self._note([], [one])

    @asynccontextmanager
    async def _alone(self, message_id: str) -> AsyncIterator[AsyncConnection]:
        try:
            async with self._database.writing() as connection:
                yield connection
        except StoreError as error:
            if not is_the_rows_own_fault(error.__cause__):
                raise
            log.warning("message %s is saved no more: %s", message_id, error)
            self._followed.pop(message_id, None)

    def _note(self, endings: list[Ending], parts: list[Parts]) -> None:
        """Remember what is committed."""
        for ending in endings:
            if self._ended.get(ending.message.id) is ending.message:
                del self._ended[ending.message.id]
                self._followed.pop(ending.message.id, None)
        for one in parts:
            if followed := self._followed.get(one.message_id):
                followed.saved(one)
        self._rest_if_all_is_saved()

    def _rest_if_all_is_saved(self) -> None:
        if not (self._followed or self._ended):
            self._something.clear()

    def _tell(self, trouble: Trouble | None) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            self._on_trouble(trouble)
