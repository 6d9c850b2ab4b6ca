"""Versions of questions and answers, deleting with ten seconds to undo, and taking the last turn back."""

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.asked import Asked, asking, long_answer
from browser.chat_page import (
    answered,
    ask,
    expect_letters,
    expect_state,
    expect_whole,
    last_answer,
    messages,
    path_of,
    question_box,
    shown_letters,
)
from browser.conftest import OpenPage
from dashscope_simulator.process import RunningSimulator
from nicewen.services.language import words_of

TEXT = ".nicewen-question-text"


def action(message: Locator, name: str) -> Locator:
    message.hover()
    return message.get_by_test_id(name)


def edited(page: Page, position: int, asked: Asked) -> None:
    """Ask the question at this position in other words, and read the whole answer."""
    action(messages(page, "user").nth(position), "edit").click()
    page.get_by_test_id("edit-text").fill(asked.text)
    page.get_by_test_id("edit-text").press("Enter")
    expect(messages(page, "user")).to_have_count(position + 1)
    expect(messages(page, "user").nth(position)).to_contain_text(asked.text)
    expect_whole(page, asked)


def test_an_edited_question_stands_beside_the_old_one_also_in_another_tab_and_after_a_reload(
    page: Page, open_page: OpenPage
) -> None:
    first, second, other = asking(words="First"), asking(words="Second"), asking(words="Other")
    answered(page, first)
    answered(page, second)
    tab = open_page(path_of(page))
    edited(page, 0, other)
    for one in (page, tab):
        expect(messages(one, "user")).to_have_count(1)
        expect(one.get_by_test_id("branch")).to_have_text("2 / 2")
        expect_whole(one, other)
    messages(page, "user").first.get_by_test_id("branch-previous").click()
    for one in (page, tab):
        expect(messages(one, "user").locator(TEXT)).to_have_text([first.text, second.text])
        expect(one.get_by_test_id("branch")).to_have_text("1 / 2")
        expect_whole(one, second)
    tab.reload()
    expect(messages(tab, "user").locator(TEXT)).to_have_text([first.text, second.text])
    messages(tab, "user").first.get_by_test_id("branch-next").click()
    expect(messages(page, "user").locator(TEXT)).to_have_text([other.text])
    expect_whole(page, other)
    tab.reload()
    expect(messages(tab, "user").locator(TEXT)).to_have_text([other.text])


def test_an_early_answer_asked_again_stands_beside_the_first(page: Page) -> None:
    first, second = asking(words="First"), asking(words="Second")
    answered(page, first)
    answered(page, second)
    action(messages(page, "assistant").first, "regenerate").click()
    expect(messages(page, "assistant")).to_have_count(1)
    expect_whole(page, first)
    expect(page.get_by_test_id("branch")).to_have_text("2 / 2")
    last_answer(page).get_by_test_id("branch-previous").click()
    expect(messages(page, "assistant")).to_have_count(2)
    expect_whole(page, second)


def test_the_switch_works_by_keyboard_keeps_the_focus_and_has_names(page: Page) -> None:
    answered(page, asking())
    for count in (2, 3):
        last_answer(page).get_by_test_id("regenerate").click()
        expect(page.get_by_test_id("branch")).to_have_text(f"{count} / {count}")
        expect_state(page, "done")
    previous, following = (page.get_by_test_id(f"branch-{name}") for name in ("previous", "next"))
    expect(previous).to_have_accessible_name(words_of("en")("branch-previous"))
    expect(following).to_be_disabled()
    previous.focus()
    previous.press("Enter")
    expect(page.get_by_test_id("branch")).to_have_text("2 / 3")
    expect(previous).to_be_focused()
    previous.press("Enter")
    expect(page.get_by_test_id("branch")).to_have_text("1 / 3")
    expect(following).to_be_focused()
    expect(page.locator("[aria-live=polite]")).to_have_text("1 / 3")


def test_the_enter_that_ends_a_composition_sends_nothing_and_esc_cancels(page: Page) -> None:
    asked = asking(words="Before")
    answered(page, asked)
    action(messages(page, "user"), "edit").click()
    box = page.get_by_test_id("edit-text")
    expect(box).to_be_focused()
    expect(box).to_have_value(asked.text)
    box.fill("ni hao")
    for init in ({"isComposing": True}, {"keyCode": 229}):
        box.dispatch_event("keydown", {"key": "Enter", "bubbles": True, "cancelable": True, **init})
    box.press("Shift+Enter")
    expect(box).to_have_value("ni hao\n")
    expect(messages(page, "assistant")).to_have_count(1)
    box.press("Escape")
    expect(box).to_have_count(0)
    expect(page.get_by_test_id("edit")).to_be_focused()
    expect(messages(page, "user").locator(TEXT)).to_have_text([asked.text])


def test_an_empty_question_cannot_be_sent(page: Page) -> None:
    answered(page, asking())
    action(messages(page, "user"), "edit").click()
    page.get_by_test_id("edit-text").fill("  ")
    expect(page.get_by_test_id("edit-send")).to_be_disabled()
    page.get_by_test_id("edit-cancel").click()
    expect(page.get_by_test_id("edit-text")).to_have_count(0)


def test_what_is_deleted_comes_back_with_all_that_followed(page: Page, open_page: OpenPage) -> None:
    first, second, third = (asking(words=words) for words in ("First", "Second", "Third"))
    for asked in (first, second, third):
        answered(page, asked)
    tab = open_page(path_of(page))
    expect(messages(tab, "user")).to_have_count(3)
    action(messages(page, "user").nth(1), "delete").click()
    for one in (page, tab):
        expect(messages(one, "user").locator(TEXT)).to_have_text([first.text])
    expect(page.get_by_test_id("deleted")).to_contain_text("Deleted")
    expect(page.get_by_test_id("undelete")).to_be_focused()
    page.get_by_test_id("undelete").click()
    for one in (page, tab):
        expect(messages(one, "user")).to_have_count(3)
        expect_whole(one, third)
    expect(page.get_by_test_id("undelete")).to_have_count(0)
    page.reload()
    expect(messages(page, "user").locator(TEXT)).to_have_text([first.text, second.text, third.text])


def test_after_ten_seconds_what_was_deleted_is_gone(page: Page) -> None:
    answered(page, asking())
    last_answer(page).get_by_test_id("delete").click()
    expect(page.get_by_test_id("starter").first).to_be_visible()
    expect(page.get_by_test_id("undelete")).to_have_count(1)
    expect(page.get_by_test_id("undelete")).to_have_count(0, timeout=15_000)
    page.reload()
    expect(page.get_by_test_id("starter").first).to_be_visible()
    asked = asking(words="And on")
    answered(page, asked)
    expect(messages(page, "user")).to_have_count(1)


def test_the_last_turn_goes_back_into_the_field_before_what_stands_there(page: Page) -> None:
    first, second = asking(words="First"), asking(words="Second")
    answered(page, first)
    answered(page, second)
    expect(page.get_by_test_id("undo-turn")).to_have_count(1)
    question_box(page).fill("draft")
    action(messages(page, "user").last, "undo-turn").click()
    expect(question_box(page)).to_have_value(f"{second.text}\ndraft")
    expect(question_box(page)).to_be_focused()
    expect(messages(page, "user").locator(TEXT)).to_have_text([first.text])
    expect(messages(page, "user").last.get_by_test_id("undo-turn")).to_have_count(1)


def test_another_version_can_be_read_while_one_is_written_and_stop_stops_it(
    page: Page, simulator: RunningSimulator
) -> None:
    first, long = asking(words="First"), long_answer(rate=40, seconds=20)
    answered(page, first)
    action(messages(page, "user"), "edit").click()
    page.get_by_test_id("edit-text").fill(long.text)
    page.get_by_test_id("edit-send").click()
    expect(messages(page, "user").locator(TEXT)).to_have_text([long.text])
    expect_letters(page, 40)
    expect(page.get_by_test_id("edit")).to_be_hidden()
    messages(page, "user").get_by_test_id("branch-previous").click()
    expect_whole(page, first)
    page.get_by_test_id("stop").click()
    expect(page.get_by_test_id("stop")).to_have_count(0)
    messages(page, "user").get_by_test_id("branch-next").click()
    expect_state(page, "stopped")
    assert long.letters.startswith(shown_letters(page))


def test_a_question_that_is_being_answered_can_be_deleted(page: Page, simulator: RunningSimulator) -> None:
    long = long_answer(rate=40, seconds=20)
    ask(page, long)
    expect_letters(page, 40)
    action(messages(page, "user"), "delete").click()
    expect(page.get_by_test_id("starter").first).to_be_visible()
    simulator.wait_until(lambda requests: any(r["model"] == long.model and r["ended"] for r in requests), 5)
    page.get_by_test_id("undelete").click()
    expect_state(page, "stopped")


@pytest.mark.parametrize("place", [0, 1])
def test_a_switch_leaves_the_reader_where_he_was(page: Page, place: int) -> None:
    for _ in range(3):
        answered(page, asking())
    edited(page, place, asking(words="Other"))
    messages(page, "user").nth(place).scroll_into_view_if_needed()
    switch = messages(page, "user").nth(place).get_by_test_id("branch-previous")
    before = switch.bounding_box()
    switch.click()
    expect(messages(page, "user")).to_have_count(3)
    page.wait_for_timeout(300)  # nothing moves later either
    after = messages(page, "user").nth(place).get_by_test_id("branch-previous").bounding_box()
    assert before is not None
    assert after is not None
    assert abs(before["y"] - after["y"]) < 2
