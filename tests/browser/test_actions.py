"""Copy, and ask again."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from browser.asked import asking, long_answer
from browser.chat_page import (
    answered,
    ask,
    expect_connected,
    expect_letters,
    expect_state,
    last_answer,
    messages,
    question_box,
)
from browser.chromium import PLAIN_HOST
from browser.conftest import OpenPage
from browser.nicewen_process import RunningNicewen
from browser.test_contrast import MANY_THINGS
from browser.watch import Watch
from dashscope_simulator.process import RunningSimulator
from nicewen.services.language import words_of

QUESTION = "One  <b>two</b>\n\n  - *three*\tfour\n`five`"
OPACITY = "button => getComputedStyle(button).opacity"
SPOKEN = "document.querySelector('[aria-live=polite]').textContent"


@pytest.fixture(params=["127.0.0.1", PLAIN_HOST])
def page_at(request: pytest.FixtureRequest, chromium: Browser, nicewen: RunningNicewen, watch: Watch) -> Iterator[Page]:
    """A page from this machine, which has a clipboard, and one by plain HTTP from elsewhere, which has none."""
    with chromium.new_context(locale="en-US") as context:
        page = context.new_page()
        url = f"http://{request.param}:{urlsplit(nicewen.url).port}"
        watch.add(page, url)
        page.goto(url)
        assert page.evaluate("!!navigator.clipboard") == (request.param != PLAIN_HOST)
        yield page


def pasted(page: Page) -> str:
    """Return what has been copied, as a paste into the composer shows it."""
    question_box(page).fill("")
    question_box(page).press("ControlOrMeta+v")
    return question_box(page).input_value()


def overlap(answer: Locator) -> bool:
    """Whether the word beside Copy stands over the button beside it."""
    width, bottom = answer.get_by_test_id("copy").evaluate(
        "copy => [getComputedStyle(copy, '::after').width, getComputedStyle(copy, '::after').bottom].map(parseFloat)"
    )
    copy = answer.get_by_test_id("copy").bounding_box()
    assert copy is not None
    assert width > 0
    return bool(bottom < copy["height"])


def test_an_answer_is_copied_as_it_was_written(page_at: Page) -> None:
    asked = asking(words=MANY_THINGS.strip())
    ask(page_at, asked)
    expect_state(page_at, "done")
    page_at.wait_for_function("document.querySelector('.nicewen-answer').saidAll")  # what is said after it stays
    last_answer(page_at).get_by_test_id("copy").click()
    expect(last_answer(page_at).get_by_test_id("copy")).to_have_attribute("data-said", "Copied")
    page_at.wait_for_function(f"{SPOKEN} === 'Copied'")
    assert not overlap(last_answer(page_at))
    assert pasted(page_at) == asked.answer
    expect(last_answer(page_at).locator("[data-said]")).to_have_count(0)


def test_a_question_is_copied_with_its_line_breaks(page_at: Page) -> None:
    ask(page_at, QUESTION)
    expect(messages(page_at, "user").locator(".nicewen-question-text")).to_have_css("white-space", "pre-wrap")
    expect_state(page_at, "done")
    messages(page_at, "user").hover()
    messages(page_at, "user").get_by_test_id("copy").click()
    expect(messages(page_at, "user").get_by_test_id("copy")).to_have_attribute("data-said", "Copied")
    assert pasted(page_at) == QUESTION


def test_copy_works_by_keyboard_and_keeps_the_focus(page: Page) -> None:
    asked = asking(words="By **keyboard**")
    answered(page, asked)
    copy = last_answer(page).get_by_test_id("copy")
    copy.focus()
    copy.press("Enter")
    expect(copy).to_have_attribute("data-said", "Copied")
    expect(copy).to_be_focused()
    assert pasted(page) == asked.answer


def test_each_answer_copies_its_own_words(page: Page) -> None:
    first, second = asking(words="First"), asking(words="Second")
    answered(page, first)
    answered(page, second)
    for position, asked in ((0, first), (1, second), (0, first)):
        answer = messages(page, "assistant").nth(position)
        answer.hover()
        answer.get_by_test_id("copy").click()
        expect(answer.get_by_test_id("copy")).to_have_attribute("data-said", "Copied")
        assert pasted(page) == asked.answer
        question_box(page).fill("")


def test_actions_stay_on_the_last_answer_and_come_to_others_with_pointer_or_focus(page: Page) -> None:
    answered(page, asking())
    answered(page, asking())
    page.mouse.move(0, 0)
    first, last = (messages(page, "assistant").nth(n).get_by_test_id("copy") for n in (0, 1))
    expect(last).to_have_css("opacity", "1")
    expect(first).to_have_css("opacity", "0")
    messages(page, "assistant").first.hover()
    expect(first).to_have_css("opacity", "1")
    page.mouse.move(0, 0)
    expect(first).to_have_css("opacity", "0")
    first.focus()
    expect(first).to_have_css("opacity", "1")


def test_on_a_touch_screen_all_actions_can_be_seen(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 360, "height": 740}, is_mobile=True, has_touch=True)
    answered(page, asking())
    answered(page, asking())
    for copy in page.get_by_test_id("copy").all():
        expect(copy).to_have_css("opacity", "1")


def test_every_action_has_a_name_and_a_tooltip(page: Page) -> None:
    answered(page, asking())
    words = words_of("en")
    for handle, key in (("copy", "copy"), ("regenerate", "ask-again")):
        action = last_answer(page).get_by_test_id(handle)
        expect(action).to_have_attribute("title", words(key))
        expect(action).to_have_accessible_name(words(key))


def test_nothing_can_be_done_with_an_answer_that_is_being_written(page: Page) -> None:
    ask(page, long_answer(rate=40, seconds=2))
    expect_letters(page, 40)
    expect(last_answer(page).get_by_test_id("copy")).to_have_count(0)
    expect(page.get_by_test_id("regenerate")).to_have_count(0)
    expect_state(page, "done")
    expect(last_answer(page).get_by_test_id("copy")).to_have_count(1)


def test_the_last_answer_can_be_asked_again(page: Page, simulator: RunningSimulator) -> None:
    answered(page, asking(words="Before"))
    asked = asking(words="Once more")
    answered(page, asked)
    before = last_answer(page).get_attribute("id")
    last_answer(page).get_by_test_id("regenerate").click()
    expect(page.locator(f"#{before}")).to_have_count(0)
    expect_state(page, "done")
    expect(messages(page, "assistant")).to_have_count(2)
    expect(messages(page, "user")).to_have_count(2)
    assert len(simulator.requests(asked.model)) == 2


def test_a_stopped_answer_can_be_asked_again_and_copied(page: Page) -> None:
    asked = long_answer(rate=40, seconds=20)
    ask(page, asked)
    expect_letters(page, 60)
    page.get_by_test_id("stop").click()
    expect_state(page, "stopped")
    last_answer(page).get_by_test_id("copy").click()
    expect(last_answer(page).get_by_test_id("copy")).to_have_attribute("data-said", "Copied")
    copied = pasted(page)
    assert len(copied) > 60
    assert asked.answer.startswith(copied)
    page.get_by_test_id("regenerate").click()
    expect_state(page, "writing")
    page.get_by_test_id("stop").click()
    expect_state(page, "stopped")


def test_an_earlier_turn_is_three_elements_of_the_page(page: Page) -> None:
    expect_connected(page)
    answered(page, asking())
    answered(page, asking())
    before = page.evaluate(COUNT)
    answered(page, asking())
    assert page.evaluate(COUNT) - before == 3


COUNT = "document.querySelectorAll('.nicewen-column [id^=c]').length"
