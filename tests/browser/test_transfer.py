"""Conversations leave as files and come back."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Download, FilePayload, Page, expect

from browser.asked import asking
from browser.chat_page import answered, expect_connected, last_answer, messages, path_of
from browser.conftest import OpenPage
from browser.nicewen_process import RunningNicewen
from browser.test_accessibility import READERS, expect_nothing_found
from exchange.chatgpt_export import lake
from exchange.rows import transcript
from nicewen.components.look import sheet_of_files
from nicewen.services.exchange.exporting import exported
from nicewen.services.exchange.html_page import POLICY

RIGHT = "getBoundingClientRect().right"
INDENT = f"question.parentElement.closest('.nicewen-column').{RIGHT} - question.{RIGHT}"


def downloaded(download: Download) -> bytes:
    path = download.path()
    return Path(path).read_bytes()


def choose(page: Page, file: FilePayload) -> None:
    """Choose a file to import, once the one before has been taken."""
    page.locator(".q-uploader__input").wait_for(state="attached")
    with page.expect_file_chooser() as chooser:
        page.get_by_test_id("import").click()
    chooser.value.set_files(file)


def test_all_leave_as_a_zip_which_adds_nothing_when_it_comes_back(page: Page, nicewen: RunningNicewen) -> None:
    answered(page, asking(words="**bold** 杭州"))
    page.goto(f"{nicewen.url}/transfer")
    with page.expect_download() as info:
        page.get_by_test_id("export-all").click()
    assert info.value.suggested_filename == "Nicewen.zip"
    content = downloaded(info.value)
    expect(page.get_by_test_id("transfer-result")).to_contain_text("Done.")
    choose(page, {"name": "Nicewen.zip", "mimeType": "application/zip", "buffer": content})
    expect(page.get_by_test_id("transfer-result")).to_contain_text("No conversation imported.", timeout=20_000)
    expect(page.get_by_test_id("transfer-result")).to_contain_text(re.compile("here already"))


def test_the_list_leads_to_the_page_for_it_by_keyboard(page: Page) -> None:
    expect_connected(page)
    link = page.get_by_role("link", name="Export and import")
    page.get_by_test_id("archived").focus()
    page.keyboard.press("Tab")
    expect(link).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_test_id("export-all")).to_be_visible()
    assert path_of(page) == "/transfer"
    expect(link).to_have_attribute("aria-current", "page")


def test_a_phones_drawer_leads_there_too(open_page: OpenPage) -> None:
    page = open_page(viewport={"width": 360, "height": 640}, locale="zh-CN", is_mobile=True, has_touch=True)
    expect_connected(page)
    page.get_by_test_id("conversations-toggle").click()
    page.get_by_role("link", name="导出与导入").click()
    expect(page.get_by_test_id("export-all")).to_be_visible()


def test_a_conversations_menu_exports_it(page: Page) -> None:
    asked = asking(words="**bold** 杭州")
    answered(page, asked)
    row = page.get_by_test_id("conversation").filter(has_text=asked.text).first
    files = {}
    for kind in ("md", "json"):
        row.hover()
        row.get_by_test_id("conversation-menu").click()
        with page.expect_download() as info:
            page.get_by_test_id(f"conversation-export-{kind}").click()
        assert info.value.suggested_filename.endswith(f".{kind}")
        files[kind] = downloaded(info.value).decode()
    assert asked.answer.strip() in files["md"]
    assert json.loads(files["json"])["conversation"]["id"] == path_of(page).removeprefix("/c/")
    expect(last_answer(page)).to_be_visible()


def test_chatgpts_file_comes_in_and_what_was_left_out_is_listed(page: Page, nicewen: RunningNicewen) -> None:
    page.goto(f"{nicewen.url}/transfer")
    for name, content, says in (
        ("broken.json", b'[{"mapping":', "Nothing was imported: line 1, column 13: not JSON."),
        ("conversations.json", json.dumps([lake()]).encode(), "One conversation imported."),
    ):
        choose(page, {"name": name, "mimeType": "application/json", "buffer": content})
        expect(page.get_by_test_id("transfer-result")).to_contain_text(says, timeout=20_000)
    expect(page.get_by_text("conversation 1, message 13: image_asset_pointer")).to_be_visible()
    expect_nothing_found(page)


def test_a_file_looks_like_the_page_and_asks_nobody(
    page: Page, chromium: Browser, nicewen: RunningNicewen, tmp_path: Path
) -> None:
    asked = asking(words="**bold** 杭州")
    answered(page, asked)
    look = "e => { const s = getComputedStyle(e); return [s.fontSize, s.lineHeight, s.fontFamily, s.color] }"
    shown = last_answer(page).locator("strong").first.evaluate(look)
    indent = f"question => {INDENT}"
    shown_indent = messages(page, "user").last.evaluate(indent)
    with page.expect_download() as info:
        page.evaluate("path => location.assign(path)", f"{path_of(page)}/export.html")
    assert info.value.suggested_filename.endswith(".html")
    path = tmp_path / "one.html"
    path.write_bytes(downloaded(info.value))
    with chromium.new_context(viewport={"width": 1280, "height": 800}, java_script_enabled=True) as context:
        alone = context.new_page()
        requests: list[str] = []
        faults: list[str] = []
        alone.on("request", lambda request: requests.append(request.url))
        alone.on("console", lambda message: faults.append(message.text))
        alone.goto(path.as_uri())
        assert alone.locator(".nicewen-answer strong").first.evaluate(look) == shown
        assert abs(alone.locator(".nicewen-question").last.evaluate(indent) - shown_indent) < 2
        light = alone.evaluate("getComputedStyle(document.body).backgroundColor")
        alone.emulate_media(color_scheme="dark")
        assert alone.evaluate("getComputedStyle(document.body).backgroundColor") != light
        alone.emulate_media(media="print", color_scheme="dark")
        assert alone.evaluate("getComputedStyle(document.body).backgroundColor") == "rgb(255, 255, 255)"
        assert alone.evaluate("document.documentElement.scrollWidth <= innerWidth")
        assert requests == [path.as_uri()]
        assert faults == []


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_axe_finds_nothing(chromium: Browser, open_page: OpenPage, reader: dict[str, Any], tmp_path: Path) -> None:
    expect_nothing_found(open_page("/transfer", **reader))
    path = tmp_path / "one.html"
    file = exported(transcript("一", "two"), "html", language="en", style_sheet=sheet_of_files())
    path.write_bytes(file.content.replace(POLICY.encode(), b""))  # axe is a script
    with chromium.new_context(**reader) as context:
        page = context.new_page()
        page.goto(path.as_uri())
        expect_nothing_found(page)


def test_the_page_for_it_has_no_sideways_scroll_on_a_phone(open_page: OpenPage) -> None:
    page = open_page("/transfer", viewport={"width": 360, "height": 640}, locale="zh-CN")
    expect(page.get_by_test_id("import")).to_have_text("导入…")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
