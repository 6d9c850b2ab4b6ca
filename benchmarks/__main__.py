"""All measurements and docs/performance.md: `python -m benchmarks [--quick] [--shapes …] [--sizes …] [--turns …]`."""

import argparse
import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))  # their browser and processes are used

from playwright.sync_api import sync_playwright

from benchmarks.answers import SHORT_CHARACTERS, TURNS, Question, measured, questions
from benchmarks.markdown import LIMIT_SECONDS, SIZES, cases, steady_cost
from benchmarks.rendering import Cost
from benchmarks.report import Run, page_of
from benchmarks.serving import ROOT, running_upstream
from benchmarks.shapes import SHAPES
from benchmarks.stream import TOKENS
from benchmarks.surroundings import surroundings
from browser.chromium import FLAGS, chromium_path

SHORT_ANSWERS = 20
PAGE = ROOT / "docs" / "performance.md"
ELSEWHERE = ROOT / "test-results"


def main(arguments: Sequence[str] | None = None) -> None:
    """Measure, and write the page."""
    chosen = options(arguments)
    rendering = list(rendering_costs(chosen))
    with sync_playwright() as playwright, running_upstream() as upstream:
        path = chromium_path(Path(playwright.chromium.executable_path))
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        asked = list(questions(chosen.shapes, chosen.sizes, chosen.turns))
        short = [Question("prose", SHORT_CHARACTERS, TOKENS, turns) for turns in chosen.turns]
        firsts = list(measured(browser, upstream, short, chosen.short_answers))
        answers = list(measured(browser, upstream, asked))
        version = browser.version
        browser.close()
    write(Run(surroundings(version), answers, firsts, rendering, chosen.limit), chosen.output)


def options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="benchmarks", description="What Nicewen costs, beside `ui.markdown`.")
    parser.add_argument("--quick", action="store_true", help="1,000 characters of prose only: does it all still run?")
    parser.add_argument("--shapes", nargs="+", choices=SHAPES, default=list(SHAPES))
    parser.add_argument("--sizes", nargs="+", type=int, default=list(SIZES), help="characters")
    parser.add_argument("--turns", nargs="+", type=int, default=[0, TURNS], help="earlier turns")
    parser.add_argument("--limit", type=float, default=LIMIT_SECONDS, help="seconds of rendering for one case")
    parser.add_argument("--output", type=Path, default=PAGE, help="the page to write")
    chosen = parser.parse_args(arguments)
    chosen.short_answers = SHORT_ANSWERS
    if chosen.quick:
        chosen.shapes, chosen.sizes, chosen.turns, chosen.short_answers = ["prose"], [1_000], [0], 2
    return chosen


def rendering_costs(chosen: argparse.Namespace) -> list[Cost]:
    """Measure what needs no browser."""
    return [steady_cost(case, chosen.limit) for case in cases(chosen.shapes, chosen.sizes)]


def write(run: Run, page: Path) -> None:
    """Write the page, and all figures as JSON."""
    page.parent.mkdir(parents=True, exist_ok=True)
    page.write_text(page_of(run), "utf-8")
    ELSEWHERE.mkdir(exist_ok=True)
    figures = ELSEWHERE / f"{page.stem}.json"
    figures.write_text(json.dumps(asdict(run), indent=1, ensure_ascii=False), "utf-8")
    sys.stdout.write(f"{page}\n{figures}\n")


if __name__ == "__main__":
    main()
