"""A real OpenID provider as a process of its own."""

import json
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager

from ports import free_port

PEOPLE = (
    {"sub": "u-1", "name": "Ada Lovelace", "email": "ada@team.example"},
    {"sub": "u-2", "name": "Eve", "email": "eve@team.example"},
)
SECRET = "canary-secret-of-the-client"
START_SECONDS = 60


@contextmanager
def running_provider() -> Iterator[str]:
    """Start a provider that knows two people; yield its issuer."""
    port = free_port()
    claims = [word for one in PEOPLE for word in ("--user-claims", json.dumps(one))]
    command = [sys.executable, "-m", "oidc_provider_mock", "--port", str(port), "--require-nonce", "true", *claims]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        try:
            wait_until_listening(port)
            yield f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait_until_listening(port: int) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            with closing(socket.create_connection(("127.0.0.1", port), timeout=1)):
                return
        except OSError:
            assert time.monotonic() < deadline, "nothing listens"
            time.sleep(0.05)


def settings(issuer: str) -> dict[str, str]:
    """Return what Nicewen has to know of it."""
    return {
        "NICEWEN_AUTH": "oidc",
        "NICEWEN_OIDC_ISSUER": issuer,
        "NICEWEN_OIDC_CLIENT_ID": "nicewen",
        "NICEWEN_OIDC_CLIENT_SECRET": SECRET,
    }
