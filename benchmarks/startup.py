"""How long a start takes: `python -m benchmarks.startup [--starts …] [--messages …]` prints a table.

From the start of the process `nicewen` to the first 200 of `/readyz`, with SQLite: a database that is not there yet,
and one with many messages.
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.error import URLError
from urllib.request import ProxyHandler, build_opener

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))  # their processes are used

from benchmarks.store import filled
from benchmarks.tables import amount, markdown_table
from browser.nicewen_process import START_SECONDS, clean_environment, stop
from ports import free_port

STARTS = 9
MESSAGES = 100_000
GOAL = 2.0
"""Seconds."""

LOOK_SECONDS = 0.01
"""Pause between two looks whether it is ready."""


@dataclass(frozen=True, slots=True)
class Start:
    """Seconds until it was ready: by the clock, and of processor time."""

    clock: float
    processor: float


def main(arguments: Sequence[str] | None = None) -> None:
    """Start again and again."""
    parser = argparse.ArgumentParser(prog="benchmarks.startup", description="How long a start takes.")
    parser.add_argument("--starts", type=int, default=STARTS, help="with each database")
    parser.add_argument("--messages", type=int, default=MESSAGES, help="in the database that is filled")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        _started(Path(folder) / "warm")  # what Python compiles at the first import is no part of a start
        fresh = [_started(Path(folder) / f"fresh-{number}") for number in range(chosen.starts)]
        home = Path(folder) / "filled"
        home.mkdir()
        filled(home / "nicewen.db", chosen.messages)
        later = [_started(home) for _ in range(chosen.starts)]
    sys.stdout.write(_table({"none yet": fresh, f"{chosen.messages:,} messages": later}))


def _started(home: Path) -> Start:
    """Start in a folder and end again."""
    home.mkdir(exist_ok=True)
    port = free_port()
    program = Path(sys.executable).with_name("nicewen")
    database = {"NICEWEN_PROVIDER": "demo", "NICEWEN_DATABASE_URL": f"sqlite:///{home / 'nicewen.db'}"}
    began = time.monotonic()
    with _running([str(program), "--no-browser", "--port", str(port)], home, database) as process:
        _wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
        return Start(time.monotonic() - began, _processor_seconds(process.pid))


@contextmanager
def _running(command: Sequence[str], home: Path, settings: dict[str, str]) -> Iterator[subprocess.Popen[bytes]]:
    environment = {**clean_environment(home), **settings}
    with subprocess.Popen(command, cwd=home, env=environment, stdout=subprocess.DEVNULL) as process:
        try:
            yield process
        finally:
            stop(process)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    opener, deadline = build_opener(ProxyHandler({})), time.monotonic() + START_SECONDS
    while True:
        try:
            opener.open(url, timeout=START_SECONDS).close()
        except (URLError, OSError):
            if process.poll() is not None or time.monotonic() > deadline:
                raise
            time.sleep(LOOK_SECONDS)
        else:
            return


def _processor_seconds(process_id: int) -> float:
    fields = Path(f"/proc/{process_id}/stat").read_text("ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _table(starts: dict[str, list[Start]]) -> str:
    head = ("database", "starts", "ready after s, median", "fastest", "processor s, median", "goal s", "")
    rows = []
    for database, found in starts.items():
        clock = statistics.median(start.clock for start in found)
        quickest, processor = min(one.clock for one in found), statistics.median(one.processor for one in found)
        verdict = "met" if clock < GOAL else "missed"
        rows.append([database, str(len(found)), *map(amount, (clock, quickest, processor, GOAL)), verdict])
    return markdown_table(head, rows)


if __name__ == "__main__":
    main()
