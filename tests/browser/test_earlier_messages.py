"""A long conversation: the newest turns stand on the page at first, earlier ones come as the reader scrolls up."""

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.asked import asking, long_answer
from browser.chat_page import (
    answered,
    ask,
    expect_connected,
    expect_letters,
    expect_state,
    last_answer,
    messages,
    path_of,
)
from browser.conftest import OpenPage
from browser.nicewen_process import RunningNicewen
from browser.test_accessibility import PHONE, expect_nothing_found
from browser.test_scrolling import LOG, SMALL, expect_at_end, expect_taller_than, height, top

TURNS = 44  # 20 at first, 20 more, and 4
SECONDS = 1000
WITHOUT_ANCHORING = """() => {
  const sheet = new CSSStyleSheet();
  sheet.replaceSync(`.nicewen-log { overflow-anchor: none }
    .nicewen-message { content-visibility: visible !important }`);
  document.adoptedStyleSheets.push(sheet);
}"""
WHILE_THEY_COME = """count => new Promise(done => {
  const box = document.querySelector('.nicewen-log');
  const shown = () => document.querySelectorAll('.nicewen-question').length;
  const top = box.getBoundingClientRect().top;
  const isRead = message => message.getBoundingClientRect().bottom > top + 20;
  const mark = [...document.querySelectorAll('.nicewen-message')].find(isRead);
  const [before, places] = [shown(), []];
  const look = () => {
    places.push(mark.getBoundingClientRect().top);
    if (places.length > 600 || (shown() > before && (count -= 1) < 0)) done(places);
    else requestAnimationFrame(look);
  };
  look();
})"""


@pytest.fixture(scope="module")
def path(chromium: Browser, nicewen: RunningNicewen) -> str:
    """The path of a conversation with many turns."""
    with chromium.new_context(locale="en-US") as context:
        page = context.new_page()
        page.goto(nicewen.url)
        expect_connected(page)
        for number in range(1, TURNS + 1):
            ask(page, asking("default", f"Question {number} of many"))
            expect(messages(page, "user")).to_have_count(number)
        expect(messages(page, "assistant", "done")).to_have_count(TURNS, timeout=60 * SECONDS)
        return path_of(page)


@pytest.fixture
def page(open_page: OpenPage, path: str) -> Page:
    """A page that has just opened it."""
    page = open_page(path, viewport=SMALL)
    expect_connected(page)
    expect(messages(page, "assistant", "done")).to_have_count(20)
    expect_at_end(page)
    return page


def numbers(page: Page) -> list[int]:
    texts = page.locator(".nicewen-question-text").all_text_contents()
    return [int(text.split()[1]) for text in texts]


def to_the_top(page: Page) -> None:
    page.evaluate(f"{LOG}.scrollTop = {LOG}.clientHeight * 2")
    page.evaluate("() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))")


def test_earlier_turns_come_as_the_reader_scrolls_up(page: Page) -> None:
    assert numbers(page) == list(range(25, 45))
    page.locator(".nicewen-log").hover()
    for first in (5, 1):
        while numbers(page)[0] > first:
            page.mouse.wheel(0, -400)
            page.wait_for_timeout(20)
        assert numbers(page) == list(range(first, 45))
    expect(page.get_by_test_id("earlier")).to_have_count(0)
    expect(messages(page, "assistant", "done")).to_have_count(TURNS)
    assert len(set(page.locator(".nicewen-question-text").all_text_contents())) == TURNS


@pytest.mark.parametrize("browser", ["chromium", "like-safari"])
@pytest.mark.parametrize("place", [0, 1, 150])
def test_what_is_being_read_stays_in_its_place(page: Page, place: int, browser: str) -> None:
    """Also where the browser does nothing for it: at the very top, and in Safari everywhere."""
    if browser == "like-safari":
        page.evaluate(WITHOUT_ANCHORING)
    to_the_top(page)
    page.evaluate(f"{LOG}.scrollTop = {place}")
    places = page.evaluate(WHILE_THEY_COME, 20)
    assert messages(page, "user").count() == 40
    assert max(places[1:]) - min(places[1:]) <= 2, places
    assert top(page) > SMALL["height"]


def test_keys_reach_the_first_turn(page: Page) -> None:
    page.locator(".nicewen-log").focus()
    for _ in range(10):
        page.keyboard.press("Home")
        page.wait_for_timeout(300)
        if numbers(page)[0] == 1 and top(page) == 0:
            return
    assert (numbers(page)[0], top(page)) == (1, 0)


def test_a_press_on_earlier_messages_brings_them_too(page: Page) -> None:
    button = page.get_by_test_id("earlier")
    expect(button).to_have_accessible_name("Earlier messages")
    button.evaluate("button => button.focus({preventScroll: true})")
    page.keyboard.press("Enter")
    expect(messages(page, "assistant", "done")).to_have_count(40)
    expect(page.locator(".nicewen-log")).to_be_focused()


def test_the_first_page_of_a_tall_window_can_be_read_to_its_beginning(open_page: OpenPage, path: str) -> None:
    page = open_page(path, viewport={"width": 1280, "height": 20_000})
    while page.get_by_test_id("earlier").count():
        count = messages(page, "assistant").count()
        page.get_by_test_id("earlier").click()
        page.wait_for_function("count => document.querySelectorAll('.nicewen-answer').length > count", arg=count)
    assert numbers(page) == list(range(1, 45))


@pytest.mark.parametrize("wishes", [{"locale": "en-US", "color_scheme": "dark"}, {"locale": "zh-CN", **PHONE}])
def test_axe_finds_nothing(open_page: OpenPage, path: str, wishes: dict[str, object]) -> None:
    page = open_page(path, **wishes)
    expect(messages(page, "assistant", "done")).to_have_count(20)
    page.get_by_test_id("earlier").scroll_into_view_if_needed()
    expect_nothing_found(page)


def test_history_is_not_announced(page: Page) -> None:
    page.evaluate(f"{LOG}.scrollTop = 0")
    expect(messages(page, "assistant", "done")).to_have_count(40)
    page.wait_for_timeout(1500)  # the column looks once a second
    assert page.locator(".nicewen [aria-live=polite]").text_content() == ""


def test_a_page_that_loads_a_long_conversation_follows_what_is_being_written(page: Page) -> None:
    """This and the next run last: they add turns."""
    ask(page, long_answer(rate=60, seconds=8))
    expect_state(page, "writing")  # the new one, not the one before it
    expect_letters(page, 60)
    page.reload()
    expect_at_end(page)
    expect_state(page, "writing")
    expect_taller_than(page, height(page) + 100)
    expect_at_end(page)
    expect(messages(page, "assistant")).to_have_count(20)
    page.evaluate(f"{LOG}.scrollTop = 0")
    expect(messages(page, "assistant")).to_have_count(40)
    expect_state(page, "done", 20)
    expect(page.get_by_test_id("jump-to-latest")).to_be_visible()


def test_questions_and_asking_again_go_on_below(page: Page) -> None:
    answered(page, asking(words="One more"))
    page.evaluate(f"{LOG}.scrollTop = 0")
    expect(messages(page, "assistant")).to_have_count(41)
    last_answer(page).get_by_test_id("regenerate").click()
    expect_state(page, "done")
    answered(page, asking(words="And another"))
    expect(messages(page, "assistant", "done")).to_have_count(42)
    expect(messages(page, "user")).to_have_count(42)
