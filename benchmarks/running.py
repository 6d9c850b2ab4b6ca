"""What an answer costs the server in memory while it is written: `python -m benchmarks.running [--answers …]`.

Nobody looks at the answers; a DashScope sends all of them at once, token by token, and holds their ends back.
"""

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, build_opener

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))  # their processes are used

from benchmarks.pages_server import PATH
from benchmarks.serving import PYTHONPATH, running_upstream
from benchmarks.shapes import text_of
from benchmarks.stream import TOKENS
from benchmarks.tables import markdown_table
from benchmarks.upstream import Wish
from browser.nicewen_process import running_nicewen

ANSWERS = 50
LENGTH = 10_000
HOLD_SECONDS = 600
WRITTEN_SECONDS = 200.0
"""How long all of them may take to be written."""

UNSAID = 100
"""The last characters are held back until it is clear that they do not begin a key: at most so many."""

SETTLE_SECONDS = 2.0
"""After that what was written is saved too."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure an idle server, then one that writes."""
    parser = argparse.ArgumentParser(prog="benchmarks.running", description="What running answers cost in memory.")
    parser.add_argument("--answers", type=int, default=ANSWERS)
    parser.add_argument("--length", type=int, default=LENGTH, help="characters of each")
    chosen = parser.parse_args(arguments)
    with running_upstream() as upstream:
        costs = {
            kind: _bytes_of_answer(upstream, chosen.answers, chosen.length, path)
            for kind, path in {"allocated": f"{PATH}?trace=1", "resident": PATH}.items()
        }
    sys.stdout.write(_table(chosen.answers, chosen.length, costs))


def _bytes_of_answer(upstream: str, count: int, length: int, memory: str) -> float:
    """Return by how many bytes a server grows with each answer; a few are being written before."""
    before = max(2, count // 10)
    patient = {"NICEWEN_STALL_TIMEOUT": str(2 * HOLD_SECONDS)}
    with running_nicewen(
        f"{upstream}/api/v1", "qwen-plus", module="benchmarks.running_server", PYTHONPATH=PYTHONPATH, **patient
    ) as running:
        _write(running.url, before, length, upto=before)
        idle = int(_got(running.url + memory))
        _write(running.url, count, length, upto=before + count)
        busy = int(_got(running.url + memory))
        running.process.kill()  # it would end and keep all of them first
        running.process.wait()
        return (busy - idle) / count


def _write(url: str, count: int, length: int, *, upto: int) -> None:
    """Ask so many questions more, and wait until so many answers have all their words."""
    for number in range(count):
        wish = Wish("prose", length, TOKENS, f"a{upto}b{number}", HOLD_SECONDS)
        _opened(f"{url}/_ask", wish.question.encode())
    deadline = time.monotonic() + WRITTEN_SECONDS
    enough = len(text_of("prose", length)) - UNSAID
    while sum(characters >= enough for characters in _got(f"{url}/_written")) < upto:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{upto} answers should be written: {_got(f'{url}/_written')}")
        time.sleep(0.2)
    time.sleep(SETTLE_SECONDS)


def _got(url: str) -> Any:
    return json.loads(_opened(url))


def _opened(url: str, body: bytes | None = None) -> bytes:
    with build_opener(ProxyHandler({})).open(url, body, timeout=120) as response:
        said: bytes = response.read()
    return said


def _table(count: int, length: int, costs: Mapping[str, float]) -> str:
    head = ("one more", "at once", *(f"{kind} kB" for kind in costs))
    length = len(text_of("prose", length))
    cells = [f"{size / 1000:.0f}" for size in costs.values()]
    return markdown_table(head, [(f"answer of {length:,} characters", str(count), *cells)])


if __name__ == "__main__":
    main()
