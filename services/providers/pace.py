"""When to rest while a stream is read, so that little at a time does not cost much."""

import asyncio

REST_SECONDS = 0.025
"""Seconds for which a stream that gives little at a time is left alone."""

PROMPT_FRAMES = 8
"""So many frames from the first are read as they come: a reader waits for the first words."""


class Pace:
    """Tells when to let more of a stream arrive before reading on: when all that had arrived was read.

    Each read of a socket costs a turn of the event loop and all that follows from it, a message to each page included;
    two hundred a second are six times as many as anybody sees. A read that waits gives one frame. One after a rest
    gives all that came meanwhile, and only the first of those had to wait for the event loop.
    """

    def __init__(self) -> None:
        self._loop = asyncio.get_running_loop()
        self._frames = 0
        self._has_rested = False
        self._waited = False
        self._note: asyncio.Handle | None = None

    def begin(self) -> None:
        """Note that the next frame is asked for."""
        self._waited = False
        self._note = self._loop.call_soon(self._note_turn)

    def note(self) -> bool:
        """Note that a frame has come; return whether to rest before the next."""
        if self._note is not None:
            self._note.cancel()
        self._frames += 1
        if not self._waited or self._frames <= PROMPT_FRAMES:
            return False
        self._has_rested = not self._has_rested
        return self._has_rested

    def _note_turn(self) -> None:
        self._waited = True
