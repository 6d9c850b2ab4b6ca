"""A page of another origin, in a real browser, tries to drive the chat."""

import time
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page

from browser.conftest import OpenPage
from browser.foreign_page import foreign_page
from browser.nicewen_process import RunningNicewen
from browser.watch import Watch

ENGINE = "/_nicegui_ws/socket.io/?EIO=4&transport="
OPEN_WEBSOCKET = """url => new Promise(resolve => {
  const socket = new WebSocket(url.replace('http', 'ws') + 'websocket');
  socket.onmessage = () => resolve('open');
  socket.onerror = () => resolve('refused');
})"""
POLL = "url => fetch(url + 'polling').then(reply => reply.ok ? 'open' : 'refused', () => 'refused')"
SEND = "url => fetch(url, {method: 'POST', mode: 'no-cors', body: 'x'}).catch(() => {})"
SUBMIT = """url => {
  const form = Object.assign(document.createElement('form'), {method: 'post', action: url});
  document.body.append(form);
  form.submit();
}"""


@pytest.fixture
def foreign(chromium: Browser) -> Iterator[Page]:
    """A page that is served from another port."""
    with foreign_page("<!doctype html><title>Another site</title>") as url, chromium.new_context() as context:
        page = context.new_page()
        page.goto(url)
        yield page


@pytest.mark.parametrize("way", [OPEN_WEBSOCKET, POLL], ids=["websocket", "polling"])
def test_only_our_own_page_gets_a_connection(
    nicewen: RunningNicewen, open_page: OpenPage, foreign: Page, way: str
) -> None:
    assert foreign.evaluate(way, nicewen.url + ENGINE) == "refused"
    assert open_page().evaluate(way, nicewen.url + ENGINE) == "open"


@pytest.mark.parametrize("way", [SEND, SUBMIT], ids=["fetch", "form"])
def test_only_our_own_page_may_send(
    nicewen: RunningNicewen, open_page: OpenPage, foreign: Page, watch: Watch, way: str
) -> None:
    address, origin = f"{nicewen.url}/_nicegui/client/none/upload/1", foreign.url.removesuffix("/")
    foreign.evaluate(way, address)
    deadline = time.monotonic() + 10
    while f"refused a request of a page at '{origin}'" not in nicewen.log:
        assert time.monotonic() < deadline, nicewen.log
        foreign.wait_for_timeout(20)  # what a process writes is seen only by looking
    watch.expect("status of 404")
    own = open_page("/transfer")
    with own.expect_response(address) as reply:
        own.evaluate(way, address)
    assert reply.value.status == 404
