"""The browser, the pages and the processes that the browser tests share."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any
from urllib.request import ProxyHandler, Request, build_opener

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, ViewportSize, sync_playwright

from browser.chromium import FLAGS, chromium_path
from browser.faults import SECONDS
from browser.nicewen_process import RunningNicewen, running_nicewen
from browser.watch import Watch
from dashscope_simulator.process import RunningSimulator

INSTALL_SECONDS = 1500  # the first test may have to install a browser
WIDE: ViewportSize = {"width": 1280, "height": 800}
OpenPage = Callable[..., Page]


def pytest_collection_finish(session: pytest.Session) -> None:
    here = Path(__file__).parent
    for item in [item for item in session.items if here in item.path.parents][:1]:
        item.add_marker(pytest.mark.timeout(INSTALL_SECONDS))


@pytest.fixture(scope="package")
def chromium(request: pytest.FixtureRequest) -> Iterator[Browser]:
    """One browser for this folder: while Playwright runs, its event loop leaves no room for asynchronous tests."""
    capture = request.config.pluginmanager.getplugin("capturemanager")
    with sync_playwright() as playwright:
        with capture.global_and_fixture_disabled():
            path = chromium_path(Path(playwright.chromium.executable_path))
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def nicewen(simulator: RunningSimulator) -> Iterator[RunningNicewen]:
    """One Nicewen for all tests; a question's text chooses how the simulator answers."""
    with running_nicewen(simulator.base_url) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="session")
def impatient(simulator: RunningSimulator) -> Iterator[RunningNicewen]:
    """A Nicewen that waits a moment where the real one waits seconds."""
    limits = {"NICEWEN_FIRST_DATA_TIMEOUT": str(SECONDS), "NICEWEN_STALL_TIMEOUT": str(SECONDS)}
    with running_nicewen(simulator.base_url, module="browser.instrumented", **limits) as running:
        yield running
        assert "Traceback" not in running.log, running.log


@pytest.fixture(scope="session")
def host(simulator: RunningSimulator) -> Iterator[RunningNicewen]:
    """Somebody else's pages, which show a document that a test lets grow."""
    with running_nicewen(simulator.base_url, module="browser.growing") as running:
        yield running


@pytest.fixture
def tell(host: RunningNicewen) -> Callable[..., None]:
    """Return a function that sends a wish about the document; the document is a new one."""

    def send(wish: str, text: str = "") -> None:
        build_opener(ProxyHandler({})).open(Request(f"{host.url}/{wish}", text.encode(), method="POST"), timeout=5)

    send("new")
    return send


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fail the test at its end for an error in a console or a request to another host."""
    watch = Watch()
    yield watch
    assert not watch.faults


@pytest.fixture(scope="package")
def visitor(chromium: Browser) -> Iterator[BrowserContext]:
    """A reader with an ordinary English browser, whose cache holds the page's scripts after the first test."""
    with chromium.new_context(locale="en-US", viewport=WIDE) as context:
        yield context


@pytest.fixture
def open_page(chromium: Browser, visitor: BrowserContext, nicewen: RunningNicewen, watch: Watch) -> Iterator[OpenPage]:
    """Return a function that opens a page in a new tab; with wishes (a locale, a colour scheme), in another browser."""
    with ExitStack() as stack:

        def open_one(path: str = "/", *, url: str = nicewen.url, **wishes: Any) -> Page:
            if wishes:
                context = chromium.new_context(**{"locale": "en-US", "viewport": WIDE, **wishes})
                page = stack.enter_context(context).new_page()
            else:
                page = stack.enter_context(visitor.new_page())
            watch.add(page, url)
            page.goto(url + path)
            return page

        yield open_one


@pytest.fixture
def page(open_page: OpenPage) -> Page:
    """An empty conversation, in English."""
    return open_page()
