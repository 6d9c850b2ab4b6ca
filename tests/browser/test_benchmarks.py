"""The benchmarks still run; what they measure is no test's business."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]


def test_rendering_is_measured() -> None:
    table = output_of("benchmarks.markdown", "--shapes", "list", "--sizes", "1000", "--no-peer")
    assert "| list | 1,000 | 200 tokens/s | Nicewen |" in table


def test_a_start_is_measured_with_both_databases() -> None:
    table = output_of("benchmarks.startup", "--starts", "1", "--messages", "100")
    assert [row.split(" | ")[:2] for row in table.splitlines()[2:]] == [["| none yet", "1"], ["| 100 messages", "1"]]


def test_the_memory_of_running_answers_is_measured() -> None:
    table = output_of("benchmarks.running", "--answers", "3", "--length", "1000")
    assert re.search(r"\| answer of \d+ characters \| 3 \| \d+ \| \d+ \|", table)


@pytest.mark.soak
@pytest.mark.timeout(600)
def test_an_answer_is_measured_in_both_pages(tmp_path: Path) -> None:
    page = tmp_path / "performance.md"
    output_of("benchmarks", "--quick", "--output", str(page))
    (case,) = [line for line in page.read_text("utf-8").splitlines() if line.startswith("| prose 1,000")]
    assert " – " not in case


def output_of(module: str, *options: str) -> str:
    command = [sys.executable, "-m", module, *options]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True).stdout
