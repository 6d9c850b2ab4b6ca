"""The page follows the end of an answer while the reader is there, and leaves the reader alone elsewhere."""

import pytest
from playwright.sync_api import Page, ViewportSize, expect

from browser.asked import asking, long_answer
from browser.chat_page import ask, expect_state
from browser.conftest import OpenPage

SMALL: ViewportSize = {"width": 700, "height": 420}
LOG = "document.querySelector('.nicewen-log')"
SHRINK_AND_GROW = """() => new Promise(done => {
  const part = () => Object.assign(document.createElement('div'), {style: 'flex: 0 0 150px'});
  const add = () => document.querySelector('.nicewen-column').appendChild(part());
  const next = act => requestAnimationFrame(() => setTimeout(act));
  const first = add();
  next(() => next(() => { first.remove(); next(() => { add(); next(() => next(done)); }); }));
})"""
NEAR = 48  # pixels: one line may have come since


@pytest.fixture
def reading(open_page: OpenPage) -> Page:
    """A page whose answer is longer than the window and still growing."""
    page = open_page(viewport=SMALL)
    ask(page, long_answer(rate=100, seconds=8))
    expect_taller_than(page, SMALL["height"] + 200)
    return page


def height(page: Page) -> int:
    return int(page.evaluate(f"{LOG}.scrollHeight"))


def top(page: Page) -> int:
    return int(page.evaluate(f"{LOG}.scrollTop"))


def expect_taller_than(page: Page, pixels: int) -> None:
    page.wait_for_function(f"pixels => {LOG}.scrollHeight > pixels", arg=pixels)


def expect_at_end(page: Page) -> None:
    page.wait_for_function(f"{LOG}.scrollHeight - {LOG}.scrollTop - {LOG}.clientHeight < {NEAR}")


def scroll_up(page: Page) -> None:
    page.locator(".nicewen-log").hover()
    page.mouse.wheel(0, -200)


def test_the_page_follows_the_end(reading: Page) -> None:
    expect_at_end(reading)
    expect(reading.get_by_test_id("jump-to-latest")).to_be_hidden()
    expect_taller_than(reading, height(reading) + 100)
    expect_at_end(reading)


def test_a_reader_who_scrolls_up_is_left_alone(reading: Page) -> None:
    scroll_up(reading)
    expect(reading.get_by_test_id("jump-to-latest")).to_be_visible()
    place = top(reading)
    expect_taller_than(reading, height(reading) + 150)
    assert top(reading) <= place
    expect(reading.get_by_test_id("jump-to-latest")).to_be_visible()


def test_jump_to_latest_follows_again(reading: Page) -> None:
    scroll_up(reading)
    reading.get_by_test_id("jump-to-latest").click()
    expect(reading.get_by_test_id("jump-to-latest")).to_be_hidden()
    expect_at_end(reading)
    expect_taller_than(reading, height(reading) + 100)
    expect_at_end(reading)


def test_scrolling_back_to_the_end_follows_again(reading: Page) -> None:
    scroll_up(reading)
    expect(reading.get_by_test_id("jump-to-latest")).to_be_visible()
    reading.mouse.wheel(0, 5000)
    expect(reading.get_by_test_id("jump-to-latest")).to_be_hidden()
    expect_taller_than(reading, height(reading) + 100)
    expect_at_end(reading)


def test_a_new_question_brings_the_reader_to_the_end(reading: Page) -> None:
    scroll_up(reading)
    expect(reading.get_by_test_id("jump-to-latest")).to_be_visible()
    reading.get_by_test_id("stop").click()
    expect_state(reading, "stopped")
    ask(reading, asking())
    expect_at_end(reading)


def test_a_page_that_loads_a_long_conversation_shows_its_end(reading: Page) -> None:
    reading.reload()
    expect_at_end(reading)


def test_text_that_becomes_shorter_before_it_grows_is_followed(page: Page) -> None:
    """Chromium hides this by anchoring the scroll position; not every browser does."""
    ask(page, asking(words="Once more " * 2000))
    expect_state(page, "done")
    expect_at_end(page)
    page.evaluate(f"{LOG}.style.overflowAnchor = 'none'")
    page.evaluate(SHRINK_AND_GROW)
    expect_at_end(page)
    expect(page.get_by_test_id("jump-to-latest")).to_be_hidden()
