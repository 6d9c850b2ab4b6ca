"""The main job: ask, and read the answer as it grows."""

import re

from playwright.sync_api import Page, expect

from browser.asked import asking, long_answer, only_outcome
from browser.chat_page import (
    answered,
    ask,
    expect_letters,
    expect_state,
    expect_whole,
    last_answer,
    messages,
    question_box,
)
from dashscope_simulator.process import RunningSimulator

CURSOR = """() => Array.from(document.querySelectorAll('[data-testid=answer-text] *'))
  .filter(element => getComputedStyle(element, '::after').content.includes('▍')).length"""


def test_enter_sends_and_the_answer_is_read_to_its_end(page: Page, simulator: RunningSimulator) -> None:
    asked = asking()
    answered(page, asked)
    assert only_outcome(simulator, asked) == "complete"


def test_the_conversation_gets_an_address_of_its_own(page: Page) -> None:
    ask(page, asking())
    expect(page).to_have_url(re.compile(r"/c/[0-9a-f]{32}$"))


def test_a_sent_question_leaves_the_composer_empty(page: Page) -> None:
    answered(page, asking())
    expect(question_box(page)).to_have_value("")
    expect(question_box(page)).to_be_focused()


def test_a_question_may_have_several_lines(page: Page) -> None:
    box = question_box(page)
    box.press_sequentially("One")
    box.press("Shift+Enter")
    box.press_sequentially("Two")
    expect(box).to_have_value("One\nTwo")
    expect(messages(page, "user")).to_have_count(0)
    box.press("Enter")
    assert messages(page, "user").inner_text() == "One\nTwo"
    expect_state(page, "done")


def test_text_is_shown_while_it_is_written_with_a_cursor_at_its_end(page: Page) -> None:
    asked = long_answer(rate=50, seconds=2)
    ask(page, asked)
    expect_letters(page, 40)
    expect(last_answer(page)).to_have_attribute("data-state", "writing")
    assert page.evaluate(CURSOR) == 1
    expect_whole(page, asked)
    assert page.evaluate(CURSOR) == 0


def test_every_handle_is_there(page: Page) -> None:
    expect(page.get_by_test_id("send")).to_be_disabled()
    expect(page.get_by_test_id("new-conversation")).to_be_visible()
    expect(page.get_by_test_id("model")).to_have_text("Answers come from qwen-plus@by-question through DashScope.")
    ask(page, long_answer(rate=30, seconds=1))
    expect(page.get_by_test_id("stop")).to_be_visible()
    expect(page.get_by_test_id("send")).to_have_count(0)
    expect_state(page, "done")
    expect(messages(page, "user", "done")).to_have_count(1)
    expect(messages(page, "assistant", "done").get_by_test_id("answer-text")).to_have_count(1)
    expect(page.get_by_test_id("stop")).to_have_count(0)
    expect(page.get_by_test_id("send")).to_be_visible()


def test_the_conversation_goes_on_with_what_was_said(page: Page, simulator: RunningSimulator) -> None:
    first, second = asking(words="First"), asking(words="Second")
    answered(page, first)
    answered(page, second)
    expect(messages(page, "assistant")).to_have_count(2)
    (request,) = simulator.requests(second.model)
    said = [message["content"] for message in request["body"]["input"]["messages"] if message["role"] != "system"]
    assert said == [first.text, first.answer, second.text]


def test_a_click_on_a_starter_asks_it(page: Page) -> None:
    starter = page.get_by_test_id("starter").first
    text = starter.inner_text()
    starter.click()
    expect(messages(page, "user")).to_have_text(text)
    expect(question_box(page)).to_have_value("")
    expect_state(page, "done")


def test_a_starter_does_not_send_what_has_been_typed(page: Page) -> None:
    question_box(page).fill("In three sentences.")
    starter = page.get_by_test_id("starter").first
    text = starter.inner_text()
    starter.click()
    expect(question_box(page)).to_have_value(f"{text}\nIn three sentences.")
    expect(messages(page, "user")).to_have_count(0)
