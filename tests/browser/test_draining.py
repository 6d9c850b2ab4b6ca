"""SIGTERM: running answers finish, new questions wait for the next process, and the page comes back to it by itself."""

import signal
import time
from collections.abc import Iterator
from contextlib import ExitStack
from urllib.error import HTTPError

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.asked import asking, long_answer
from browser.chat_page import (
    SECONDS,
    ask,
    expect_connected,
    expect_letters,
    expect_state,
    expect_whole,
    messages,
    question_box,
    shown_letters,
)
from browser.nicewen_process import RunningNicewen, running_nicewen, stop, wait_until_it_serves
from dashscope_simulator.process import RunningSimulator

DRAIN = 5


@pytest.fixture
def nicewen(simulator: RunningSimulator) -> Iterator[RunningNicewen]:
    with running_nicewen(simulator.base_url, NICEWEN_DRAIN_SECONDS=str(DRAIN)) as running:
        yield running
        assert "Traceback" not in running.log, running.log


def status(nicewen: RunningNicewen, path: str) -> int:
    try:
        nicewen.get(path)
    except HTTPError as error:
        return error.code
    return 200


def test_what_runs_finishes_and_what_is_new_is_asked_of_the_next_process(
    chromium: Browser, nicewen: RunningNicewen, simulator: RunningSimulator
) -> None:
    short, endless, later = long_answer(rate=60, seconds=2), long_answer(rate=30, seconds=60), asking()
    with ExitStack() as stack:
        pages = [stack.enter_context(chromium.new_context(locale="en-US")).new_page() for _ in range(3)]
        for page in pages:
            page.goto(nicewen.url)
            expect_connected(page)
        first, second, third = pages
        ask(first, short)
        ask(second, endless)
        for page in (first, second):
            expect_letters(page, 30)
        began = time.monotonic()
        nicewen.process.send_signal(signal.SIGTERM)
        ask(third, later)
        expect(third.get_by_text("Nicewen is just being restarted")).to_be_visible()
        expect(question_box(third)).to_have_value(later.text)
        assert status(nicewen, "/readyz") == 503
        assert status(nicewen, "/healthz") == 200
        expect_whole(first, short)
        assert nicewen.process.poll() is None, "it waits for the other"
        assert nicewen.process.wait(DRAIN + 4) == 0
        assert time.monotonic() - began > DRAIN
        again = stack.enter_context(nicewen.start())
        stack.callback(stop, again)
        wait_until_it_serves(RunningNicewen(nicewen.url, again, nicewen.log_file, nicewen.start))
        expect_state(second, "interrupted", 30)
        expect_whole(first, short)
        came_back(third)
        question_box(third).press("Enter")
        expect_whole(third, later)
        expect(messages(third, "user")).to_have_count(1)
        assert endless.letters.startswith(shown_letters(second))
        assert len(shown_letters(second)) > 100


def came_back(page: Page) -> None:
    expect_connected(page)
    expect(page.get_by_text("Nicewen is just being restarted")).to_be_hidden(timeout=30 * SECONDS)
    expect_connected(page)
