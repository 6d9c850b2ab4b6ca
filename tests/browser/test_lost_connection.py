"""A line that is cut, or that dies without a word, while an answer is being written.

The time without a line is the subject here. All of it passes once, at the same time for every page.
"""

import json
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field

import pytest
from playwright.sync_api import Browser, Page

from browser.asked import Asked, long_answer
from browser.chat_page import SECONDS, ask, expect_letters, expect_whole, shown_letters
from browser.nicewen_process import RunningNicewen, running_nicewen
from browser.silent_proxy import SilentProxy, silent_proxy
from browser.watch import Watch
from dashscope_simulator.process import RunningSimulator

SHORT, LONG = 10.0, 45.0  # seconds without a line
LINES = {  # how long each one's answer takes, in seconds
    "steady": SHORT + 6,
    "offline": SHORT + 6,
    "offline-long": LONG + 6,
    "offline-end": SHORT - 4,
    "silent": SHORT + 6,
    "silent-long": LONG + 6,
    "cut": SHORT + 6,
}
LOOK = 0.1  # seconds between two looks at what waits for a page; on a slow machine a look takes as long itself
ON_ITS_WAY = 1  # the patch that was being sent when the line went; nearly always there is none
LOST = [name for name in LINES if name.startswith(("offline", "silent"))]


@dataclass(slots=True)
class Reader:
    """One page on a line of its own, and what was seen of it."""

    page: Page
    proxy: SilentProxy
    asked: Asked
    watch: Watch = field(default_factory=Watch)
    shown_before: str = ""
    shown_without: str = ""
    queued: dict[float, int] = field(default_factory=dict)  # by the time of the look


@pytest.fixture(scope="module")
def instrumented(simulator: RunningSimulator) -> Iterator[RunningNicewen]:
    with running_nicewen(simulator.base_url, module="browser.instrumented") as running:
        yield running


@pytest.fixture(scope="module")
def readers(chromium: Browser, instrumented: RunningNicewen) -> Iterator[Mapping[str, Reader]]:
    """Readers whose lines are lost in the middle of an answer, after all has come back and ended."""
    with ExitStack() as stack:
        lines = {name: reader(chromium, stack, instrumented, name) for name in LINES}
        for one in lines.values():
            stack.enter_context(one.watch.cutting_the_network())
            ask(one.page, one.asked)
        for one in lines.values():
            expect_letters(one.page, 60)
        lose_and_find(lines, instrumented)
        yield lines


def reader(chromium: Browser, stack: ExitStack, nicewen: RunningNicewen, name: str) -> Reader:
    proxy = stack.enter_context(silent_proxy(nicewen.url))
    page = stack.enter_context(chromium.new_context(locale="en-US")).new_page()
    one = Reader(page, proxy, long_answer(rate=25, seconds=LINES[name]))
    one.watch.add(page, proxy.url)
    page.goto(proxy.url)
    return one


def lose_and_find(lines: Mapping[str, Reader], nicewen: RunningNicewen) -> None:
    """Take every line away at once; give them back after 10 s, or after 45 s."""
    offline_page = str(lines["offline"].page.evaluate("window.clientId"))
    lost_at = time.monotonic()
    for name, one in lines.items():
        lose(name, one)
    while time.monotonic() - lost_at < SHORT:
        waiting = json.loads(nicewen.get("/_outbox"))
        if offline_page in waiting:
            lines["offline"].queued[time.monotonic() - lost_at] = waiting[offline_page]
        lines["offline"].page.wait_for_timeout(LOOK * SECONDS)
    for name in ("offline", "offline-end", "silent"):
        find(lines[name])
    lines["silent"].page.wait_for_timeout((lost_at + LONG - time.monotonic()) * SECONDS)
    for name in ("offline-long", "silent-long"):
        find(lines[name])


def lose(name: str, one: Reader) -> None:
    match name.partition("-")[0]:
        case "offline":
            one.page.context.set_offline(True)
        case "silent":
            one.proxy.go_silent()
        case "cut":
            one.proxy.cut()
    one.shown_before = shown_letters(one.page)


def find(one: Reader) -> None:
    one.shown_without = shown_letters(one.page)
    one.page.context.set_offline(False)
    one.proxy.come_back()


@pytest.mark.parametrize("name", LINES)
def test_the_whole_answer_is_there_once_and_was_asked_once(
    readers: Mapping[str, Reader], simulator: RunningSimulator, name: str
) -> None:
    one = readers[name]
    expect_whole(one.page, one.asked)
    assert [request["outcome"] for request in simulator.requests(one.asked.model)] == ["complete"]
    assert not one.watch.faults


@pytest.mark.parametrize("name", LOST)
def test_without_a_line_nothing_arrived(readers: Mapping[str, Reader], name: str) -> None:
    one = readers[name]
    assert one.asked.letters.startswith(one.shown_without)
    assert len(one.shown_without) < len(one.shown_before) + 60, "the line was not lost at all"


def test_nothing_is_added_to_the_queue_of_a_page_without_a_line(readers: Mapping[str, Reader]) -> None:
    assert len(readers["offline"].queued) > 5, "the page was seen without a socket"
    looks, queued = zip(*readers["offline"].queued.items(), strict=True)
    assert looks[-1] - looks[0] > SHORT / 2, "the page was seen without a socket for a long time"
    assert max(queued) == queued[0] <= ON_ITS_WAY


@pytest.mark.parametrize("name", LINES)
def test_the_page_comes_back_without_loading_again(readers: Mapping[str, Reader], name: str) -> None:
    assert readers[name].watch.navigations == 1


def test_a_line_that_is_not_lost_is_kept(readers: Mapping[str, Reader]) -> None:
    assert readers["steady"].watch.sockets == 1
