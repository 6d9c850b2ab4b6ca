"""What the simulator writes down about every request, for tests to read."""

import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Outcome = Literal["running", "complete", "cancelled", "aborted", "error"]


@dataclass(slots=True)
class Record:
    """One request. Times are unix seconds.

    ``outcome``: complete (the whole reply was sent, a refusal too), cancelled (the client went away first),
    aborted (the profile broke the connection), error (the simulator itself failed), running until then.
    ``model`` is the name that was followed; the one that was sent is in ``body``. ``connection`` numbers the TCP
    connections from 1. ``frames_sent`` counts the frames given to the socket.
    """

    id: str
    method: str
    path: str
    headers: Mapping[str, str]
    body: object
    model: str | None
    connection: int
    received: float = field(default_factory=time.time)
    first_byte: float | None = None
    ended: float | None = None
    outcome: Outcome = "running"
    frames_sent: int = 0

    def end(self, outcome: Outcome) -> None:
        """Keeps the first outcome; later calls change nothing."""
        if self.ended is None:
            self.outcome, self.ended = outcome, time.time()
