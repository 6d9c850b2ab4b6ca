"""How long reads take as the database grows: `python -m benchmarks.store [--sizes …] [--runs …]` prints a table."""

import argparse
import asyncio
import statistics
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from benchmarks.store_filling import Filling
from benchmarks.tables import amount, markdown_table
from nicewen.services.store import Store

SIZES = (10_000, 100_000, 1_000_000)
RUNS = 40
SHOWN = 40
"""Messages of a long conversation that a page shows first."""

Read = Callable[[], Awaitable[object]]


def main(arguments: Sequence[str] | None = None) -> None:
    """Fill a database step by step and time the same reads at each size."""
    parser = argparse.ArgumentParser(prog="benchmarks.store", description="How reads fare as the database grows.")
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), help="messages")
    parser.add_argument("--runs", type=int, default=RUNS, help="of each read")
    chosen = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as folder:
        asyncio.run(_measure(Path(folder) / "nicewen.db", chosen.sizes, chosen.runs))


async def _measure(path: Path, sizes: Sequence[int], runs: int) -> None:
    users = await _users(path)
    filling = Filling(path, users)
    times: dict[str, list[list[float]]] = {}
    for size in sizes:
        began = time.perf_counter()
        special = await asyncio.to_thread(filling.fill, size)
        seconds = time.perf_counter() - began
        megabytes = path.stat().st_size / 1e6  # noqa: ASYNC240  nothing else runs
        sys.stderr.write(f"{size:,} messages: filled in {seconds:.0f} s, {megabytes:,.0f} MB\n")
        for name, found in (await _times(path, users, special, runs)).items():
            times.setdefault(name, []).append(found)
    sys.stdout.write(_table(sizes, times))


def filled(path: Path, size: int) -> None:
    """Make a database of so many messages."""
    Filling(path, asyncio.run(_users(path))).fill(size)


async def _users(path: Path) -> tuple[str, str]:
    store = Store(f"sqlite:///{path}")
    await store.open()
    users = await store.user("reader"), await store.user("guest")
    await store.close()
    return users


async def _times(path: Path, users: tuple[str, str], special: dict[int, str], runs: int) -> dict[str, list[float]]:
    """Return milliseconds of each run of each read."""
    store = Store(f"sqlite:///{path}")
    await store.open()
    reads = _reads(store, users, special)
    times = {name: [await _timed(read) for _ in range(runs + 1)][1:] for name, read in reads.items()}
    await store.close()
    return times


def _reads(store: Store, users: tuple[str, str], special: dict[int, str]) -> dict[str, Read]:
    reader, guest = users
    reads: dict[str, Read] = {"sidebar, 50 conversations": lambda: store.conversations(reader)}
    for word in ("天气", "模型", "api", "气", "contract", "天气 api"):
        reads[f"search {word}"] = lambda word=word: store.search(reader, word)  # type: ignore[misc]
    reads["search 天气, a user with 1 % of the messages"] = lambda: store.search(guest, "天气")
    for turns, conversation in special.items():
        reads[f"open {turns:,} turns, newest {SHOWN} messages"] = lambda c=conversation: _open(store, reader, c, SHOWN)  # type: ignore[misc]
    long = special[max(special)]
    reads[f"read all of {max(special):,} turns"] = lambda: _open(store, reader, long, 10_000)
    return reads


async def _open(store: Store, user: str, conversation: str, count: int) -> None:
    row = await store.conversation(user, conversation)
    outline = await store.outline(conversation)
    shown = await store.messages([message.id for message in outline[-count:]])
    if row is None or not shown:
        raise LookupError(conversation)


async def _timed(read: Read) -> float:
    began = time.perf_counter()
    await read()
    return (time.perf_counter() - began) * 1000


def _table(sizes: Sequence[int], times: dict[str, list[list[float]]]) -> str:
    head = ["read (median / p95, ms)", *(f"{size:,}" for size in sizes), "last : first"]
    rows = [
        [
            name,
            *(f"{amount(statistics.median(one))} / {amount(statistics.quantiles(one, n=20)[-1])}" for one in columns),
            f"{statistics.median(columns[-1]) / statistics.median(columns[0]):.1f}",
        ]
        for name, columns in times.items()
    ]
    return markdown_table(head, rows)


if __name__ == "__main__":
    main()
