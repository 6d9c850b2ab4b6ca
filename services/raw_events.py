"""What a service sends, as it comes: kept for some days beside the answer, to look into what went wrong."""

import time
from collections.abc import Callable
from dataclasses import replace

from nicewen.services.redaction import MASK, Redactor
from nicewen.services.store import RAW_LIMIT, RawEvent


class RawEvents:
    """Adds what is received to a list that only grows; all keys in it are masked.

    A key may come in pieces, one in each event. Only whoever reads the answer's text notices that, so an event is added
    once the next one comes, and not while that reader holds text back (`is_undecided`).
    """

    def __init__(self, kept: list[RawEvent], redactor: Redactor, *, is_undecided: Callable[[], bool]) -> None:
        self._kept = kept
        self._redactor = redactor
        self._is_undecided = is_undecided
        self._waiting: list[RawEvent] = []
        self._size = 0

    def receive(self, source: str) -> None:
        """Take the next event; what is beyond the limit of what is kept is dropped, and all that follows it."""
        if self._size > RAW_LIMIT:
            return
        if self._waiting and not self._is_undecided():
            self.settle()
        self._size += len(source)
        self._waiting.append(RawEvent(time.time(), self._redactor.in_source(source)))

    def mask(self) -> None:
        """Note that a key came in the events that wait: nothing of them is kept but that they came."""
        self._waiting = [replace(event, event=MASK) for event in self._waiting]

    def settle(self) -> None:
        """Add what waits; what has come so far is decided."""
        self._kept += self._waiting
        self._waiting.clear()
