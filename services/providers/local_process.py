"""The child process that runs the local model: started, watched and ended by its owner."""

import asyncio
import json
import logging
import os
import secrets
import sys
from asyncio.subprocess import PIPE, Process
from pathlib import Path
from typing import Any, TypeVar

from nicewen.services.errors import LocalModelFailed
from nicewen.services.redaction import Redactor
from nicewen.services.settings import clean_environment

CHILD = Path(__file__).with_name("local_server.py")
"""Started as a file, not as a module: the child needs nothing of Nicewen, and is ready sooner without it."""

CLOSE_SECONDS = 0.5
"""How long the child may take to end by itself; it needs longer only while it is loading the model."""

log = logging.getLogger(__name__)

_Pipe = TypeVar("_Pipe")


class LocalProcess:
    """A running child: `address` is where it listens on this machine, `key` what it asks for, `pid` its process id."""

    def __init__(self, process: Process, key: str) -> None:
        self.address = ""
        self.key = key
        self.pid = process.pid
        self._process = process
        self._log = asyncio.create_task(_log_stderr(process, Redactor([key])))

    @property
    def is_running(self) -> bool:
        """Whether the child has not ended, as far as is known."""
        return self._process.returncode is None

    async def has_ended(self, *, seconds: float = 1.0) -> bool:
        """Whether the child ends within some seconds: a connection is cut a moment before the end is known."""
        try:
            async with asyncio.timeout(seconds):
                await self._process.wait()
        except TimeoutError:
            return False
        return True

    async def close(self) -> None:
        """End the child, by force where it does not end by itself."""
        _pipe(self._process.stdin).close()
        if not await self.has_ended(seconds=CLOSE_SECONDS) and self.is_running:
            self._process.kill()
        await self._process.wait()
        await _pipe(self._process.stdout).read()  # to its end, which closes the pipe
        await self._log


async def start_process(path: Path, name: str, *, seconds: float) -> LocalProcess:
    """Start the child with the weights at `path` and wait until the model is loaded.

    The key and the path go through the child's stdin: arguments and environments are open to others on the machine.

    Raises:
        LocalModelFailed: It did not get ready within `seconds`.
    """
    try:
        process = await asyncio.create_subprocess_exec(
            sys.executable, "-P", str(CHILD), stdin=PIPE, stdout=PIPE, stderr=PIPE, env=_environment()
        )
    except OSError as error:
        raise LocalModelFailed("error-local-start") from error
    child = LocalProcess(process, secrets.token_urlsafe(32))
    try:
        async with asyncio.timeout(seconds):
            told = await _answer_to(process, {"path": str(path), "name": name, "key": child.key})
        child.address = json.loads(told)["address"]
    except (TimeoutError, ValueError, OSError) as error:
        await child.close()
        raise LocalModelFailed("error-local-start") from error
    except asyncio.CancelledError:
        await child.close()
        raise
    return child


async def _answer_to(process: Process, order: dict[str, Any]) -> bytes:
    stdin = _pipe(process.stdin)
    stdin.write(json.dumps(order).encode() + b"\n")
    await stdin.drain()
    return await _pipe(process.stdout).readline()


async def _log_stderr(process: Process, redactor: Redactor) -> None:
    stderr, held = _pipe(process.stderr), b""
    while piece := await stderr.read(65_536):
        *lines, held = (held + piece).split(b"\n")
        for line in lines:
            log.debug("local model: %s", redactor(line.decode("utf-8", "replace")))
        held = held[-65_536:]


def _pipe(pipe: _Pipe | None) -> _Pipe:
    assert pipe is not None  # noqa: S101 (all three were asked for when the process was started)
    return pipe


def _environment() -> dict[str, str]:
    """Return a clean environment in which the child finds the same packages as this process."""
    path = os.pathsep.join(entry or str(Path.cwd()) for entry in sys.path)
    return {**clean_environment(), "PYTHONPATH": path}
