"""The example dashboard, started by its one command: log in, select, ask, and see only one's own."""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect

from browser.chat_page import expect_connected
from browser.conftest import OpenPage
from browser.nicewen_process import RunningNicewen, running_nicewen
from browser.watch import Watch
from dashscope_simulator.process import RunningSimulator

DASHBOARD = Path(__file__).parents[2] / "docs" / "examples" / "dashboard" / "main.py"
LEFT = "RuntimeError: No response returned."
"""Starlette's, about a page that was left while it loaded."""
SECONDS = 1000  # Playwright counts milliseconds
PROFILE = "[profile:default,tag=dashboard]"


@pytest.fixture(scope="module")
def dashboard(simulator: RunningSimulator) -> Iterator[RunningNicewen]:
    with running_nicewen(simulator.base_url, module=str(DASHBOARD)) as running:
        yield running
        raised = set(re.findall(r"^(?:\w+\.)*\w*(?:Error|Exception)\b.*", running.log, re.MULTILINE))
        assert raised <= {LEFT}, running.log


def log_in(page: Page, name: str, password: str) -> None:
    expect_connected(page)
    page.get_by_test_id("name").fill(name)
    page.get_by_test_id("password").fill(password)
    page.get_by_test_id("log-in").click()
    page.wait_for_url("**/")
    expect_connected(page)  # a page that is left while it loads has Starlette log an error


def expect_done(page: Page, count: int) -> None:
    answers = page.locator("[data-testid=message][data-role=assistant][data-state=done]")
    expect(answers).to_have_count(count, timeout=20 * SECONDS)


def test_a_person_logs_in_asks_about_selected_rows_and_nobody_else_sees_it(
    open_page: OpenPage, dashboard: RunningNicewen
) -> None:
    page = open_page("/", url=dashboard.url, locale="en-GB")
    page.wait_for_url("**/login")
    log_in(page, "ada", "tea")
    page.locator(".ag-row").first.locator(".ag-selection-checkbox input").click()
    page.get_by_test_id("context").click()
    expect(page.get_by_test_id("material")).to_contain_text("waits for cups")
    page.get_by_test_id("question").fill(f"Why? {PROFILE}")
    page.get_by_test_id("question").press("Enter")
    expect_done(page, 1)
    expect(page.get_by_test_id("given")).to_have_text("With a table of one row")
    page.reload()
    expect_done(page, 1)
    page.get_by_test_id("log-out").click()
    page.wait_for_url("**/login")
    log_in(page, "eve", "milk")
    expect(page.get_by_test_id("starter")).to_have_count(2)
    expect(page.get_by_test_id("message")).to_have_count(0)


def test_a_chart_explains_itself_beside_the_panel(
    open_page: OpenPage, dashboard: RunningNicewen, simulator: RunningSimulator, watch: Watch
) -> None:
    page = open_page("/", url=dashboard.url, locale="en-GB")
    log_in(page, "ada", "tea")
    page.get_by_role("link", name="Sales").click()
    page.get_by_test_id("explain").click()
    said = page.get_by_test_id("said")
    expect(said.locator("[data-role=assistant][data-state=done]")).to_have_count(1, timeout=20 * SECONDS)
    expect(said.get_by_test_id("answer-text")).to_be_visible()
    page.get_by_role("button", name="What was best?").click()
    expect(page.get_by_test_id("panel").locator("[data-state=done][data-role=assistant]")).to_have_count(1)
    expect(page.locator("canvas")).to_be_visible()
