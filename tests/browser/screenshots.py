"""Pictures of every state of the page: `python tests/browser/screenshots.py docs/images`.

`nicewen.png` and `dashboard.png` are the README's; the others are named STATE-LANGUAGE-THEME-SIZE.png.
"""

import datetime
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from itertools import product
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, Page, ViewportSize, expect, sync_playwright

sys.path.insert(0, str(Path(__file__).parents[1]))  # a script's path begins with its own folder, not with `tests`

from browser.chat_page import ask, expect_letters, expect_state, last_answer, question_box
from browser.chromium import FLAGS, chromium_path
from browser.nicewen_process import running_nicewen

MORNING = datetime.datetime(2026, 11, 23, 9, 30)  # the reader's own clock
NOBODY = "http://127.0.0.1:9/api/v1"  # the demo asks no service
SIZES: Mapping[str, Mapping[str, Any]] = {
    "wide": {"viewport": {"width": 1280, "height": 800}},
    "phone": {
        "viewport": {"width": 390, "height": 844},
        "device_scale_factor": 2,
        "is_mobile": True,
        "has_touch": True,
    },
}
LOCALES = {"zh": "zh-CN", "en": "en-US"}
QUESTIONS = {
    "zh": {"answer": "把能显示的全部给我看看", "stopped": "写一篇长文", "failed": "故障：密钥"},
    "en": {"answer": "Show me everything you can do", "stopped": "Write something long", "failed": "fault: wrong key"},
}
PASSAGE = {"zh": "table", "en": ".nicewen-code"}  # where in the long answer the picture begins
EARLIER = [
    "Draft a short, friendly reply that declines a meeting",
    "用表格比较茶、咖啡和可可",
    "Write a Python function that finds duplicate files",
]
FRONT = "Solve a quadratic equation, with all formulas"
APOLOGY = "Draft a short, friendly reply that declines a meeting"
DASHBOARD = Path(__file__).parents[2] / "docs" / "examples" / "dashboard" / "main.py"
FRONT_SIZE: ViewportSize = {"width": 1280, "height": 1080}  # the whole answer


def main(folder: Path) -> None:
    """Write all pictures into this folder."""
    folder.mkdir(parents=True, exist_ok=True)
    demo = running_nicewen(NOBODY, "", NICEWEN_PROVIDER="demo")
    with demo as nicewen, sync_playwright() as playwright:
        path = chromium_path(Path(playwright.chromium.executable_path))
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        for language, theme, size in product(LOCALES, ("light", "dark"), SIZES):
            with opened(browser, nicewen.url, language, theme, size) as page:
                for state in states(page, language):
                    page.screenshot(path=folder / f"{state}-{language}-{theme}-{size}.png")
        anew = running_nicewen(NOBODY, "", NICEWEN_PROVIDER="demo")
        with anew as fresh, opened(browser, fresh.url, "en", "light", "wide") as page:
            front(page)
            page.screenshot(path=folder / "nicewen.png")
        dashboard = running_nicewen(NOBODY, "", module=str(DASHBOARD), NICEWEN_PROVIDER="demo")
        with dashboard as host, opened(browser, host.url, "en", "light", "wide") as page:
            in_a_dashboard(page)
            page.screenshot(path=folder / "dashboard.png")
        browser.close()


@contextmanager
def opened(browser: Browser, url: str, language: str, theme: str, size: str) -> Iterator[Page]:
    wishes = {"locale": LOCALES[language], "color_scheme": theme, "reduced_motion": "reduce", **SIZES[size]}
    with browser.new_context(**wishes) as context:
        page = context.new_page()
        page.clock.set_system_time(MORNING)
        page.goto(url)
        yield page


def states(page: Page, language: str) -> Iterator[str]:
    """Bring the page from state to state; yield each one's name while it stands."""
    questions = QUESTIONS[language]
    expect(page.get_by_test_id("starter").first).to_be_visible()
    yield "empty"
    ask(page, questions["answer"])
    expect_letters(page, 1500, 30)
    yield "writing"
    expect_state(page, "done", 60)
    scroll_to(page, PASSAGE[language])
    yield "answer"
    begin_anew(page)
    ask(page, questions["stopped"])
    expect_letters(page, 300)
    page.get_by_test_id("stop").click()
    expect_state(page, "stopped")
    page.evaluate("document.querySelector('.nicewen-log').scrollTop = 1e6")
    yield "stopped"
    begin_anew(page)
    ask(page, questions["failed"])
    expect_state(page, "failed")
    yield "failed"


def begin_anew(page: Page) -> None:
    page.get_by_test_id("new-conversation").click()
    expect(page.get_by_test_id("starter").first).to_be_visible()


def scroll_to(page: Page, selector: str) -> None:
    last_answer(page).locator(selector).first.evaluate(
        "part => { part.scrollIntoView(); document.querySelector('.nicewen-log').scrollTop -= 120; }"
    )


def front(page: Page) -> None:
    """Show a mixed answer, whole, beside some earlier conversations."""
    page.set_viewport_size(FRONT_SIZE)
    for question in EARLIER:
        ask(page, question)
        expect_state(page, "done", 60)
        begin_anew(page)
    ask(page, FRONT)
    expect_state(page, "done", 30)
    question_box(page).focus()


def in_a_dashboard(page: Page) -> None:
    """Show the panel beside a table of which a row is selected."""
    page.set_viewport_size(FRONT_SIZE)
    page.get_by_test_id("name").fill("ada")
    page.get_by_test_id("password").fill("tea")
    page.get_by_test_id("log-in").click()
    page.locator(".ag-row").first.locator(".ag-selection-checkbox input").click()
    ask(page, APOLOGY)
    expect_state(page, "done", 30)
    question_box(page).focus()


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else "docs/images"))
