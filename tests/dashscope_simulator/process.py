"""The simulator as a process of its own, and what a test asks it."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

Requests = Sequence[Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class RunningSimulator:
    """A simulator that listens at ``url``."""

    url: str

    @property
    def base_url(self) -> str:
        """The native base: what DASHSCOPE_HTTP_BASE_URL would hold."""
        return f"{self.url}/api/v1"

    @property
    def compatible_url(self) -> str:
        return f"{self.url}/compatible-mode/v1"

    def requests(self, model: str | None = None) -> Requests:
        """The recorded requests in order of arrival, of this exact model string or all."""
        with self._open("GET") as response:
            recorded: list[dict[str, Any]] = json.load(response)
        return [request for request in recorded if model in (None, request["model"])]

    def clear(self) -> None:
        """Forgets requests and attempts."""
        self._open("DELETE").close()

    def wait_until(self, predicate: Callable[[Requests], bool], seconds: float = 5.0) -> Requests:
        """Asks until the recorded requests satisfy the predicate; raises TimeoutError with what was recorded.

        It blocks: an async test whose own loop has work left calls it with ``asyncio.to_thread``.
        """
        deadline = time.monotonic() + seconds
        while not predicate(recorded := self.requests()):
            if time.monotonic() > deadline:
                raise TimeoutError(f"Not within {seconds} s; recorded: {json.dumps(recorded, ensure_ascii=False)}")
            time.sleep(0.01)
        return recorded

    def _open(self, method: str) -> Any:
        opener = build_opener(ProxyHandler({}))  # a proxy in the environment must not see 127.0.0.1
        return opener.open(Request(f"{self.url}/_requests", method=method), timeout=10)


@contextmanager
def running_simulator(port: int = 0) -> Iterator[RunningSimulator]:
    """Starts the simulator, yields it once it listens, ends it."""
    tests = str(Path(__file__).resolve().parents[1])
    command = [sys.executable, "-m", "dashscope_simulator", "--port", str(port)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": tests}
    ) as process:
        try:
            assert process.stdout is not None
            yield RunningSimulator(json.loads(process.stdout.readline())["url"])
        finally:
            process.terminate()
            try:
                process.wait(timeout=5)
            except subprocess.TimeoutExpired:
                process.kill()
