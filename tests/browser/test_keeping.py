"""Conversations outlive the process: the page comes back by itself, with all that was shown."""

import signal
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.asked import asking, long_answer
from browser.chat_page import (
    answered,
    ask,
    expect_connected,
    expect_letters,
    expect_state,
    expect_whole,
    last_answer,
    messages,
    path_of,
    shown_letters,
)
from browser.nicewen_process import RunningNicewen, restarted, running_nicewen
from dashscope_simulator.process import RunningSimulator


@pytest.fixture
def mortal(simulator: RunningSimulator) -> Iterator[RunningNicewen]:
    """A Nicewen that a test may kill."""
    with running_nicewen(simulator.base_url) as running:
        yield running


@pytest.fixture
def page(chromium: Browser, mortal: RunningNicewen) -> Iterator[Page]:
    """An empty conversation; when its server dies the console says so, and that is no fault."""
    with chromium.new_context(locale="en-US") as context:
        page = context.new_page()
        page.goto(mortal.url)
        yield page


def test_a_conversation_is_there_after_a_restart(page: Page, mortal: RunningNicewen) -> None:
    asked = asking(words="**bold** 杭州")
    answered(page, asked)
    path = path_of(page)
    page.goto("about:blank")  # the page would load itself again, just when the test does
    with restarted(mortal, signal.SIGTERM):
        page.goto(mortal.url + path)
        expect(messages(page, "user")).to_have_count(1)
        expect_whole(page, asked)
        expect(last_answer(page).locator("strong").first).to_have_text("bold")


def test_a_killed_server_comes_back_under_an_open_page_and_the_answer_goes_on(
    page: Page, mortal: RunningNicewen, simulator: RunningSimulator
) -> None:
    asked = long_answer(rate=60, seconds=5)
    ask(page, asked)
    expect_letters(page, 120)
    page.wait_for_timeout(300)  # what is shown is saved within 250 ms
    shown = shown_letters(page)[:100]
    with restarted(mortal, signal.SIGKILL):
        expect_state(page, "interrupted", 30)
        expect_connected(page)
        assert asked.letters.startswith(shown_letters(page))
        assert shown_letters(page).startswith(shown)
        expect(last_answer(page)).to_contain_text("Interrupted")
        last_answer(page).get_by_test_id("continue").click()
        expect_whole(page, asked)
        expect(messages(page, "assistant")).to_have_count(1)
