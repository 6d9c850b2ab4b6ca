"""Addresses on this machine that cannot be reached (case 50). TLS failure: ask the simulator with https."""

import socket
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager


@contextmanager
def refused_url() -> Iterator[str]:
    """A port that is taken but not listened on: connecting is refused at once."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        yield f"http://127.0.0.1:{taken.getsockname()[1]}/api/v1"


@contextmanager
def unanswered_url() -> Iterator[str]:
    """A port whose queue is full (Linux): connecting gets no answer until the client's own limit."""
    with ExitStack() as opened:
        full = opened.enter_context(socket.socket())
        full.bind(("127.0.0.1", 0))
        full.listen(0)
        for _ in range(3):
            waiting = opened.enter_context(socket.socket())
            waiting.setblocking(False)
            waiting.connect_ex(full.getsockname())
        yield f"http://127.0.0.1:{full.getsockname()[1]}/api/v1"
