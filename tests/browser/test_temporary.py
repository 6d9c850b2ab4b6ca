"""A temporary conversation as people use it: there after a reload and in a second tab, and kept nowhere."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Locator, Page, expect

from browser.asked import asking, long_answer, only_outcome
from browser.chat_page import (
    answered,
    ask,
    expect_connected,
    expect_letters,
    expect_state,
    expect_whole,
    last_answer,
    messages,
    path_of,
)
from browser.conftest import OpenPage
from browser.nicewen_process import RunningNicewen
from browser.test_accessibility import READERS, expect_nothing_found
from dashscope_simulator.process import RunningSimulator


def begin(page: Page) -> None:
    page.get_by_test_id("temporary-conversation").click()
    expect(page.get_by_role("heading", name="Temporary conversation")).to_be_visible()
    expect_connected(page)


def rows(page: Page, title: str) -> Locator:
    return page.get_by_test_id("conversation").filter(has_text=title)


def test_it_survives_a_reload_and_a_second_tab_and_is_kept_nowhere(
    page: Page, open_page: OpenPage, nicewen: RunningNicewen, simulator: RunningSimulator
) -> None:
    begin(page)
    asked = long_answer(rate=60, seconds=4, words="Zwetschgenkuchen")
    ask(page, asked)
    expect_letters(page, 60)
    assert path_of(page).startswith("/temporary/")
    page.reload()
    expect(page.get_by_test_id("temporary")).to_have_text("Temporary conversation · not kept")
    other = open_page(path_of(page))
    for one in (page, other):
        expect_whole(one, asked)
    assert only_outcome(simulator, asked) == "complete"
    again = asking(words="Zwetschgenkuchen again")
    answered(other, again)
    expect_whole(page, again)
    for one in (page, other):
        expect(one).to_have_title("Temporary conversation · Nicewen")
    other.close()

    page.get_by_test_id("new-conversation").click()
    expect(page.get_by_test_id("temporary")).to_have_count(0)
    kept = asking(words="Apfelkuchen")
    answered(page, kept)
    expect(rows(page, "Apfelkuchen")).to_have_count(1)
    expect(rows(page, "Zwetschgenkuchen")).to_have_count(0)
    page.keyboard.press("Control+k")
    page.get_by_test_id("search-query").fill("Zwetschgenkuchen")
    expect(page.get_by_test_id("found")).to_have_count(0)
    expect(page.get_by_text("Nothing found")).to_be_visible()
    bytes_there = written(nicewen.log_file.parent)
    assert b"Apfelkuchen" in bytes_there
    assert b"Zwetschgenkuchen" not in bytes_there


def written(folder: Path) -> bytes:
    return b"".join(file.read_bytes() for file in sorted(folder.rglob("*")) if file.is_file())


def test_stop_continue_edit_and_ask_again_work_in_it(open_page: OpenPage) -> None:
    page = open_page("/temporary")
    expect_connected(page)
    asked = long_answer(rate=120, seconds=1.5)
    ask(page, asked)
    expect_letters(page, 60)
    page.get_by_test_id("stop").click()
    expect_state(page, "stopped")
    last_answer(page).get_by_test_id("continue").click()
    expect_whole(page, asked)
    last_answer(page).get_by_test_id("regenerate").click()
    expect(last_answer(page)).to_contain_text("2 / 2")
    page.get_by_test_id("stop").click()
    expect_state(page, "stopped")
    messages(page, "user").last.hover()
    messages(page, "user").last.get_by_test_id("edit").click()
    edited = asking(words="In other words")
    page.locator(".nicewen-edit textarea").fill(edited.text)
    page.locator(".nicewen-edit textarea").press("Enter")
    expect_whole(page, edited)
    page.reload()
    expect_whole(page, edited)


@pytest.mark.parametrize("reader", [READERS["light-zh-phone"], READERS["dark-en-phone"]])
def test_axe_finds_nothing(open_page: OpenPage, reader: dict[str, Any]) -> None:
    page = open_page("/temporary", **reader)
    expect_connected(page)
    expect_nothing_found(page)
    ask(page, asking())
    expect_state(page, "done")
    expect(page.get_by_test_id("temporary")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    expect_nothing_found(page)
