"""What is done now and then, beside all else: removing what is due, and ending the answers of dead processes."""

import asyncio
import logging
import random
import time
from collections.abc import Awaitable, Callable, Sequence
from contextlib import aclosing
from dataclasses import dataclass

from nicewen.services.errors import StoreError
from nicewen.services.store import MessageRow, Store

EVERY = 3600.0
"""Seconds between two rounds, and up to a tenth more, so that several processes do not keep step."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Clock:
    """How time passes: Unix seconds now, waiting for so many seconds, and the seconds before the first removals."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep
    jitter: Callable[[], float] = random.random
    start_seconds: float = 5.0


class Tidying:
    """Tidies the store at the start and every hour: one small transaction after the other.

    In the first round removing waits for a moment, so that the first pages come before it. Between two transactions it
    waits as long as the last one took, so that saving answers gets its turn; what fails is left for the next round.
    """

    def __init__(self, store: Store, *, on_recovered: Callable[[Sequence[MessageRow]], None], clock: Clock) -> None:
        """Do nothing yet; `on_recovered` is told what is kept of answers that were ended, if there are any."""
        self._store = store
        self._on_recovered = on_recovered
        self._clock = clock
        self._is_closing = False
        self._is_busy = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def begin(self) -> None:
        """Begin with the first round."""
        self._task = asyncio.create_task(self._run(), name="tidying the store")

    async def end(self) -> None:
        """End with the transaction that is under way, before the store closes."""
        self._is_closing = True
        if self._task is not None:
            async with self._is_busy:  # what is cut off would hold the database for a while
                self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    async def _run(self) -> None:
        start_seconds = self._clock.start_seconds
        while True:
            try:
                await self._recover()
                if start_seconds:
                    await self._clock.sleep(start_seconds)
                await self._remove()
            except StoreError as error:
                log.info("the store was not tidied, which is tried again in an hour: %s", error)
            except Exception:
                log.exception("tidying the store failed unexpectedly; it is tried again in an hour")
            start_seconds = 0.0
            await self._clock.sleep(EVERY * (1 + self._clock.jitter() / 10))

    async def _recover(self) -> None:
        async with self._is_busy:
            recovered = await self._store.recover()
        if recovered:
            log.info("%d answers of processes that have died were ended", len(recovered))
            self._on_recovered(await self._store.messages(recovered))

    async def _remove(self) -> None:
        async with aclosing(self._store.removals(self._clock.now())) as removals:
            while not self._is_closing:
                began = time.monotonic()
                async with self._is_busy:
                    if await anext(removals, None) is None:
                        return
                await asyncio.sleep(time.monotonic() - began)
