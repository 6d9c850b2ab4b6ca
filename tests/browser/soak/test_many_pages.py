"""Twenty readers at once, for five minutes: no page may reload itself, none may lose a character."""

import subprocess
import time
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page

from browser.asked import Asked, long_answer
from browser.chat_page import ask, expect_letters, expect_whole
from browser.nicewen_process import RunningNicewen
from browser.watch import Watch
from dashscope_simulator.process import RunningSimulator

PAGES = 20
SECONDS = 300.0
RATE = 20  # tokens a second, for each page


@pytest.mark.soak
@pytest.mark.timeout(1200)
def test_twenty_pages_streaming_for_five_minutes_never_reload(
    chromium: Browser, nicewen: RunningNicewen, simulator: RunningSimulator
) -> None:
    with ExitStack() as stack:
        readers = [reader(chromium, stack, nicewen) for _ in range(PAGES)]
        began, spent = time.monotonic(), cpu_seconds(nicewen)
        for page, asked, _ in readers:
            ask(page, asked)
        for page, _, _ in readers:
            expect_letters(page, 60)
        for page, asked, _ in readers:
            expect_whole(page, asked, SECONDS + 60)
        took, spent = time.monotonic() - began, cpu_seconds(nicewen) - spent
        for _, asked, watch in readers:
            assert [request["outcome"] for request in simulator.requests(asked.model)] == ["complete"]
            assert watch.navigations == 1
            assert not watch.faults
            assert not [line for line in watch.lines if "reload" in line]
    reconnects = sum(watch.sockets - 1 for _, _, watch in readers)
    share = 100 * spent / took
    print(f"{PAGES} pages, {took:.0f} s, {reconnects} reconnects, processor time {spent} s ({share:.0f} % of one core)")


def reader(chromium: Browser, stack: ExitStack, nicewen: RunningNicewen) -> tuple[Page, Asked, Watch]:
    """Open a page in a browser profile of its own."""
    page = stack.enter_context(chromium.new_context(locale="en-US")).new_page()
    watch = Watch()
    watch.add(page, nicewen.url)
    page.goto(nicewen.url)
    return page, long_answer(rate=RATE, seconds=SECONDS), watch


def cpu_seconds(nicewen: RunningNicewen) -> int:
    """Return the processor time that Nicewen has used, as `ps` counts it: [[days-]hours:]minutes:seconds."""
    command = ["ps", "-o", "time=", "-p", str(nicewen.process.pid)]
    shown = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    days, _, clock = shown.rpartition("-")
    parts = [float(part) for part in clock.split(":")]
    return int(sum(part * 60**power for power, part in enumerate(reversed(parts))) + int(days or 0) * 86_400)
