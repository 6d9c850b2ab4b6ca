"""The end of a process in peace: nothing new is asked, and what runs may finish."""

import asyncio
import logging
import signal
import sys
from collections.abc import Callable

from nicewen.services.assistant import Assistant

log = logging.getLogger(__name__)


class Draining:
    """Answers SIGTERM: drains the assistant and then calls `end`. A second SIGTERM ends at once."""

    def __init__(self, assistant: Assistant, *, end: Callable[[], None]) -> None:
        self._assistant = assistant
        self._end = end
        self._task: asyncio.Task[None] | None = None

    async def listen(self) -> None:
        """Take the signal over from the server; called when the event loop runs. Windows has no such signal."""
        if sys.platform == "win32":
            return
        asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, self._note_signal)

    async def stop(self) -> None:
        """Wait no longer."""
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)

    def _note_signal(self) -> None:
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._drain(), name="draining")
        else:
            self._end()

    async def _drain(self) -> None:
        seconds = self._assistant.settings.drain_seconds
        log.info("asked to stop: %d running answers may finish within %g s", self._assistant.running_answers, seconds)
        await self._assistant.drain(seconds)
        self._end()
