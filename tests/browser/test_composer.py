"""The field in which a question is written."""

import pytest
from playwright.sync_api import Page, expect

from browser.asked import asking, long_answer
from browser.chat_page import answered, ask, expect_letters, expect_state, messages, question_box
from dashscope_simulator.process import RunningSimulator

PASTE = """(box, [letter, count]) => {
  const began = performance.now();
  box.focus();
  document.execCommand('insertText', false, letter.repeat(count));
  return new Promise(done => requestAnimationFrame(() => setTimeout(() => done(performance.now() - began))));
}"""
SLOW = 500  # milliseconds until a typed letter is seen, on a busy machine; a few are usual
PRESS = "(box, more) => box.dispatchEvent(new KeyboardEvent('keydown', {key: 'Enter', bubbles: true, ...more}))"


@pytest.mark.parametrize("composing", [{"isComposing": True}, {"keyCode": 229}])
def test_enter_that_ends_an_input_methods_composition_does_not_send(page: Page, composing: dict[str, object]) -> None:
    box = question_box(page)
    box.fill("你好")
    assert box.evaluate(PRESS, composing), "the browser may do with the key what it always does"
    expect(box).to_have_value("你好")
    expect(page.get_by_test_id("send")).to_be_enabled()
    assert not box.evaluate(PRESS.replace("bubbles", "cancelable: true, bubbles"), {})
    expect(messages(page, "user")).to_have_text("你好")
    expect_state(page, "done")


def test_words_being_composed_are_not_lost(page: Page) -> None:
    box = question_box(page)
    box.focus()
    keyboard = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "ni hao", "selectionStart": 6, "selectionEnd": 6})
    keyboard.send("Input.insertText", {"text": "你好"})
    expect(box).to_have_value("你好")
    box.press("Enter")
    expect(messages(page, "user")).to_have_text("你好")
    expect_state(page, "done")


def test_a_draft_survives_a_reload(page: Page) -> None:
    question_box(page).press_sequentially("Half a question")
    page.reload()
    expect(question_box(page)).to_have_value("Half a question")


def test_a_draft_belongs_to_its_conversation(page: Page) -> None:
    answered(page, asking())
    question_box(page).press_sequentially("More of this")
    page.get_by_test_id("new-conversation").click()
    expect(page.get_by_test_id("starter").first).to_be_visible()
    expect(question_box(page)).to_have_value("")
    page.go_back()
    expect(question_box(page)).to_have_value("More of this")


def test_a_double_click_on_send_asks_once(page: Page, simulator: RunningSimulator) -> None:
    asked = asking()
    question_box(page).fill(asked.text)
    page.get_by_test_id("send").dblclick(force=True)
    expect_state(page, "done")
    expect(messages(page, "user")).to_have_count(1)
    assert len(simulator.requests(asked.model)) == 1


def test_enter_pressed_twice_asks_once(page: Page, simulator: RunningSimulator) -> None:
    asked = asking()
    box = question_box(page)
    box.fill(asked.text)
    box.evaluate(f"box => {{ for (const _ of [1, 2]) ({PRESS})(box, {{}}) }}")
    expect_state(page, "done")
    expect(messages(page, "user")).to_have_count(1)
    assert len(simulator.requests(asked.model)) == 1


def test_nothing_but_white_space_is_not_sent(page: Page) -> None:
    question_box(page).fill(" \n ")
    expect(page.get_by_test_id("send")).to_be_disabled()
    question_box(page).press("Enter")
    answered(page, asking())
    expect(messages(page, "user")).to_have_count(1)


def test_a_question_that_is_too_long_says_so_and_is_not_sent(page: Page) -> None:
    question_box(page).fill("字" * 200_001)
    expect(page.get_by_text("A question may have up to 200,000 characters.")).to_be_visible()
    expect(page.get_by_test_id("send")).to_be_disabled()


def test_a_long_question_arrives_whole(page: Page, simulator: RunningSimulator) -> None:
    asked = asking("length", words="字" * 100_000)
    ask(page, asked)
    expect_state(page, "done", 20)
    (request,) = simulator.requests(asked.model)
    assert request["body"]["input"]["messages"][-1]["content"] == asked.text


def test_typing_goes_on_while_an_answer_is_written(page: Page) -> None:
    asked = long_answer(rate=50, seconds=2)
    ask(page, asked)
    expect_letters(page, 20)
    question_box(page).press_sequentially("The next question", delay=40)
    expect_state(page, "done")
    expect(question_box(page)).to_have_value("The next question")


@pytest.mark.parametrize("letter", ["字", "word "])
def test_a_paste_of_200_000_characters_is_taken_and_typing_stays_quick(page: Page, letter: str) -> None:
    box = question_box(page)
    count = 200_000 // len(letter)
    box.evaluate(PASTE, [letter, count])
    assert len(box.input_value()) == 200_000
    expect(page.get_by_test_id("send")).to_be_enabled()
    box.press("Backspace")
    assert box.evaluate(PASTE, ["x", 1]) < SLOW
    page.reload()
    assert len(box.input_value()) == 200_000, "the draft is kept"


def test_a_paste_that_is_too_long_is_refused_with_a_sentence_and_not_lost(page: Page) -> None:
    box = question_box(page)
    box.evaluate(PASTE, ["字", 300_000])
    expect(page.get_by_text("A question may have up to 200,000 characters.")).to_be_visible()
    box.press("Enter")
    expect(messages(page, "user")).to_have_count(0)
    assert len(box.input_value()) == 300_000
    page.reload()
    assert len(box.input_value()) == 300_000
    box.fill("字")
    expect(page.get_by_test_id("send")).to_be_enabled()


def test_the_field_grows_to_eight_lines_and_no_further(page: Page) -> None:
    box, heights = question_box(page), []
    for lines in (1, 2, 8, 9, 40):
        box.fill("\n".join("line" for _ in range(lines)))
        heights.append(box.evaluate("box => box.clientHeight"))
    one, two, eight, nine, forty = heights
    assert two - one == pytest.approx(27.2, abs=1)
    assert eight - one == pytest.approx(7 * 27.2, abs=2)
    assert eight == nine == forty
    box.fill("")
    assert box.evaluate("box => box.clientHeight") == one
