"""What rendering costs the server, without a browser: `python -m benchmarks.markdown [--shapes …] [--sizes …]`.

A `LiveDocument` gets pieces as an answer does and is shown flush by flush through the real `StreamingMarkdown`; its
messages are encoded as NiceGUI encodes them, and counted instead of sent. Beside it NiceGUI's `ui.markdown`, set to
the same text at the same flushes, and at every token. Times are processor time of this one thread.
"""

import argparse
import json
import statistics
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path

from benchmarks.rendering import AT_FLUSHES, AT_PIECES, NICEWEN, Case, Cost, cost_of
from benchmarks.shapes import SHAPES
from benchmarks.stream import BURST, TOKENS
from benchmarks.tables import amount, kilobytes, markdown_table

SIZES = (1_000, 10_000, 100_000, 1_000_000)
PEER_SIZES = (1_000, 10_000)
LIMIT_SECONDS = 10.0
STEADY_SECONDS = 0.3
HEAD = (
    *("shape", "characters", "pace", "way", "CPU s", "µs/char", "× of 10k"),
    *("longest ms", "GC ms", "sent", "HTML", "÷ budget"),
)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description="What rendering costs the server, without a browser.")
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES))
    parser.add_argument("--no-peer", action="store_true", help="leave ui.markdown out")
    parser.add_argument("--limit", type=float, default=LIMIT_SECONDS, help="seconds after which one case is given up")
    parser.add_argument("--json", type=Path, help="write everything to this file, too")
    chosen = parser.parse_args()
    costs: list[Cost] = []
    for case in cases(chosen.shapes, chosen.sizes, peer=not chosen.no_peer):
        costs.append(steady_cost(case, chosen.limit))
        sys.stderr.write(" ".join(row_of(costs[-1], costs)) + "\n")
    sys.stdout.write(table_of(costs))
    if chosen.json:
        chosen.json.write_text(json.dumps([asdict(cost) for cost in costs], indent=1), "utf-8")


def cases(shapes: Sequence[str], sizes: Sequence[int], *, peer: bool = True) -> Iterator[Case]:
    """Yield what is measured; each size at a pace at which 10,000 characters are measured too."""
    for shape in shapes:
        for size in sizes:
            if size <= 100_000:
                yield Case(shape, size, TOKENS)
            if size >= 10_000:
                yield Case(shape, size, BURST)
            if peer and size in PEER_SIZES:
                yield Case(shape, size, TOKENS, AT_FLUSHES)
                yield Case(shape, size, TOKENS, AT_PIECES)


def steady_cost(case: Case, limit: float) -> Cost:
    """Repeat a short case, and return the one whose time is the median."""
    costs = [cost_of(case, limit)]
    while case.way == NICEWEN and sum(cost.seconds for cost in costs) < STEADY_SECONDS and len(costs) < 9:
        costs.append(cost_of(case, limit))
    seconds = statistics.median_low(cost.seconds for cost in costs)
    return next(cost for cost in costs if cost.seconds == seconds)


def table_of(costs: Sequence[Cost]) -> str:
    """Return all costs as a table."""
    return markdown_table(HEAD, [row_of(cost, costs) for cost in costs])


def row_of(cost: Cost, costs: Sequence[Cost]) -> Sequence[str]:
    case = cost.case
    growth = growth_of(cost, costs)
    return (
        case.shape,
        f"{case.size:,}" if cost.is_whole else f"{cost.length:,} of {case.size:,}, given up",
        case.pace.name,
        case.way,
        amount(cost.seconds),
        amount(cost.per_character),
        f"{growth:.2f}" if growth else "",
        amount(cost.longest * 1000),
        amount(cost.collecting * 1000),
        kilobytes(cost.sent),
        kilobytes(cost.html),
        f"{cost.sent / cost.budget:.2f}",
    )


def growth_of(cost: Cost, costs: Sequence[Cost]) -> float | None:
    """Return the cost of a character as a multiple of that at 10,000 characters, same shape, pace and way."""
    alike = (cost.case.shape, cost.case.pace, cost.case.way)
    for other in costs:
        if (other.case.shape, other.case.pace, other.case.way) == alike and other.case.size == 10_000:
            return cost.per_character / other.per_character if other is not cost else None
    return None


if __name__ == "__main__":
    main()
