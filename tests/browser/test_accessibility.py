"""axe-core, with every rule, finds nothing in any state of the page."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from browser.asked import asking
from browser.chat_page import ask, expect_letters, expect_state, last_answer, messages
from browser.conftest import WIDE, OpenPage
from browser.test_contrast import MANY_THINGS
from browser.test_page import WIDE_THINGS
from browser.watch import Watch

PHONE = {"viewport": {"width": 360, "height": 740}, "is_mobile": True, "has_touch": True}
READERS = {  # each theme, language and size meets each other one
    "light-zh-phone": {"color_scheme": "light", "locale": "zh-CN", **PHONE},
    "light-en-wide": {"color_scheme": "light", "locale": "en-US", "viewport": WIDE},
    "dark-zh-wide": {"color_scheme": "dark", "locale": "zh-CN", "viewport": WIDE},
    "dark-en-phone": {"color_scheme": "dark", "locale": "en-US", **PHONE},
}


def expect_nothing_found(page: Page) -> None:
    found = Axe().run(page)
    assert found.violations_count == 0, found.generate_report()


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_axe_finds_nothing(open_page: OpenPage, reader: dict[str, object]) -> None:
    page = open_page(**reader)
    expect(page.get_by_test_id("starter").first).to_be_visible()
    expect_nothing_found(page)
    ask(page, asking("arrearage"))
    expect(page.get_by_test_id("error")).to_be_visible()
    expect_nothing_found(page)
    page.get_by_test_id("error").locator("summary").click()
    ask(page, asking(words=MANY_THINGS + WIDE_THINGS))
    expect(messages(page, "assistant")).to_have_count(2)
    expect_state(page, "done")
    expect(last_answer(page).locator(":is(pre, math[display=block]):not([tabindex])")).to_have_count(0)
    expect_nothing_found(page)
    ask(page, asking("stall-midway"))
    expect_letters(page, 1)
    ask(page, asking(words="One that waits"))
    expect(messages(page, "user", "waiting")).to_have_count(1)
    expect_nothing_found(page)
    page.get_by_test_id("stop").click()
    expect(messages(page, "assistant", "stopped")).to_have_count(1)


def test_axe_finds_nothing_where_nothing_is(open_page: OpenPage, watch: Watch) -> None:
    watch.expect("status of 404")
    expect_nothing_found(open_page("/nope"))
