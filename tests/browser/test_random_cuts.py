"""Lines, pages and servers that are cut at any moment: in the end every character is there once, and was asked once."""

import random
import signal
from contextlib import ExitStack

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.asked import long_answer
from browser.chat_page import (
    SECONDS,
    ask,
    expect_growth,
    expect_state,
    expect_whole,
    last_answer,
    messages,
    shown_letters,
)
from browser.nicewen_process import RunningNicewen, restarted, running_nicewen
from browser.silent_proxy import SilentProxy, silent_proxy
from browser.watch import Watch
from dashscope_simulator.process import RunningSimulator

CUTS = 5  # in one answer
LOAD_SECONDS = 0.7  # a page that was cut while it loads is loaded by hand, as a person would


def cut(page: Page, proxy: SilentProxy, chance: random.Random) -> None:
    """Cut the line, or the page from the net for a moment, or load the page again."""
    match chance.choice(["line", "net", "page"]):
        case "line":
            proxy.cut()
        case "net":
            page.context.set_offline(True)
            page.wait_for_timeout(chance.uniform(0, 0.5) * SECONDS)
            page.context.set_offline(False)
        case "page":
            page.reload()


def check_random_cuts(chromium: Browser, nicewen: RunningNicewen, simulator: RunningSimulator, seed: int) -> None:
    chance = random.Random(seed)
    asked = long_answer(rate=100, seconds=CUTS)
    watch = Watch()
    with ExitStack() as stack:
        proxy = stack.enter_context(silent_proxy(nicewen.url))
        page = stack.enter_context(chromium.new_context(locale="en-US")).new_page()
        stack.enter_context(watch.cutting_the_network())
        watch.add(page, proxy.url)
        page.goto(proxy.url)
        ask(page, asked)
        expect(messages(page, "assistant")).to_have_count(1)
        for _ in range(CUTS):
            page.wait_for_timeout(chance.uniform(0, LOAD_SECONDS) * SECONDS)
            cut(page, proxy, chance)
        expect_whole(page, asked)
    assert [request["outcome"] for request in simulator.requests(asked.model)] == ["complete"]


@pytest.mark.parametrize("seed", range(4))
def test_twenty_cuts_lose_and_double_nothing(
    chromium: Browser, nicewen: RunningNicewen, simulator: RunningSimulator, seed: int
) -> None:
    check_random_cuts(chromium, nicewen, simulator, seed)


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(1000, 1100))
def test_five_hundred_cuts_lose_and_double_nothing(
    chromium: Browser, nicewen: RunningNicewen, simulator: RunningSimulator, seed: int
) -> None:
    check_random_cuts(chromium, nicewen, simulator, seed)


def test_an_answer_whose_server_is_killed_again_and_again_goes_on_each_time(
    chromium: Browser, simulator: RunningSimulator
) -> None:
    chance = random.Random(7)
    asked = long_answer(rate=60, seconds=10)
    with ExitStack() as stack:
        running = stack.enter_context(running_nicewen(simulator.base_url))
        page = stack.enter_context(chromium.new_context(locale="en-US")).new_page()
        page.goto(running.url)
        ask(page, asked)
        for _ in range(CUTS):
            expect_state(page, "writing", 30)  # not what it was before the last restart
            expect_growth(page, chance.randrange(10, 150))  # so the service was asked
            running = stack.enter_context(restarted(running, signal.SIGKILL))
            expect_state(page, "interrupted", 30)
            assert asked.letters.startswith(shown_letters(page))
            last_answer(page).get_by_test_id("continue").click()
        expect_whole(page, asked)
        expect(messages(page, "assistant")).to_have_count(1)
    assert len(simulator.requests(asked.model)) == 1 + CUTS
