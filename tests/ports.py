"""Ports for servers of these tests."""

import itertools
import os
import random
import socket

# below what systems give to those who ask for any port (Linux from 32,768 on), so that nobody is given one between its
# choice and its use
FIRST, PER_WORKER, WORKERS = 12_000, 2_500, 8
_steps = itertools.count(random.randrange(PER_WORKER))


def free_port() -> int:
    """Return a port that nobody uses, another one at each call, in up to eight workers of one run."""
    worker = int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) % WORKERS
    for step in itertools.islice(_steps, PER_WORKER):
        port = FIRST + worker * PER_WORKER + step % PER_WORKER
        if _is_free(port):
            return port
    raise RuntimeError(f"No port from {FIRST} on is free; end the servers that hold them.")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        try:
            probe.bind(("127.0.0.1", port))
        except OSError:
            return False
    return True
