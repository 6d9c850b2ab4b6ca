"""The real Nicewen; `/_memory` tells what is resident, in bytes, and `/_memory?trace=1` what was allocated since.

`python -m benchmarks.pages_server --no-browser --port 8080`
"""

import argparse
import ctypes
import gc
import os
import tracemalloc
from contextlib import suppress
from pathlib import Path

from nicegui import app

from nicewen.main import serve
from nicewen.services import Settings
from nicewen.services.language import words_of

PATH = "/_memory"


def main() -> None:
    """Serve."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--no-browser", action="store_true")
    parser.add_argument("--port", type=int, required=True)
    app.get(PATH)(held)
    serve(Settings(port=parser.parse_args().port), words_of("en"), show=False)


async def held(*, trace: bool = False) -> int:
    """Return the bytes; garbage and what is free are given back before. Allocations count from the first such call."""
    for _ in range(2):
        gc.collect()
    with suppress(OSError, AttributeError):  # glibc only
        ctypes.CDLL(None).malloc_trim(0)
    if not trace:
        return _resident()
    if not tracemalloc.is_tracing():
        tracemalloc.start()
    return tracemalloc.get_traced_memory()[0]


def _resident() -> int:
    pages = int(Path("/proc/self/statm").read_text("ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE")


if __name__ in {"__main__", "__mp_main__"}:
    main()
