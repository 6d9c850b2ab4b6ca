"""Language and theme: chosen by the browser, switched by the reader, remembered."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.asked import long_answer
from browser.chat_page import ask, expect_connected, expect_letters, expect_whole, question_box
from browser.conftest import OpenPage
from browser.nicewen_process import RunningNicewen, running_nicewen
from browser.test_page import COLOURS
from browser.watch import Watch
from dashscope_simulator.process import RunningSimulator
from nicewen.services.language import words_of

LIGHT, DARK = ["rgb(28, 29, 34)", "rgb(255, 255, 255)"], ["rgb(232, 232, 234)", "rgb(23, 24, 28)"]
PAPER = "getComputedStyle(document.documentElement).backgroundColor"
FIRST_PAPER = """() => document.addEventListener('DOMContentLoaded', () => window.first = [
  document.documentElement.lang, getComputedStyle(document.documentElement).backgroundColor])"""


@pytest.fixture(scope="module")
def chinese_only(simulator: RunningSimulator) -> Iterator[RunningNicewen]:
    with running_nicewen(simulator.base_url, NICEWEN_LANGUAGE="zh") as running:
        yield running


def expect_theme(page: Page, theme: str, colours: list[str]) -> None:
    expect(page.get_by_test_id("theme")).to_have_accessible_name(words_of("en")(f"theme-{theme}"))
    page.wait_for_function(f"({COLOURS})().join() === {','.join(colours)!r}")


def test_the_other_language_is_one_click_away_and_remembered(open_page: OpenPage) -> None:
    page = open_page(locale="en-GB")
    question_box(page).press_sequentially("Half a question")
    switch = page.get_by_test_id("language")
    expect(switch).to_have_text("中文")
    expect(switch).to_have_attribute("lang", "zh-CN")
    switch.click()
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_test_id("new-conversation")).to_have_text(words_of("zh")("new-conversation"))
    expect(question_box(page)).to_have_value("Half a question")
    expect(switch).to_have_text("English")
    page.goto(page.url)
    expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    switch.click()
    expect(page.get_by_test_id("new-conversation")).to_have_text(words_of("en")("new-conversation"))


def test_an_answer_goes_on_in_the_other_language(open_page: OpenPage) -> None:
    page = open_page(locale="zh-CN")
    asked = long_answer(rate=40, seconds=3)
    ask(page, asked)
    expect_letters(page, 40)
    page.get_by_test_id("language").click()
    expect(page.get_by_test_id("new-conversation")).to_have_text(words_of("en")("new-conversation"))
    expect_whole(page, asked)


def test_a_fixed_language_is_not_offered_for_choice(open_page: OpenPage, chinese_only: RunningNicewen) -> None:
    page = open_page(url=chinese_only.url, locale="en-US")
    page.context.add_cookies([{"name": "nicewen-language", "value": "en", "url": chinese_only.url}])
    page.reload()
    expect(page.get_by_test_id("new-conversation")).to_have_text(words_of("zh")("new-conversation"))
    expect(page.get_by_test_id("language")).to_have_count(0)
    expect(page.get_by_test_id("theme")).to_be_visible()


@pytest.mark.parametrize("value", ["fr", "", "zh; x", "../en"])
def test_a_cookie_that_is_no_language_is_overlooked(open_page: OpenPage, value: str) -> None:
    page = open_page(locale="zh-CN")
    page.evaluate("value => document.cookie = `nicewen-language=${value}; path=/`", value)
    page.evaluate("value => document.cookie = `nicewen-theme=${value}; path=/`", value)
    page.reload()
    if value != "zh; x":
        expect(page.locator("html")).to_have_attribute("lang", "zh-CN")
    expect(page.get_by_test_id("theme")).to_have_attribute("data-theme", "auto")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_theme_goes_round_from_automatic(open_page: OpenPage, scheme: str) -> None:
    page = open_page(color_scheme=scheme)
    expect_connected(page)
    wished = LIGHT if scheme == "light" else DARK
    for theme, colours in (("auto", wished), ("light", LIGHT), ("dark", DARK), ("auto", wished)):
        expect_theme(page, theme, colours)
        page.get_by_test_id("theme").click()


def test_automatic_follows_the_system_at_once(open_page: OpenPage) -> None:
    page = open_page(color_scheme="light")
    expect_theme(page, "auto", LIGHT)
    page.emulate_media(color_scheme="dark")
    expect_theme(page, "auto", DARK)


@pytest.mark.parametrize(("clicks", "scheme", "colours"), [(1, "dark", LIGHT), (2, "light", DARK), (0, "dark", DARK)])
def test_the_next_page_begins_in_the_readers_language_and_theme(
    open_page: OpenPage, watch: Watch, clicks: int, scheme: str, colours: list[str]
) -> None:
    """Before any script of NiceGUI's has run: nothing flashes."""
    page = open_page(color_scheme=scheme, locale="zh-CN")
    expect_connected(page)
    for click in range(clicks):
        page.get_by_test_id("theme").click()
        expect(page.get_by_test_id("theme")).to_have_attribute("data-theme", ("light", "dark")[click])
    page.add_init_script(f"({FIRST_PAPER})()")
    watch.expect("net::ERR_FAILED")
    watch.expect("createApp is not defined")
    page.route("**/nicegui.js", lambda route: route.abort())
    page.reload(wait_until="commit")
    page.wait_for_function("window.first")
    assert page.evaluate("window.first") == ["zh-CN", colours[1]]


def test_the_switches_work_while_an_answer_is_written(page: Page) -> None:
    asked = long_answer(rate=40, seconds=2)
    ask(page, asked)
    expect_letters(page, 40)
    page.get_by_test_id("theme").click()
    expect(page.get_by_test_id("theme")).to_have_attribute("data-theme", "light")
    expect_whole(page, asked)
    page.context.clear_cookies()


def test_both_switches_fit_a_phone(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 360, "height": 640}, is_mobile=True, has_touch=True)
    for handle in ("theme", "language", "new-conversation"):
        expect(page.get_by_test_id(handle)).to_be_in_viewport(ratio=1)
    heights = page.locator(".nicewen-header :is(a, button)").evaluate_all("all => all.map(one => one.clientHeight)")
    assert max(heights) < 40, "no word is broken"
