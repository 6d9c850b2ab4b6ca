"""A real Nicewen as a process of its own."""

import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import HTTPError, URLError
from urllib.request import ProxyHandler, build_opener

from ports import free_port

BY_QUESTION = "qwen-plus@by-question"
KEY = "sk-browser-0123456789"
START_SECONDS = 30
STOP_SECONDS = 5
NOT_LET_IN = (401, 403)
KEPT = ("PATH", "LD_LIBRARY_PATH", "TMPDIR", "LANG")


@dataclass(frozen=True, slots=True)
class RunningNicewen:
    """A Nicewen that serves at `url`."""

    url: str
    process: subprocess.Popen[bytes]
    log_file: Path
    start: Callable[[], subprocess.Popen[bytes]]
    """Starts the same once more: in the same folder, at the same address."""

    @property
    def log(self) -> str:
        """All it has written to standard output and standard error so far."""
        return self.log_file.read_text("utf-8", errors="replace")

    def get(self, path: str) -> bytes:
        """Return the body of a page, asked without a browser."""
        with build_opener(ProxyHandler({})).open(self.url + path, timeout=5) as response:
            body: bytes = response.read()
        return body


@contextmanager
def running_nicewen(
    simulator_base_url: str,
    model: str = BY_QUESTION,
    *,
    module: str = "nicewen.main",
    inside: Sequence[str] = (),
    **env: str,
) -> Iterator[RunningNicewen]:
    """Start Nicewen in a folder and an environment of its own, yield it once it serves, end it.

    `inside` is a command that runs the one behind it in surroundings of its own, and becomes its process.
    A module that is a path is started as a script.
    """
    with tempfile.TemporaryDirectory(prefix="nicewen-") as folder:
        home, port = Path(folder), free_port()
        program = [module] if module.endswith(".py") else ["-m", module]
        command = [*inside, sys.executable, *program, "--no-browser", "--port", str(port)]
        settings = {
            "NICEWEN_PROVIDER": "dashscope",
            "NICEWEN_MODEL": model,
            "DASHSCOPE_API_KEY": KEY,
            "DASHSCOPE_HTTP_BASE_URL": simulator_base_url,
        }
        log_file = home / "log"

        def start() -> subprocess.Popen[bytes]:
            with log_file.open("ab") as log:
                return subprocess.Popen(
                    command,
                    cwd=home,
                    env={**clean_environment(home), **settings, **env},
                    stdin=subprocess.DEVNULL,
                    stdout=log,
                    stderr=subprocess.STDOUT,
                )

        with start() as process:
            running = RunningNicewen(f"http://127.0.0.1:{port}", process, log_file, start)
            try:
                wait_until_it_serves(running)
                yield running
            finally:
                stop(process)


@contextmanager
def restarted(running: RunningNicewen, ending: signal.Signals) -> Iterator[RunningNicewen]:
    """End a process with a signal, start it once more, yield it once it serves, end it."""
    running.process.send_signal(ending)
    running.process.wait(timeout=STOP_SECONDS)
    with running.start() as process:
        try:
            again = RunningNicewen(running.url, process, running.log_file, running.start)
            wait_until_it_serves(again)
            yield again
        finally:
            stop(process)


def clean_environment(home: Path) -> Mapping[str, str]:
    kept = {name: os.environ[name] for name in KEPT if name in os.environ}
    folders = {f"XDG_{name}_HOME": str(home / name.lower()) for name in ("CONFIG", "CACHE", "DATA", "STATE")}
    tests = str(Path(__file__).resolve().parents[1])
    return {**kept, **folders, "HOME": str(home), "PYTHONPATH": tests}


def wait_until_it_serves(running: RunningNicewen) -> None:
    deadline = time.monotonic() + START_SECONDS
    while True:
        try:
            running.get("/")
            return
        except (URLError, OSError) as error:
            if isinstance(error, HTTPError) and error.code in NOT_LET_IN:
                return
            if running.process.poll() is not None or time.monotonic() > deadline:
                raise RuntimeError(f"Nicewen did not start: {running.log}") from None
            time.sleep(0.05)


def stop(process: subprocess.Popen[bytes]) -> None:
    process.send_signal(signal.SIGTERM)
    try:
        process.wait(timeout=STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        raise
