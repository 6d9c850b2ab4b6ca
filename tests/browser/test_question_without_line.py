"""A line that is lost around a question: before it is sent, on its way, before its answer ends."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Page, expect

from browser.asked import asking, only_outcome
from browser.chat_page import ask, expect_connected, expect_state, expect_whole, messages, question_box
from browser.conftest import OpenPage
from browser.nicewen_process import RunningNicewen
from browser.silent_proxy import SilentProxy, silent_proxy
from browser.watch import Watch
from dashscope_simulator.process import RunningSimulator


@pytest.fixture
def line(nicewen: RunningNicewen) -> Iterator[SilentProxy]:
    with silent_proxy(nicewen.url) as proxy:
        yield proxy


def expect_asked_once(page: Page, simulator: RunningSimulator, model: str) -> None:
    expect(messages(page, "user")).to_have_count(1)
    expect(question_box(page)).to_have_value("")
    assert len(simulator.requests(model)) == 1


def test_a_question_sent_offline_is_asked_once_when_the_line_is_back(
    open_page: OpenPage, simulator: RunningSimulator, watch: Watch
) -> None:
    page, asked = open_page(locale="en-GB"), asking()
    expect_connected(page)
    with watch.cutting_the_network():
        page.context.set_offline(True)
        ask(page, asked)
        expect(question_box(page)).to_have_value(asked.text)
        expect(messages(page, "user")).to_have_count(0)
        page.context.set_offline(False)
        expect_whole(page, asked)
    expect_asked_once(page, simulator, asked.model)


def test_a_question_that_the_line_swallowed_is_sent_again_and_asked_once(
    open_page: OpenPage, line: SilentProxy, simulator: RunningSimulator, watch: Watch
) -> None:
    page, asked = open_page(url=line.url), asking()
    expect_connected(page)
    with watch.cutting_the_network():
        line.go_silent()
        ask(page, asked)
        expect(question_box(page)).to_have_value(asked.text)
        line.cut()
        line.come_back()
        expect_whole(page, asked)
    expect_asked_once(page, simulator, asked.model)


def test_a_question_sent_before_a_reload_without_a_line_is_asked_once(
    open_page: OpenPage, line: SilentProxy, simulator: RunningSimulator, watch: Watch
) -> None:
    page, asked = open_page(url=line.url), asking()
    expect_connected(page)
    with watch.cutting_the_network():
        line.go_silent()
        ask(page, asked)
        line.cut()
        line.come_back()
        page.reload()
        expect_whole(page, asked)
    expect_asked_once(page, simulator, asked.model)


def test_an_answer_that_ends_while_the_line_is_lost_is_seen_to_have_ended(
    open_page: OpenPage, impatient: RunningNicewen, simulator: RunningSimulator, watch: Watch
) -> None:
    page, asked = open_page(url=impatient.url, locale="en-GB"), asking("no-headers")
    ask(page, asked)
    expect_state(page, "waiting")
    with watch.cutting_the_network():
        page.context.set_offline(True)
        assert only_outcome(simulator, asked) == "cancelled"
        page.context.set_offline(False)
        expect_state(page, "failed")
    expect(page.get_by_test_id("error")).to_be_visible()
