"""What a screen reader is told: whole sentences, never pieces."""

import re

from playwright.sync_api import Page, expect

from browser.asked import letters_of, long_answer
from browser.chat_page import ask, expect_connected, expect_letters, expect_state, question_box, shown_letters

LISTEN = """() => {
  window.said = [];
  const voice = document.querySelector('.nicewen [aria-live=polite]');
  new MutationObserver(() => voice.textContent.trim() && window.said.push(voice.textContent))
    .observe(voice, {childList: true, characterData: true, subtree: true});
}"""
LIVE = """() => [...document.querySelectorAll('.nicewen [data-testid=message]')]
  .map(one => one.closest('[aria-live], [role=log]')?.getAttribute('aria-live'))"""
ENDS = re.compile(r"[.!?。！？]\s*$|\n$")  # of a sentence, or of a line


def said(page: Page) -> list[str]:
    return [str(one) for one in page.evaluate("window.said")]


def test_sentences_are_announced_whole_and_once(page: Page) -> None:
    expect_connected(page)
    page.evaluate(LISTEN)
    ask(page, long_answer(rate=60, seconds=6))
    expect_letters(page, 40)
    expect(page.locator(".nicewen-answer")).to_have_attribute("aria-busy", "true")
    expect_state(page, "done", 20)
    page.wait_for_timeout(1500)  # the column looks once a second
    heard = said(page)
    assert 3 <= len(heard) <= 12, "about once a second"
    assert all(ENDS.search(one) for one in heard[:-1]), heard
    assert letters_of("".join(heard)) == shown_letters(page)
    expect(page.locator(".nicewen-answer")).to_have_attribute("aria-busy", "false")


def test_chinese_sentences_are_announced_whole(page: Page) -> None:
    expect_connected(page)
    page.evaluate(LISTEN)
    ask(page, long_answer(rate=60, seconds=4, words="请介绍一下西湖。它在哪里？" * 3))
    expect_state(page, "done", 20)
    page.wait_for_timeout(1500)
    heard = said(page)
    assert all(ENDS.search(one) for one in heard[:-1]), heard
    assert letters_of("".join(heard)) == shown_letters(page)


def test_what_is_being_written_is_not_itself_announced(page: Page) -> None:
    ask(page, long_answer(rate=40, seconds=2))
    expect_letters(page, 40)
    assert set(page.evaluate(LIVE)) == {"off"}
    expect_state(page, "done")


def test_a_stop_is_announced(page: Page) -> None:
    ask(page, long_answer(rate=40, seconds=20))
    expect_letters(page, 60)
    page.evaluate(LISTEN)
    question_box(page).press("Escape")
    expect_state(page, "stopped")
    page.wait_for_function("window.said.at(-1)?.endsWith('Stopped')")


def test_a_conversation_that_is_opened_again_is_not_read_aloud(page: Page) -> None:
    ask(page, long_answer(rate=200, seconds=1))
    expect_state(page, "done")
    page.reload()
    expect_connected(page)
    page.wait_for_timeout(1500)
    assert page.locator(".nicewen [aria-live=polite]").text_content() == ""
