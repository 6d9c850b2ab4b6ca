"""The list of conversations and the search in them, as people use them, in one tab and in two."""

import asyncio
import re
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from playwright.sync_api import CDPSession, Locator, Page, expect

from browser.asked import asking, long_answer
from browser.chat_page import answered, ask, expect_connected, expect_letters, expect_state, messages, path_of
from browser.conftest import OpenPage
from browser.nicewen_process import RunningNicewen, running_nicewen
from browser.test_accessibility import PHONE, READERS, expect_nothing_found
from browser.test_contrast import CONTRASTS, ENOUGH
from dashscope_simulator.process import RunningSimulator
from nicewen.services.language import words_of
from store.asked import answered as kept_answer
from store.asked import opened

NOON = (datetime.now() - timedelta(days=1)).replace(hour=12, minute=0, second=0, microsecond=0)
"""When the latest of the kept conversations were held, whatever the time is now: new ones stand above them."""

ROWS = 130
TALK = "A long talk about 空气"
OpenTab = Callable[..., Page]


async def fill(url: str) -> dict[str, str]:
    """Keep many conversations of the last year, and a long one; return its id, and those of an early turn in it."""
    async with opened(url) as store:
        user = await store.user("local")

        async def keep(title: str, at: datetime, **more: object) -> str:
            one = await kept_answer(
                store, user, f"{title}?", f"Of {title}.", title=title, asked_at=at.timestamp(), **more
            )
            await store.mark_seen(user, one.conversation_id)
            return one.conversation_id

        for number in range(ROWS):
            await keep(f"Old {number}", NOON - timedelta(days=40 + number))
        await keep("Last week", NOON - timedelta(days=4))
        await keep("Yesterday's", NOON - timedelta(days=1))
        await store.pin(user, await keep("Pinned one", NOON - timedelta(days=300)))
        await keep("今天杭州的天气怎么样", NOON - timedelta(minutes=5))
        await store.archive(user, await keep("Put away", NOON - timedelta(days=2)))
        at, turns = NOON - timedelta(hours=2), []
        first: dict[str, object] = {"title": TALK}
        for turn in range(60):
            text = "明天的天气会不会很冷？" if turn == 4 else f"Turn {turn}"
            one = await kept_answer(store, user, text, "Some words. " * 60, asked_at=at.timestamp(), **first)
            first = {"conversation_id": one.conversation_id, "parent_id": one.answer_id, "title": None}
            turns.append(one)
        await store.mark_seen(user, turns[0].conversation_id)
    return {"talk": turns[0].conversation_id, "early": turns[4].id}


@pytest.fixture(scope="module")
def library(simulator: RunningSimulator, tmp_path_factory: pytest.TempPathFactory) -> Iterator[RunningNicewen]:
    """A Nicewen with many conversations."""
    url = f"sqlite:///{tmp_path_factory.mktemp('library') / 'nicewen.db'}"
    with ThreadPoolExecutor(1) as elsewhere:  # Playwright's loop runs in this thread
        ids = elsewhere.submit(asyncio.run, fill(url)).result()
    with running_nicewen(simulator.base_url, NICEWEN_DATABASE_URL=url) as running:
        Path(running.log_file.parent / "ids").write_text(f"{ids['talk']} {ids['early']}")
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture
def open_tab(open_page: OpenPage, library: RunningNicewen) -> OpenTab:
    """Return a function that opens a page."""

    def open_one(path: str = "/", **wishes: object) -> Page:
        page = open_page(path, url=library.url, **wishes)
        expect_connected(page)
        return page

    return open_one


@pytest.fixture
def talk(library: RunningNicewen) -> tuple[str, str]:
    """The path of the long conversation, and the id of an early question in it."""
    conversation_id, early = (library.log_file.parent / "ids").read_text().split()
    return f"/c/{conversation_id}", early


def at_noon(page: Page) -> Page:
    """Load the page again for a reader whose clock says noon of that day."""
    page.clock.set_system_time(NOON)
    page.reload()
    return page


def rows(page: Page, title: str = "") -> Locator:
    return page.get_by_test_id("conversation").filter(has_text=title)


def named(page: Page, title: str) -> Locator:
    return page.get_by_role("navigation").get_by_role("link", name=title, exact=True)


def choose(page: Page, title: str, what: str) -> None:
    row = rows(page, title).first
    row.hover()
    row.get_by_test_id("conversation-menu").click()
    page.get_by_test_id(f"conversation-{what}").click()


def search(page: Page, query: str) -> Locator:
    page.keyboard.press("Control+k")
    page.get_by_test_id("search-query").fill(query)
    return page.get_by_test_id("found")


def new_one(page: Page, words: str) -> None:
    """Begin another conversation and wait for its answer."""
    page.get_by_test_id("new-conversation").click()
    expect(page.get_by_test_id("starter").first).to_be_visible()
    answered(page, asking(words=words))
    expect(rows(page, words)).to_have_count(1)


def test_the_list_is_grouped_by_day_with_the_pinned_first(open_tab: OpenTab) -> None:
    page = at_noon(open_tab())
    words = words_of("en")
    expect(rows(page, "Pinned one")).to_be_visible()
    names = page.locator(".nicewen-group-name").all_inner_texts()
    expected = ["pinned", "today", "yesterday", "previous-week"]
    assert names[:4] == [words(f"list-{key}") for key in expected]
    assert all(re.fullmatch(r"[A-Z][a-z]+( \d{4})?", name) for name in names[4:])
    assert len(set(names)) == len(names)
    shown = rows(page).get_by_role("link").all_text_contents()
    assert shown[0].startswith("Pinned one")
    old = [int(title.split()[1]) for title in shown if title.startswith("Old")]
    assert old == sorted(old)


def test_months_speak_the_readers_language(open_tab: OpenTab) -> None:
    page = at_noon(open_tab(locale="zh-CN"))
    expect(rows(page, "Pinned one")).to_be_visible()
    names = page.locator(".nicewen-group-name").all_inner_texts()
    assert names[:3] == ["置顶", "今天", "昨天"]
    assert all(name.endswith("月") for name in names[4:])


def test_a_row_is_a_link_and_the_open_one_is_marked(open_tab: OpenTab) -> None:
    page = open_tab()
    link = rows(page, "Last week").get_by_role("link")
    assert re.fullmatch(r"/c/[0-9a-f]{32}", link.get_attribute("href") or "")
    link.click()
    expect(messages(page, "assistant")).to_have_text(re.compile("Of Last week"))
    expect(page.locator(".nicewen-conversations [aria-current=page]")).to_have_text("Last week")


def test_a_new_conversation_appears_in_the_other_tab_runs_and_waits_to_be_seen(open_tab: OpenTab) -> None:
    one, other = open_tab(), open_tab()
    asked = long_answer(rate=40, seconds=4, words="Walks by the lake")
    ask(one, asked)
    row = rows(other, "Walks by the lake")
    expect(row).to_have_attribute("data-running", "")
    expect(row).to_contain_text(words_of("en")("list-running"))
    assert row.locator(".nicewen-mark").evaluate("one => getComputedStyle(one).animationName") == "none"
    expect(rows(one, "Walks by the lake").get_by_role("link")).to_have_attribute("aria-current", "page")
    one.get_by_test_id("new-conversation").click()
    expect(one.get_by_test_id("starter").first).to_be_visible()
    expect(row).to_have_attribute("data-unread", "", timeout=15_000)
    expect(row).not_to_have_attribute("data-running", "")
    row.get_by_role("link").click()
    expect_state(other, "done")
    expect(rows(one, "Walks by the lake")).not_to_have_attribute("data-unread", "")


def test_rename_in_place_is_saved_by_enter_given_up_by_escape_and_seen_everywhere(open_tab: OpenTab) -> None:
    one = open_tab()
    new_one(one, "Name me")
    other = open_tab(path_of(one))
    choose(one, "Name me", "rename")
    field = one.get_by_test_id("new-title")
    expect(field).to_be_focused()
    field.fill("Not this")
    field.press("Escape")
    expect(rows(one, "Name me")).to_have_count(1)
    expect(rows(one, "Name me").get_by_role("link")).to_be_focused()
    choose(one, "Name me", "rename")
    one.get_by_test_id("new-title").fill("A <b>better</b> name")
    one.get_by_test_id("new-title").press("Enter")
    for page in (one, other):
        expect(rows(page, "A <b>better</b> name")).to_have_count(1)
        expect(rows(page, "Name me")).to_have_count(0)
        expect(page).to_have_title("A <b>better</b> name · Nicewen")


def test_a_conversation_is_pinned_and_unpinned_in_both_tabs(open_tab: OpenTab) -> None:
    one, other = open_tab(), open_tab()
    choose(one, "Last week", "pin")
    expect(rows(other).first).to_contain_text("Last week")
    choose(other, "Last week", "unpin")
    expect(rows(one).first).to_contain_text("Pinned one")


def test_what_is_archived_stands_on_its_own_shelf(open_tab: OpenTab) -> None:
    page, other = open_tab(), open_tab()
    expect(named(other, "Old 3")).to_have_count(1)
    choose(page, "Old 3", "archive")
    expect(named(other, "Old 3")).to_have_count(0)
    page.get_by_test_id("archived").click()
    expect(rows(page)).to_have_count(2)
    expect(rows(page, "Put away")).to_be_visible()
    choose(page, "Old 3", "unarchive")
    expect(rows(page)).to_have_count(1)
    page.get_by_test_id("conversations").click()
    expect(named(page, "Old 3")).to_have_count(1)


def test_what_is_deleted_goes_everywhere_and_comes_back_by_undo(open_tab: OpenTab) -> None:
    one, other = open_tab(), open_tab()
    choose(one, "Yesterday's", "delete")
    expect(rows(other, "Yesterday's")).to_have_count(0)
    expect(one.get_by_test_id("toast")).to_contain_text("Deleted")
    one.get_by_test_id("undo").click()
    expect(rows(one, "Yesterday's")).to_have_count(1)
    expect(rows(other, "Yesterday's")).to_have_count(1)
    expect(one.get_by_test_id("undo")).to_have_count(0)


def test_deleting_what_is_open_leads_to_a_new_conversation_and_undo_still_works(open_tab: OpenTab) -> None:
    page = open_tab()
    new_one(page, "Regret me")
    path = path_of(page)
    choose(page, "Regret me", "delete")
    page.wait_for_url("**/")
    expect(rows(page, "Regret me")).to_have_count(0)
    page.get_by_test_id("undo").click()
    rows(page, "Regret me").get_by_role("link").click()
    expect_state(page, "done")
    assert path_of(page) == path


def test_the_offer_to_undo_goes_after_ten_seconds(open_tab: OpenTab) -> None:
    page = open_tab()
    new_one(page, "Gone for good")
    page.clock.install()
    page.get_by_test_id("new-conversation").click()
    expect_connected(page)
    choose(page, "Gone for good", "delete")
    expect(page.get_by_test_id("undo")).to_be_visible()
    page.clock.fast_forward(9_000)
    expect(page.get_by_test_id("undo")).to_be_visible()
    page.clock.fast_forward(2_000)
    expect(page.get_by_test_id("undo")).to_have_count(0)


def test_the_list_goes_on_as_it_is_scrolled(open_tab: OpenTab) -> None:
    page = open_tab()
    assert rows(page).count() < ROWS / 2
    deadline = time.monotonic() + 20
    while named(page, f"Old {ROWS - 1}").count() == 0:
        assert time.monotonic() < deadline
        page.locator(".nicewen-list").evaluate("list => list.scrollTop = 1e6")
        page.wait_for_timeout(50)
    assert rows(page).count() >= ROWS
    ids = page.get_by_test_id("conversation").evaluate_all("all => all.map(one => one.dataset.id)")
    assert len(set(ids)) == len(ids)


def test_two_chinese_characters_find_titles_and_messages_with_the_words_marked(open_tab: OpenTab) -> None:
    page = open_tab()
    found = search(page, "天气")
    expect(found).to_have_count(4)  # a title, two questions, an answer
    expect(found.locator("mark")).to_have_text(["天气"] * 4)
    found.filter(has_text=TALK).click()
    expect(page.locator(".nicewen-sought")).to_have_text(re.compile("明天的天气会不会很冷"))


def test_a_click_opens_an_early_message_which_stands_in_view(open_tab: OpenTab, talk: tuple[str, str]) -> None:
    page = open_tab(talk[0])
    expect(messages(page, "user")).to_have_count(20)
    found = search(page, "明天的天气")
    expect(found).to_have_count(1)
    assert (found.get_attribute("href") or "").endswith(f"{talk[0]}?m={talk[1]}")
    found.click()
    message = messages(page, "user").filter(has_text="明天的天气")
    expect(message).to_be_in_viewport(ratio=1)
    page.wait_for_timeout(500)
    expect(message).to_be_in_viewport(ratio=1)
    page.wait_for_url(f"**{talk[0]}")
    expect(page.get_by_test_id("jump-to-latest")).to_be_visible()
    page.get_by_test_id("jump-to-latest").click()
    expect(messages(page, "user").last).to_be_in_viewport()


def test_search_is_all_by_keyboard_from_anywhere(open_tab: OpenTab) -> None:
    page = open_tab()
    page.get_by_test_id("question").press("Control+k")
    query = page.get_by_test_id("search-query")
    expect(query).to_be_focused()
    page.keyboard.type("Last week")
    expect(page.get_by_test_id("found").first).to_contain_text("Last week")
    first = query.get_attribute("aria-activedescendant")
    page.keyboard.press("ArrowDown")
    expect(query).not_to_have_attribute("aria-activedescendant", first or "")
    page.keyboard.press("ArrowUp")
    expect(query).to_have_attribute("aria-activedescendant", first or "")
    page.keyboard.press("Escape")
    expect(query).to_have_count(0)
    expect(page.get_by_test_id("question")).to_be_focused()
    page.keyboard.press("Meta+k")
    page.keyboard.type("Yesterday's")
    page.keyboard.press("Enter")  # before it is found
    expect(messages(page, "assistant")).to_have_text(re.compile("Of Yesterday's"))


def test_enter_inside_a_composition_does_not_choose(open_tab: OpenTab) -> None:
    page = open_tab()
    page.keyboard.press("Control+k")
    expect(page.get_by_test_id("search-query")).to_be_focused()
    keyboard: CDPSession = page.context.new_cdp_session(page)
    keyboard.send("Input.imeSetComposition", {"text": "tian qi", "selectionStart": 7, "selectionEnd": 7})
    for kind in ("rawKeyDown", "keyUp"):
        keyboard.send("Input.dispatchKeyEvent", {"type": kind, "key": "Enter", "windowsVirtualKeyCode": 229})
    keyboard.send("Input.insertText", {"text": "天气"})
    expect(page.get_by_test_id("found")).to_have_count(4)
    assert path_of(page) == "/"


def test_what_is_not_found_is_said(open_tab: OpenTab) -> None:
    page = open_tab()
    expect(search(page, "zzzz qqqq")).to_have_count(0)
    expect(page.get_by_test_id("search-status")).to_have_text(words_of("en")("list-search-none"))


def test_escape_closes_menus_and_search_before_it_stops(open_tab: OpenTab) -> None:
    page = open_tab()
    ask(page, long_answer(rate=40, seconds=20, words="Keep on"))
    expect_letters(page, 40)
    row = rows(page, "Keep on").first
    row.hover()
    row.get_by_test_id("conversation-menu").click()
    expect(page.get_by_role("menu")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("menu")).to_be_hidden()
    page.keyboard.press("Control+k")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_be_hidden()
    expect_state(page, "writing")
    page.keyboard.press("Escape")
    expect_state(page, "stopped", 1)


def test_the_list_is_all_by_keyboard(open_tab: OpenTab) -> None:
    page = open_tab()
    new_one(page, "By keyboard")
    page.get_by_test_id("search").focus()
    page.keyboard.press("Tab")
    expect(rows(page, "By keyboard").get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowUp")
    expect(rows(page, "Pinned one").get_by_role("link")).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Tab")
    expect(rows(page, "By keyboard").get_by_test_id("conversation-menu")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("menuitem").first).to_be_focused()
    for key in ("ArrowDown", "ArrowDown", "ArrowUp", "End", "Enter"):
        page.keyboard.press(key)
    page.wait_for_url("**/")
    page.get_by_test_id("undo").focus()
    page.keyboard.press("Enter")
    expect(rows(page, "By keyboard")).to_have_count(1)


def test_the_list_folds_and_stays_folded(open_tab: OpenTab) -> None:
    page = open_tab(viewport={"width": 1280, "height": 800})
    toggle = page.get_by_test_id("conversations-toggle")
    expect(toggle).to_have_attribute("aria-expanded", "true")
    toggle.click()
    expect(page.get_by_test_id("search")).to_be_hidden()
    expect(toggle).to_have_attribute("aria-expanded", "false")
    page.reload()
    expect(page.get_by_test_id("search")).to_be_hidden()
    expect_connected(page)
    toggle.click()
    expect(page.get_by_test_id("search")).to_be_visible()


def test_on_a_phone_the_list_is_a_drawer(open_tab: OpenTab) -> None:
    page = open_tab(**PHONE)
    toggle, drawer = page.get_by_test_id("conversations-toggle"), page.get_by_role("navigation")
    expect(drawer).to_be_hidden()
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    toggle.tap()
    expect(drawer).to_be_visible()
    expect(page.get_by_test_id("search")).to_be_focused()
    expect(page.locator(".nicewen-main")).to_have_attribute("inert", "")
    page.keyboard.press("Escape")
    expect(drawer).to_be_hidden()
    expect(toggle).to_be_focused()
    toggle.tap()
    page.locator(".nicewen-backdrop").tap(position={"x": 340, "y": 300})
    expect(drawer).to_be_hidden()
    toggle.tap()
    sizes = page.locator(".nicewen-sidebar :is(button, li > a):visible").evaluate_all(
        "all => all.map(one => Math.min(one.offsetWidth, one.offsetHeight))"
    )
    assert min(sizes) >= 24
    rows(page, "Last week").get_by_role("link").tap()
    expect(messages(page, "assistant")).to_have_text(re.compile("Of Last week"))
    expect(drawer).to_be_hidden()


def test_the_tabs_name_tells_when_an_answer_has_ended_in_the_background(open_tab: OpenTab) -> None:
    page = open_tab()
    ask(page, long_answer(rate=40, seconds=2, words="Tell me later"))
    expect_letters(page, 20)
    hide = "state => { Object.defineProperty(document, 'hidden', {configurable: true, get: () => state === 'hidden'});"
    hide += "document.dispatchEvent(new Event('visibilitychange')); }"
    page.evaluate(hide, "hidden")
    expect(page).to_have_title(re.compile("^✓ Tell me later"), timeout=15_000)
    expect(rows(page, "Tell me later")).to_have_attribute("data-unread", "")
    page.evaluate(hide, "visible")
    expect(page).to_have_title(re.compile("^Tell me later"))
    expect(rows(page, "Tell me later")).not_to_have_attribute("data-unread", "")
    page.reload()
    expect(rows(page, "Tell me later")).not_to_have_attribute("data-unread", "")


def test_a_first_run_says_what_will_be_here(open_page: OpenPage, simulator: RunningSimulator) -> None:
    with running_nicewen(simulator.base_url) as fresh:
        page = open_page(url=fresh.url)
        expect(page.get_by_role("navigation")).to_contain_text(words_of("en")("list-none-yet"))
        expect(page.get_by_role("navigation").get_by_test_id("conversation")).to_have_count(0)


@pytest.mark.parametrize("reader", READERS.values(), ids=READERS)
def test_axe_finds_nothing(open_tab: OpenTab, reader: dict[str, object]) -> None:
    page = open_tab(**reader)
    if reader["viewport"] == PHONE["viewport"]:
        page.get_by_test_id("conversations-toggle").click()
        page.wait_for_timeout(300)  # the drawer slides
    expect_nothing_found(page)
    row = rows(page, "Last week")
    row.hover()
    row.get_by_test_id("conversation-menu").click()
    expect_nothing_found(page)
    page.keyboard.press("Escape")
    choose(page, "Last week", "rename")
    expect(page.get_by_test_id("new-title")).to_be_focused()
    expect_nothing_found(page)
    page.keyboard.press("Escape")
    choose(page, "Old 7", "archive")
    expect(page.get_by_test_id("undo")).to_be_visible()
    expect_nothing_found(page)
    page.get_by_test_id("undo").click()
    search(page, "天气")
    expect(page.get_by_test_id("found")).to_have_count(4)
    expect_nothing_found(page)
    assert [told for told in page.evaluate(CONTRASTS) if told[1] < ENOUGH] == []
