"""The processes of a run: the upstream, and one server after the other."""

import json
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from browser.nicewen_process import running_nicewen

ROOT = Path(__file__).resolve().parents[1]
PYTHONPATH = f"{ROOT}:{ROOT / 'tests'}"
NICEWEN, PEER = WAYS = ("Nicewen", "ui.markdown")
MODULES = {NICEWEN: "benchmarks.nicewen_server", PEER: "benchmarks.plain_server"}


@contextmanager
def running_upstream() -> Iterator[str]:
    """Start the upstream, yield its address, end it."""
    command = [sys.executable, "-m", "benchmarks.upstream"]
    environment = {"PYTHONPATH": PYTHONPATH}
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:
        try:
            line = process.stdout.readline() if process.stdout else ""
            yield str(json.loads(line)["url"])
        finally:
            process.terminate()


@contextmanager
def running_server(way: str, upstream: str) -> Iterator[str]:
    """Start a server, yield its address, end it."""
    with running_nicewen(f"{upstream}/api/v1", "qwen-plus", module=MODULES[way], PYTHONPATH=PYTHONPATH) as running:
        yield running.url
