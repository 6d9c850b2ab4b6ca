"""A conversation on paper."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.asked import asking
from browser.chat_page import ask, expect_state, last_answer
from browser.conftest import OpenPage

LONG = "".join(f"Paragraph {number} of a long answer.\n\n" for number in range(200))
WHITE = re.compile(r"rgba\(0, 0, 0, 0\)|rgb\(255, 255, 255\)")


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_all_of_it_is_printed_black_on_white_and_nothing_else(open_page: OpenPage, tmp_path: Path, theme: str) -> None:
    page = open_page(color_scheme=theme)
    ask(page, asking(words=LONG))
    expect_state(page, "done")
    assert pages_of(page, tmp_path / "print.pdf") >= 4
    page.emulate_media(media="print")
    expect(last_answer(page).get_by_text("Paragraph 1 of")).to_have_css("color", "rgb(28, 29, 34)")
    expect(page.locator("body")).to_have_css("background-color", WHITE)
    for left_out in ("question", "new-conversation", "copy"):
        expect(page.get_by_test_id(left_out).first).to_be_hidden()
    expect(page.locator(".nicewen-question-text")).to_be_visible()


def pages_of(page: Page, file: Path) -> int:
    page.pdf(path=file, format="A4")
    return len(re.findall(rb"/Type\s*/Page\b", file.read_bytes()))
