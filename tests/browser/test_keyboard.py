"""Everything by keyboard: input methods, Escape, the way from control to control."""

import pytest
from playwright.sync_api import CDPSession, Page, expect

from browser.asked import asking, long_answer
from browser.chat_page import answered, ask, expect_letters, expect_state, last_answer, messages, question_box
from browser.test_composer import PRESS

ENTER = {"key": "Enter", "code": "Enter", "windowsVirtualKeyCode": 13}
PROCESS = {"key": "Process", "code": "Enter", "windowsVirtualKeyCode": 229}
FOCUSED = """() => { const one = document.activeElement;
  return one.dataset.testid ?? (one.className || one.tagName).split(' ').at(-1); }"""


def composing(page: Page, text: str) -> CDPSession:
    """Begin a composition with these letters in the question's field."""
    question_box(page).focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": text, "selectionStart": len(text), "selectionEnd": len(text)})
    return keyboard


@pytest.mark.parametrize("key", [ENTER, PROCESS], ids=["enter", "process"])
def test_enter_inside_a_composition_does_not_send(page: Page, key: dict[str, object]) -> None:
    keyboard = composing(page, "ni hao")
    keyboard.send("Input.dispatchKeyEvent", {"type": "rawKeyDown", **key})
    keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", **key})
    keyboard.send("Input.insertText", {"text": "你好"})
    expect(question_box(page)).to_have_value("你好")
    expect(messages(page, "user")).to_have_count(0)
    question_box(page).press("Enter")
    expect(messages(page, "user")).to_have_text("你好")
    expect_state(page, "done")


def begun(page: Page) -> None:
    ask(page, long_answer(rate=40, seconds=20))
    expect_letters(page, 40)


def test_escape_stops(page: Page) -> None:
    begun(page)
    question_box(page).press("Escape")
    expect_state(page, "stopped", 1)
    expect(question_box(page)).to_be_focused()


def test_escape_stops_wherever_the_focus_is(page: Page) -> None:
    begun(page)
    page.evaluate("document.activeElement.blur()")
    page.keyboard.press("Escape")
    expect_state(page, "stopped", 1)


@pytest.mark.parametrize("key", [{"isComposing": True}, {"keyCode": 229}])
def test_escape_that_ends_a_composition_does_not_stop(page: Page, key: dict[str, object]) -> None:
    begun(page)
    question_box(page).evaluate(PRESS.replace("'Enter'", "'Escape'"), key)
    page.wait_for_timeout(300)
    expect_state(page, "writing")
    page.keyboard.press("Escape")
    expect_state(page, "stopped", 1)


def test_escape_closes_what_is_open_before_it_stops(page: Page) -> None:
    ask(page, asking("arrearage"))
    details = page.get_by_test_id("error").locator("details")
    details.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(details).to_have_attribute("open", "")
    begun(page)
    details.locator("summary").focus()
    page.keyboard.press("Escape")
    expect(details).not_to_have_attribute("open", "")
    expect_state(page, "writing")
    page.keyboard.press("Escape")
    expect_state(page, "stopped", 1)


def test_escape_asks_for_nothing_where_nothing_is_written(page: Page) -> None:
    answered(page, asking())
    question_box(page).fill("A draft")
    question_box(page).press("Escape")
    expect(question_box(page)).to_have_value("A draft")
    expect_state(page, "done")


def test_stop_by_keyboard_leaves_the_focus_in_the_composer(page: Page) -> None:
    begun(page)
    page.get_by_test_id("stop").focus()
    page.keyboard.press("Space")
    expect_state(page, "stopped", 1)
    expect(question_box(page)).to_be_focused()


def test_stop_and_send_keep_their_places_while_one_types(page: Page) -> None:
    begun(page)
    stop, composer = page.get_by_test_id("stop"), page.locator(".nicewen-composer")
    before = stop.bounding_box(), composer.bounding_box()
    question_box(page).press_sequentially("next")
    expect(page.get_by_test_id("send")).to_be_enabled()
    assert (stop.bounding_box(), composer.bounding_box()) == before
    question_box(page).fill("")
    expect(page.get_by_test_id("send")).to_have_count(0)
    stop.click()
    expect(page.get_by_test_id("send")).to_be_visible()
    assert page.get_by_test_id("send").bounding_box() == before[0], "Stop turns back into Send"


def test_tab_leads_through_every_control(page: Page) -> None:
    answered(page, asking())
    answered(page, asking())
    page.get_by_test_id("theme").focus()
    way = []
    for _ in range(24):
        way.append(page.evaluate(FOCUSED))
        page.keyboard.press("Tab")
    header = ["theme", "language", "temporary-conversation", "new-conversation"]
    conversations = ["search", "A", "conversation-menu", "archived", "transfer-link"]
    question, answer = ["edit", "copy", "delete"], ["copy", "delete", "regenerate"]
    turns = [*question, *answer, "undo-turn", *question, *answer]
    assert way == [*header, *conversations, "nicewen-log", *turns, "question"]


def test_where_the_focus_is_can_be_seen(page: Page) -> None:
    answered(page, asking())
    for control in (
        page.get_by_test_id("theme"),
        last_answer(page).get_by_test_id("copy"),
        page.locator(".nicewen-log"),
    ):
        control.focus()
        page.keyboard.press("Shift")
        assert control.evaluate("one => getComputedStyle(one).outlineStyle") == "solid"


def test_the_log_scrolls_by_keys(page: Page) -> None:
    ask(page, asking(words="Once more " * 2000))
    expect_state(page, "done")
    page.locator(".nicewen-log").focus()
    page.keyboard.press("Home")
    page.wait_for_function("document.querySelector('.nicewen-log').scrollTop < 5")
    page.keyboard.press("PageDown")
    page.wait_for_function("document.querySelector('.nicewen-log').scrollTop > 200")
