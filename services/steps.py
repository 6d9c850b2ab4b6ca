"""What is to be saved, in its order: as soon as the store can, and nobody waits for trouble."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from nicewen.services.conversation import Conversation
from nicewen.services.errors import AnswerError, StoreError
from nicewen.services.store import Trouble

RETRY_SECONDS = 1.0
NOT_THERE = "store-not-there"

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Something to save; `holds` stays in memory until then. `tried` tells whether the first try has saved it."""

    save: Callable[[], Awaitable[None]]
    holds: Conversation
    tried: asyncio.Future[bool]


class Steps:
    """Saves one step after the other. One that fails is tried again until it succeeds; those behind it wait."""

    def __init__(
        self, *, on_trouble: Callable[[], None], on_kept: Callable[[], None], left: Callable[[], Trouble | None]
    ) -> None:
        """Save nothing yet; `left` tells the trouble that is left when a step was saved."""
        self.trouble: Trouble | None = None
        self._on_trouble = on_trouble
        self._on_kept = on_kept
        self._left = left
        self._steps: deque[Step] = deque()
        self._more = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def open(self) -> None:
        """Begin to save."""
        self._task = asyncio.create_task(self._run(), name="keeping conversations")

    async def close(self) -> None:
        """Try what is left once more."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        while self._steps and await self._is_done(self._steps[0]):
            self._steps.popleft()
        if self._steps:
            log.error("not saved at the end: %s", self.trouble and self.trouble.sentence("en"))

    async def tried(self) -> None:
        """Wait until all that was put here so far is saved, or cannot be just now."""
        if self._steps:
            await asyncio.wait((self._steps[-1].tried,))

    def put(self, save: Callable[[], Awaitable[None]], holds: Conversation) -> asyncio.Future[bool]:
        """Have something saved in its turn; in trouble nobody waits for it."""
        step = Step(save, holds, asyncio.get_running_loop().create_future())
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

    async def _run(self) -> None:
        while True:
            await self._more.wait()
            if await self._is_done(self._steps[0]):
                self._steps.popleft()
            else:
                for step in self._steps:
                    _tell(step, kept=False)
                await asyncio.sleep(RETRY_SECONDS)
            if not self._steps:
                self._more.clear()

    async def _is_done(self, step: Step) -> bool:
        """Save something; False where it is worth another try."""
        try:
            await step.save()
        except AnswerError as error:
            if not step.tried.done():
                step.tried.set_exception(error)
            return True
        except StoreError as error:
            if error.key != NOT_THERE:
                self.note_trouble(trouble_of(error))
                return False
            log.warning("what was deleted meanwhile is saved no more")
        except Exception:
            log.exception("something could not be saved, and is given up")
        _tell(step, kept=True)
        self.note_trouble(self._left())
        self._on_kept()
        return True


def _tell(step: Step, *, kept: bool) -> None:
    if not step.tried.done():
        step.tried.set_result(kept)


def trouble_of(error: StoreError) -> Trouble:
    """Return an error of the store as a trouble that lasts."""
    return Trouble(error.key, str(error.values.get("reason", "")))
