"""Nicewen's page as a test uses it, by the handles that people's own tests rely on."""

import re
from contextlib import suppress
from urllib.parse import urlsplit

from playwright.sync_api import Error, Locator, Page, expect

from browser.asked import Asked, letters_of

ENDED = re.compile("done|stopped|failed|interrupted")
SECONDS = 1000  # Playwright counts milliseconds
CATCH_UP = 10  # seconds; the state may be shown before the last words are
IS_WHOLE = r"""letters => Array.from(document.querySelectorAll('[data-testid=answer-text]')).at(-1)
  .textContent.replace(/^- |[*`\[\]\s]/gm, '') === letters"""


def question_box(page: Page) -> Locator:
    return page.get_by_test_id("question")


def messages(page: Page, role: str, state: str = "") -> Locator:
    """Return the messages of a person or of the model, in one state or in any."""
    return page.locator(f"[data-testid=message][data-role={role}]" + (f"[data-state={state}]" if state else ""))


def last_answer(page: Page) -> Locator:
    return messages(page, "assistant").last


def expect_connected(page: Page) -> None:
    """Wait until the page has its socket."""
    page.wait_for_function("window.socket?.connected")


def ask(page: Page, question: Asked | str) -> None:
    """Type a question and press Enter."""
    question_box(page).fill(question if isinstance(question, str) else question.text)
    question_box(page).press("Enter")


def expect_state(page: Page, state: str, seconds: float = 10) -> None:
    """Wait until the last answer is in this state."""
    expect(last_answer(page)).to_have_attribute("data-state", state, timeout=seconds * SECONDS)


def expect_letters(page: Page, count: int, seconds: float = 15) -> None:
    """Wait until the last answer shows at least so many characters."""
    page.wait_for_function(
        "count => (Array.from(document.querySelectorAll('[data-testid=answer-text]')).at(-1)?.textContent ?? '')"
        ".length >= count",
        arg=count,
        timeout=seconds * SECONDS,
    )


def expect_growth(page: Page, count: int, seconds: float = 15) -> None:
    """Wait until the last answer shows so many characters more than it does now."""
    expect_letters(page, len(last_answer(page).get_by_test_id("answer-text").text_content() or "") + count, seconds)


def shown_letters(page: Page) -> str:
    """Return the last answer's text without white space."""
    return letters_of(last_answer(page).get_by_test_id("answer-text").text_content() or "")


def expect_whole(page: Page, asked: Asked, seconds: float = 30) -> None:
    """Wait for the end of the answer; every character of it must be there once."""
    expect_state(page, "done", seconds)
    with suppress(Error):
        page.wait_for_function(IS_WHOLE, arg=asked.letters, timeout=CATCH_UP * SECONDS)
    assert shown_letters(page) == asked.letters


def answered(page: Page, asked: Asked) -> None:
    """Ask, and read the whole answer."""
    ask(page, asked)
    expect(messages(page, "user").last).to_contain_text(asked.text)
    expect_whole(page, asked)


def path_of(page: Page) -> str:
    return urlsplit(page.url).path
