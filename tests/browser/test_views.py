"""Pages follow an answer that belongs to none of them: reload, tabs, history."""

from playwright.sync_api import Page, expect

from browser.asked import Asked, long_answer
from browser.chat_page import (
    ask,
    expect_growth,
    expect_letters,
    expect_state,
    expect_whole,
    messages,
    path_of,
    shown_letters,
)
from browser.conftest import OpenPage
from dashscope_simulator.process import RunningSimulator

SLOWER = 8  # times slower than this machine


def begun(page: Page, seconds: float = 5) -> Asked:
    """Ask something whose answer takes so long, and wait until it is being read."""
    asked = long_answer(rate=40, seconds=seconds)
    ask(page, asked)
    expect_letters(page, 60)
    return asked


def expect_growing(page: Page) -> None:
    """Wait until the page shows more than it does now."""
    expect_letters(page, 1)
    expect_growth(page, 20)
    expect_state(page, "writing")


def was_asked_once(simulator: RunningSimulator, asked: Asked) -> bool:
    return [request["outcome"] for request in simulator.requests(asked.model)] == ["complete"]


def test_a_reload_in_the_middle_loses_and_doubles_nothing(page: Page, simulator: RunningSimulator) -> None:
    asked = begun(page)
    page.reload()
    expect_growing(page)
    expect_whole(page, asked)
    expect(messages(page, "user")).to_have_count(1)
    assert was_asked_once(simulator, asked)


def test_many_reloads_lose_and_double_nothing(page: Page, simulator: RunningSimulator) -> None:
    asked = begun(page)
    for _ in range(5):
        page.reload(wait_until="domcontentloaded")
    expect_growing(page)
    expect_whole(page, asked)
    assert was_asked_once(simulator, asked)


def test_a_second_tab_shows_the_same(page: Page, open_page: OpenPage, simulator: RunningSimulator) -> None:
    asked = begun(page)
    second = open_page(path=path_of(page))
    expect_growing(second)
    expect_growing(page)
    expect_whole(second, asked)
    expect_whole(page, asked)
    assert was_asked_once(simulator, asked)


def test_stop_in_the_second_tab_stops_it_for_both(page: Page, open_page: OpenPage, simulator: RunningSimulator) -> None:
    begun(page, seconds=20)
    second = open_page(path=path_of(page))
    expect_growing(second)
    second.get_by_test_id("stop").click()
    expect_state(second, "stopped", 1)
    expect_state(page, "stopped", 1)
    assert shown_letters(page) == shown_letters(second)


def test_a_question_in_the_second_tab_is_shown_in_the_first(page: Page, open_page: OpenPage) -> None:
    begun(page, seconds=2)
    second = open_page(path=path_of(page))
    expect_state(second, "done")
    asked = begun(second, seconds=2)
    expect_growing(page)
    expect_whole(page, asked)


def test_the_back_button_returns_to_the_growing_answer(page: Page, simulator: RunningSimulator) -> None:
    asked = begun(page)
    page.get_by_test_id("new-conversation").click()
    expect(messages(page, "user")).to_have_count(0)
    page.go_back()
    expect_growing(page)
    expect_whole(page, asked)
    assert was_asked_once(simulator, asked)


def test_a_slow_tab_that_comes_late_shows_the_same(
    page: Page, open_page: OpenPage, simulator: RunningSimulator
) -> None:
    asked = begun(page, seconds=40)  # on a busy machine the slow tab needs half of it to load
    late = open_page()
    late.context.new_cdp_session(late).send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    late.goto(page.url)
    expect_growing(late)
    expect_whole(late, asked, 60)
    expect_whole(page, asked)
    assert was_asked_once(simulator, asked)


def test_an_answer_that_ended_is_there_after_a_reload(page: Page) -> None:
    asked = begun(page, seconds=2)
    expect_whole(page, asked)
    page.reload()
    expect_whole(page, asked)
