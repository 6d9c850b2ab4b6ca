"""Logging in and out in a real browser: with the keyboard, in both languages, in two tabs, and under a path."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, expect

from browser.asked import asking
from browser.chat_page import answered, expect_connected, question_box
from browser.nginx import running_nginx
from browser.nicewen_process import RunningNicewen, running_nicewen
from browser.openid import running_provider, settings
from browser.people import COOKIE, PASSWORD, add_people
from browser.watch import Watch
from dashscope_simulator.process import RunningSimulator
from nicewen.services.language import words_of

PHONE: ViewportSize = {"width": 360, "height": 640}
WORDS = words_of("en")


@pytest.fixture(scope="module")
def guarded(simulator: RunningSimulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNicewen]:
    """A Nicewen with a log-in, and two people who have accounts."""
    url = f"sqlite:///{tmp_path_factory.mktemp('people')}/nicewen.db"
    add_people(url, "ada", "eve")
    with running_nicewen(
        simulator.base_url, NICEWEN_AUTH="password", NICEWEN_DATABASE_URL=url, NICEWEN_LOG_LEVEL="info"
    ) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture
def browser(chromium: Browser) -> Iterator[BrowserContext]:
    with chromium.new_context(locale="en-US", ignore_https_errors=True) as context:
        yield context


def opened(browser: BrowserContext, watch: Watch, url: str, path: str = "/") -> Page:
    page = browser.new_page()
    watch.add(page, url)
    page.goto(url + path)
    return page


def log_in(page: Page, name: str = "ada", password: str = PASSWORD) -> None:
    """Fill the form by keyboard alone; the cursor stands in it already."""
    expect(page.locator("[name=name]")).to_be_focused()
    page.keyboard.type(name)
    page.keyboard.press("Tab")
    page.keyboard.type(password)
    page.keyboard.press("Enter")


def test_one_logs_in_asks_loads_again_and_logs_out_in_every_tab(
    guarded: RunningNicewen, browser: BrowserContext, chromium: Browser, watch: Watch
) -> None:
    page = opened(browser, watch, guarded.url)
    expect(page).to_have_title("Log in · Nicewen")
    log_in(page)
    expect(page).to_have_url(f"{guarded.url}/")
    answered(page, asking())
    conversation = page.url
    page.reload()
    expect(page.get_by_test_id("account")).to_contain_text("ada")
    second = opened(browser, watch, guarded.url)
    expect_connected(second)
    with chromium.new_context(locale="en-US") as elsewhere:
        third = opened(elsewhere, watch, guarded.url, "/transfer")
        log_in(third)
        expect_connected(third)
        page.get_by_test_id("log-out").click()
        for one in (page, second, third):
            expect(one).to_have_title("Log in · Nicewen")
        assert not [cookie for cookie in browser.cookies() if cookie.get("name") == COOKIE]
        log_in(third, "eve")
        expect(third).to_have_url(f"{guarded.url}/transfer")
        watch.expect("status of 404")
        third.goto(conversation)
        expect(third.get_by_text(WORDS("not-here-title"))).to_be_visible()
        expect(third.get_by_test_id("conversation")).to_have_count(0)


def test_a_wrong_password_is_said_and_the_name_stays(
    guarded: RunningNicewen, browser: BrowserContext, watch: Watch
) -> None:
    watch.expect("status of 401")
    page = opened(browser, watch, guarded.url, "/transfer")
    log_in(page, password="wrong password")
    expect(page.get_by_role("alert")).to_have_text(WORDS("login-wrong"))
    expect(page.get_by_label(WORDS("login-name"))).to_have_value("ada")
    expect(page.get_by_label(WORDS("login-password"))).to_be_focused()
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(page).to_have_url(f"{guarded.url}/transfer")
    expect_connected(page)


def test_an_unsent_question_is_not_shown_to_the_next_person(
    guarded: RunningNicewen, browser: BrowserContext, watch: Watch
) -> None:
    page = opened(browser, watch, guarded.url)
    log_in(page)
    question_box(page).fill("what only ada may read")
    page.reload()
    expect(question_box(page)).to_have_value("what only ada may read")
    page.get_by_test_id("log-out").click()
    expect(page).to_have_title("Log in · Nicewen")
    log_in(page, "eve")
    expect(page.get_by_test_id("account")).to_contain_text("eve")
    expect(question_box(page)).to_have_value("")
    expect_connected(page)


def test_a_page_that_was_away_while_one_logged_out_comes_to_the_log_in(
    guarded: RunningNicewen, browser: BrowserContext, watch: Watch
) -> None:
    page = opened(browser, watch, guarded.url)
    log_in(page)
    expect_connected(page)
    away = opened(browser, watch, guarded.url)
    expect_connected(away)
    watch.expect("status of 401")
    with watch.cutting_the_network():
        away.evaluate("window.socket.io.engine.close(); window.socket.io.reconnectionDelay(3000)")
        page.get_by_test_id("log-out").click()
        expect(page).to_have_title("Log in · Nicewen")
        expect(away).to_have_title("Log in · Nicewen", timeout=20_000)


def test_under_a_path_and_by_tls_all_stays_there(
    guarded: RunningNicewen, browser: BrowserContext, tmp_path: Path, watch: Watch
) -> None:
    with running_nginx(tmp_path, guarded.url) as nginx:
        page = opened(browser, watch, nginx.at_path, "/transfer")
        expect(page).to_have_url(f"{nginx.at_path}/login?to=%2Ftransfer")
        log_in(page)
        expect(page).to_have_url(f"{nginx.at_path}/transfer")
        expect_connected(page)
        (cookie,) = [cookie for cookie in browser.cookies() if cookie.get("name") == COOKIE]
        assert (cookie["path"], cookie["secure"], cookie["httpOnly"], cookie["sameSite"]) == (
            "/tyqw",
            True,
            True,
            "Lax",
        )
        page.get_by_test_id("log-out").click()
        expect(page).to_have_url(re.compile(rf"^{re.escape(nginx.at_path)}/login"))


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("locale", ["en-US", "zh-CN"])
def test_the_log_in_is_for_everyone(
    guarded: RunningNicewen, chromium: Browser, watch: Watch, locale: str, scheme: str
) -> None:
    with chromium.new_context(locale=locale, color_scheme=scheme, viewport=PHONE) as context:  # type: ignore[arg-type]
        page = opened(context, watch, guarded.url)
        words = words_of("zh" if locale == "zh-CN" else "en")
        expect(page.locator("html")).to_have_attribute("lang", locale)
        expect(page.get_by_label(words("login-name"))).to_be_focused()
        assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
        found = Axe().run(page).response["violations"]
        assert not found, [(one["id"], one["nodes"][0]["html"]) for one in found]
        dark = page.evaluate("getComputedStyle(document.body).backgroundColor")
        assert dark == ("rgb(23, 24, 28)" if scheme == "dark" else "rgb(255, 255, 255)")


def test_who_logs_out_here_is_not_let_in_again_by_the_provider(chromium: Browser, simulator: RunningSimulator) -> None:
    with (
        running_provider() as issuer,
        running_nicewen(simulator.base_url, **settings(issuer)) as nicewen,
        chromium.new_context(locale="en-US") as context,
    ):
        page, second = context.new_page(), context.new_page()
        page.goto(f"{nicewen.url}/transfer")
        page.get_by_role("button", name="u-1").click()
        expect(page).to_have_url(f"{nicewen.url}/transfer")
        expect(page.get_by_test_id("account")).to_contain_text("Ada Lovelace")
        expect_connected(page)
        second.goto(f"{nicewen.url}/")
        expect_connected(second)
        page.get_by_test_id("log-out").click()
        for one in (page, second):
            expect(one.get_by_text(WORDS("login-logged-out"))).to_be_visible()
        page.get_by_role("link", name=WORDS("login")).click()
        page.wait_for_url(f"{issuer}/**")
