"""The page follows the end of an answer while the reader is there, and leaves the reader alone elsewhere."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, ViewportSize, expect

from browser.asked import asking, long_answer
from browser.chat_page import ask, expect_letters, expect_state, last_answer
from browser.chromium import FLAGS, chromium_path
from browser.conftest import OpenPage
from browser.nicewen_process import RunningNicewen
from browser.watch import Watch

SMALL: ViewportSize = {"width": 700, "height": 420}
LOG = "document.querySelector('.nicewen-log')"
SHRINK_AND_GROW = """() => new Promise(done => {
  const part = () => Object.assign(document.createElement('div'), {style: 'flex: 0 0 150px'});
  const add = () => document.querySelector('.nicewen-column').appendChild(part());
  const next = act => requestAnimationFrame(() => setTimeout(act));
  const first = add();
  next(() => next(() => { first.remove(); next(() => { add(); next(() => next(done)); }); }));
})"""
WORDS_AND_WHEEL = f"""() => new Promise(done => {{
  const column = document.querySelector('.nicewen-column');
  column.append(Object.assign(document.createElement('div'), {{style: 'flex: 0 0 150px'}}));
  column.dispatchEvent(new Event('grown'));
  {LOG}.dispatchEvent(new WheelEvent('wheel', {{deltaY: -1}}));
  requestAnimationFrame(() => requestAnimationFrame(done));
}})"""
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
    while reading.get_by_test_id("jump-to-latest").is_visible():  # the end goes on while one scrolls towards it
        reading.mouse.wheel(0, 5000)
        reading.wait_for_timeout(200)
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


@pytest.mark.parametrize("key", ["PageUp", "ArrowUp", "Home", "Shift+Space"])
def test_a_key_that_scrolls_up_stops_following_at_once(reading: Page, key: str) -> None:
    reading.locator(".nicewen-log").focus()
    reading.keyboard.press(key)
    expect_left_alone(reading)


@pytest.mark.parametrize("pixels", [12, 150])
def test_a_finger_that_scrolls_up_stops_following_at_once(open_page: OpenPage, pixels: int) -> None:
    page = open_page(viewport=SMALL, has_touch=True, is_mobile=True)
    ask(page, long_answer(rate=100, seconds=8))
    expect_taller_than(page, SMALL["height"] + 200)
    finger = page.context.new_cdp_session(page)
    finger.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [{"x": 300, "y": 100}]})
    for step in range(1, 6):  # slower than text grows; the first pixels are swallowed as a tap's
        point = {"x": 300, "y": 100 + 20 + pixels * step / 5}
        finger.send("Input.dispatchTouchEvent", {"type": "touchMove", "touchPoints": [point]})
        page.wait_for_timeout(50)
    expect(page.get_by_test_id("jump-to-latest")).to_be_visible()
    finger.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    expect_left_alone(page)


def test_dragging_the_scrollbar_up_stops_following_at_once(with_scrollbars: Page) -> None:
    page = with_scrollbars
    ask(page, long_answer(rate=100, seconds=8))
    expect_taller_than(page, SMALL["height"] + 200)
    box = page.locator(".nicewen-log").bounding_box()
    assert box
    x, y = box["x"] + box["width"] - 6, box["y"] + box["height"] - 40
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x, y - 8 * step)
        page.wait_for_timeout(50)
    expect(page.get_by_test_id("jump-to-latest")).to_be_visible()
    page.mouse.up()
    expect_left_alone(page)


def test_the_wheel_turned_by_one_notch_stops_following_at_once(reading: Page) -> None:
    reading.locator(".nicewen-log").hover()
    reading.mouse.wheel(0, -10)
    expect_left_alone(reading)


def expect_left_alone(page: Page) -> None:
    """Wait until it is seen that the page does not follow, and that it stays so while text comes."""
    expect(page.get_by_test_id("jump-to-latest")).to_be_visible(timeout=1000)
    page.wait_for_timeout(400)  # the browser's own smooth scrolling has come to rest
    place = top(page)
    expect_letters(page, 1)
    expect_taller_than(page, height(page) + 100)
    assert abs(top(page) - place) <= 1
    expect(page.get_by_test_id("jump-to-latest")).to_be_visible()


@pytest.fixture
def with_scrollbars(chromium: Browser, nicewen: RunningNicewen, watch: Watch) -> Iterator[Page]:
    """A page with the scrollbars that a headless browser hides."""
    kind = chromium.browser_type
    path = chromium_path(Path(kind.executable_path))
    with kind.launch(executable_path=path, args=list(FLAGS), ignore_default_args=["--hide-scrollbars"]) as browser:
        page = browser.new_page(locale="en-US", viewport=SMALL)
        watch.add(page, nicewen.url)
        page.goto(nicewen.url)
        yield page


def test_a_turn_of_the_wheel_wins_against_words_of_the_same_moment(page: Page) -> None:
    ask(page, long_answer(rate=1000, seconds=1))
    expect_state(page, "done")
    expect_at_end(page)
    page.evaluate(WORDS_AND_WHEEL)
    expect(page.get_by_test_id("jump-to-latest")).to_be_visible()


def test_what_is_unfolded_stays_where_it_is(page: Page) -> None:
    items = "- item\n" * 80
    ask(page, asking(words=f"so:\n\n<details>\n<summary>More</summary>\n\n{items}\n</details>\n"))
    expect_state(page, "done")
    expect_at_end(page)
    summary, folded = last_answer(page).locator("summary"), height(page)
    before = summary.bounding_box()
    summary.click()
    expect_taller_than(page, folded + 1000)
    expect(page.get_by_test_id("jump-to-latest")).to_be_visible()
    assert summary.bounding_box() == before
    summary.click()
    expect(page.get_by_test_id("jump-to-latest")).to_be_hidden()
