"""Stop, and the questions that wait for their turn."""

import time

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
    shown_letters,
)
from dashscope_simulator.process import RunningSimulator


def test_stop_hangs_up_within_a_second_and_keeps_the_text(page: Page, simulator: RunningSimulator) -> None:
    asked = long_answer(rate=40, seconds=30)
    ask(page, asked)
    expect_letters(page, 60)
    stopped_at = time.time()
    page.get_by_test_id("stop").click()
    expect_state(page, "stopped", 1)
    assert only_outcome(simulator, asked, 1) == "cancelled"
    assert simulator.requests(asked.model)[0]["ended"] - stopped_at < 1
    shown = shown_letters(page)
    assert len(shown) > 50
    assert asked.letters.startswith(shown)
    expect(last_answer(page)).to_contain_text("Stopped")


def test_after_stop_the_next_question_is_answered(page: Page) -> None:
    ask(page, long_answer(rate=40, seconds=30))
    expect_letters(page, 60)
    page.get_by_test_id("stop").click()
    expect_state(page, "stopped")
    answered(page, asking(words="The next"))
    expect(messages(page, "assistant", "stopped")).to_have_count(1)


def test_stop_before_the_first_text_ends_the_waiting(page: Page, simulator: RunningSimulator) -> None:
    asked = asking("no-headers")
    ask(page, asked)
    expect_state(page, "waiting")
    page.get_by_test_id("stop").click()
    expect_state(page, "stopped", 1)
    assert only_outcome(simulator, asked, 1) == "cancelled"


def test_a_second_question_waits_visibly_and_is_answered_after_the_first(
    page: Page, simulator: RunningSimulator
) -> None:
    first, second = long_answer(rate=40, seconds=2), asking(words="And then?")
    ask(page, first)
    expect_letters(page, 40)
    ask(page, second)
    waiting = messages(page, "user", "waiting")
    expect(waiting).to_contain_text(second.text)
    expect(waiting).to_contain_text("Waits for its turn")
    assert waiting.evaluate("queued => queued === queued.parentElement.lastElementChild"), "it stands at the end"
    expect(messages(page, "assistant")).to_have_count(2)
    expect_whole(page, second)
    expect(messages(page, "user", "waiting")).to_have_count(0)
    expect(messages(page, "user", "done")).to_have_count(2)
    assert simulator.requests(first.model)[0]["ended"] <= simulator.requests(second.model)[0]["received"]


def test_a_waiting_question_can_be_taken_back(page: Page, simulator: RunningSimulator) -> None:
    first, second = long_answer(rate=40, seconds=3), asking(words="Never mind")
    ask(page, first)
    expect_letters(page, 40)
    ask(page, second)
    page.get_by_test_id("withdraw").click()
    expect(messages(page, "user", "waiting")).to_have_count(0)
    expect(question_box(page)).to_have_value(second.text)
    expect(question_box(page)).to_be_focused()
    expect_whole(page, first)
    expect(messages(page, "user")).to_have_count(1)
    assert not simulator.requests(second.model)


def test_stop_lets_the_waiting_question_begin(page: Page) -> None:
    first, second = long_answer(rate=40, seconds=30), asking(words="Quickly")
    ask(page, first)
    expect_letters(page, 40)
    ask(page, second)
    expect(messages(page, "user", "waiting")).to_have_count(1)
    page.get_by_test_id("stop").click()
    expect(messages(page, "assistant")).to_have_count(2)
    expect_whole(page, second)
