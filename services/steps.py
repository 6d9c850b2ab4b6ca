"""What is to be saved, in its order: as soon as the store can, and nobody waits for trouble."""

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from enum import Enum, auto

from nicewen.services.conversation import Conversation
from nicewen.services.errors import AnswerError, StoreError
from nicewen.services.store import Trouble
from nicewen.services.store.trouble import is_the_rows_own_fault

RETRY_SECONDS = 1.0
ASIDE_SECONDS = 30.0
NOT_THERE = "store-not-there"
FAULT = "store-fault"

log = logging.getLogger(__name__)


class Outcome(Enum):
    """What has become of a step; in trouble, or after a fault of ours, it is tried again."""

    DONE = auto()
    TROUBLE = auto()
    FAULT = auto()


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Something to save; `holds` stays in memory until then. `tried`: whether the first try left nothing to save."""

    save: Callable[[], Awaitable[None]]
    holds: Conversation
    tried: asyncio.Future[bool]


class Steps:
    """Saves one step after the other. One that fails is tried again until it succeeds; those behind it wait.

    Where it is not the store that fails but this program, or what it wants to save, only the steps of the same
    conversation wait, and its readers are told; the others go on.
    """

    def __init__(
        self,
        *,
        on_trouble: Callable[[], None],
        on_kept: Callable[[], None],
        left: Callable[[], Trouble | None],
        aside_seconds: float = ASIDE_SECONDS,
    ) -> None:
        """Save nothing yet; `left` tells the trouble that is left when a step was saved."""
        self.trouble: Trouble | None = None
        self._on_trouble = on_trouble
        self._on_kept = on_kept
        self._left = left
        self._steps: deque[Step] = deque()
        self._aside: dict[Conversation, deque[Step]] = {}
        self._faults: dict[Conversation, Trouble] = {}
        self._aside_seconds = aside_seconds
        self._aside_at = 0.0
        self._more = asyncio.Event()
        self._is_busy = asyncio.Lock()
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to save."""
        self._task = asyncio.create_task(self._run(), name="keeping conversations")

    async def close(self) -> None:
        """Try what is left once more."""
        if self._task is not None:
            async with self._is_busy:  # what is cut off would hold the database for a while
                self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        while self._steps and await self._has_moved_on():
            pass
        await self._try_those_aside()
        if self._steps:
            log.error("not saved at the end: %s", self.trouble and self.trouble.sentence("en"))
        for conversation, steps in self._aside.items():
            log.error("not saved at the end, for a fault of Nicewen's: %d steps of %s", len(steps), conversation.id)

    async def tried(self) -> None:
        """Wait until all that was put here so far is saved, or cannot be just now."""
        if self._steps:
            await asyncio.wait((self._steps[-1].tried,))

    def put(self, save: Callable[[], Awaitable[None]], holds: Conversation) -> asyncio.Future[bool]:
        """Have something saved in its turn; in trouble nobody waits for it.

        All that is kept of conversations goes through here, and of a temporary one nothing passes.
        """
        step = Step(save, holds, asyncio.get_running_loop().create_future())
        if holds.is_temporary:
            step.tried.set_result(True)
            return step.tried
        self._steps.append(step)
        self._more.set()
        if self.trouble:
            step.tried.set_result(False)
        return step.tried

    def note_trouble(self, trouble: Trouble | None) -> None:
        """Note why nothing can be saved, or that it can be again."""
        if trouble != self.trouble:
            self.trouble = trouble
            self._on_trouble()

    def trouble_of(self, conversation: Conversation) -> Trouble | None:
        """Return why what happens in a conversation is not saved just now."""
        return self.trouble or self._faults.get(conversation)

    async def _run(self) -> None:
        while True:
            await self._something()
            async with self._is_busy:
                is_stuck = await self._is_stuck()
            if is_stuck:
                for step in self._steps:
                    _tell(step, kept=False)
                await asyncio.sleep(RETRY_SECONDS)
            if not self._steps:
                self._more.clear()

    async def _is_stuck(self) -> bool:
        """Save what comes next; True where it could not be."""
        if not self._steps or time.monotonic() > self._aside_at:
            await self._try_those_aside()
        return bool(self._steps) and not await self._has_moved_on()

    async def _something(self) -> None:
        """Wait for a step, or until those that were put aside are due."""
        wait = max(0.0, self._aside_at - time.monotonic()) if self._aside else None
        try:
            await asyncio.wait_for(self._more.wait(), wait)
        except TimeoutError:
            return

    async def _has_moved_on(self) -> bool:
        """Save the first step, or put it aside; False where it has to be tried again before all others."""
        step = self._steps[0]
        is_waiting = step.holds in self._aside  # for an earlier one of its conversation
        outcome = Outcome.FAULT if is_waiting else await self._outcome_of(step)
        if outcome is Outcome.TROUBLE:
            return False
        if outcome is Outcome.FAULT:
            self._aside.setdefault(step.holds, deque()).append(step)
            self._aside_at = self._aside_at if is_waiting else time.monotonic() + self._aside_seconds
            _tell(step, kept=False)
        self._steps.popleft()
        return True

    async def _try_those_aside(self) -> None:
        self._aside_at = time.monotonic() + self._aside_seconds
        for conversation, steps in list(self._aside.items()):
            while steps and await self._outcome_of(steps[0]) is Outcome.DONE:
                steps.popleft()
            if not steps:
                del self._aside[conversation]
                self._note_fault(conversation, None)

    async def _outcome_of(self, step: Step) -> Outcome:
        try:
            await step.save()
        except AnswerError as error:
            if not step.tried.done():
                step.tried.set_exception(error)
            return Outcome.DONE
        except StoreError as error:
            if is_the_rows_own_fault(error.__cause__):
                return self._put_aside(step, error)
            if error.key != NOT_THERE:
                self.note_trouble(trouble_of(error))
                return Outcome.TROUBLE
            log.warning("what was deleted meanwhile is saved no more")
        except Exception as error:
            return self._put_aside(step, error)
        _tell(step, kept=True)
        self.note_trouble(self._left())
        self._on_kept()
        return Outcome.DONE

    def _put_aside(self, step: Step, error: Exception) -> Outcome:
        log.error("something of conversation %s could not be saved; it is tried again", step.holds.id, exc_info=error)
        self._note_fault(step.holds, Trouble(FAULT, type(error).__name__))
        return Outcome.FAULT

    def _note_fault(self, conversation: Conversation, fault: Trouble | None) -> None:
        if fault == self._faults.get(conversation):
            return
        if fault is None:
            del self._faults[conversation]
        else:
            self._faults[conversation] = fault
        self._on_trouble()


def _tell(step: Step, *, kept: bool) -> None:
    if not step.tried.done():
        step.tried.set_result(kept)


def trouble_of(error: StoreError) -> Trouble:
    """Return an error of the store as a trouble that lasts."""
    return Trouble(error.key, str(error.values.get("reason", "")))
