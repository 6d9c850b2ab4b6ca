"""What a server under measurement tells about itself: `/_bench` gives processor time and how long its loop was held."""

import asyncio
import gc
import os
import time
from contextlib import suppress

from nicegui import app

TICK_SECONDS = 0.005
PATH = "/_bench"


class Instruments:
    """Counts from the last `zero` on. All times are seconds."""

    def __init__(self) -> None:
        self._queue = ThreadQueue()
        self._due = time.perf_counter()
        self._collection_began = 0.0
        self._zero()
        gc.callbacks.append(self._note_collection)
        self._tick()

    def zero(self) -> dict[str, float]:
        """Begin anew; return what was counted until now."""
        counted = {
            "cpu": time.process_time() - self._cpu,
            "held": self._held,
            "collecting": self._collecting,
        }
        self._zero()
        return counted

    def _zero(self) -> None:
        self._cpu = time.process_time()
        self._held = self._collecting = 0.0

    def _tick(self) -> None:
        """Note how late this call is, without the time for which other processes had the core."""
        now, waited = time.perf_counter(), self._queue.waited()
        self._held = max(self._held, now - self._due - waited)
        self._due = now + TICK_SECONDS
        asyncio.get_running_loop().call_later(TICK_SECONDS, self._tick)

    def _note_collection(self, phase: str, _: object) -> None:
        if phase == "start":
            self._collection_began = time.thread_time()
        else:
            self._collecting = max(self._collecting, time.thread_time() - self._collection_began)


class ThreadQueue:
    """How long the calling thread was ready to run while others ran: Linux counts it, elsewhere it is taken as 0."""

    def __init__(self) -> None:
        self._file: int | None = None
        with suppress(OSError):
            self._file = os.open("/proc/thread-self/schedstat", os.O_RDONLY)
        self._before = 0
        self.waited()

    def waited(self) -> float:
        """Return the seconds since the last call."""
        if self._file is None:
            return 0.0
        now = int(os.pread(self._file, 64, 0).split()[1])
        waited, self._before = now - self._before, now
        return waited / 1e9


def install() -> None:
    """Add the instruments to the server that is about to start."""

    @app.on_startup
    def begin() -> None:
        app.get(PATH)(Instruments().zero)
