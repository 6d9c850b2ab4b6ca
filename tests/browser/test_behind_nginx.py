"""Behind a real nginx: at the root, at a sub-path, without websockets, and with impatient connections."""

import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page, expect

from browser.asked import asking, long_answer
from browser.chat_page import answered, ask, expect_connected, expect_letters, expect_whole, messages, path_of
from browser.nginx import Nginx, running_nginx
from browser.nicewen_process import RunningNicewen, running_nicewen
from browser.watch import Watch
from dashscope_simulator.process import RunningSimulator

WITHOUT_UPGRADE = {"proxy_set_header Upgrade           $http_upgrade;": "", "$nicewen_connection;": '"";'}
Visit = Callable[..., Page]


@pytest.fixture(scope="module")
def nginx(nicewen: RunningNicewen, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Nginx]:
    """The given configuration in front of a Nicewen."""
    with running_nginx(tmp_path_factory.mktemp("nginx"), nicewen.url) as running:
        yield running


@pytest.fixture
def visit(chromium: Browser) -> Iterator[Visit]:
    """Return a function that opens a page by TLS; nothing outside its path may be asked for."""
    with ExitStack() as stack:
        watches: list[Watch] = []
        strays: list[str] = []

        def open_one(url: str, *, watched: bool = True) -> Page:
            page = stack.enter_context(chromium.new_context(locale="en-US", ignore_https_errors=True)).new_page()
            if watched:
                watches.append(Watch())
                watches[-1].add(page, url)
            prefix = urlsplit(url).path
            page.on("request", lambda request: strays.append(request.url) if is_stray(request.url, prefix) else None)
            page.goto(f"{url}/")
            expect_connected(page)
            return page

        yield open_one
        assert not strays
        assert not [fault for watch in watches for fault in watch.faults]


def is_stray(address: str, prefix: str) -> bool:
    parts = urlsplit(address)
    return parts.scheme in {"http", "https"} and not parts.path.startswith(f"{prefix}/")


def transport(page: Page) -> str:
    return str(page.evaluate("window.socket.io.engine.transport.name"))


@pytest.mark.parametrize("place", ["at_root", "at_path"])
def test_everything_works_through_nginx(nginx: Nginx, visit: Visit, place: str) -> None:
    url = getattr(nginx, place)
    page, asked = visit(url), asking()
    assert transport(page) == "websocket"
    answered(page, asked)
    assert page.url.startswith(f"{url}/c/")
    here = path_of(page)
    page.reload()
    expect_whole(page, asked)
    page.get_by_test_id("new-conversation").click()
    expect(page).to_have_url(f"{url}/")
    page.get_by_test_id("conversation").first.click()
    expect(page).to_have_url(re.compile(f"{re.escape(here)}$"))
    expect_whole(page, asked)
    page.get_by_test_id("transfer-link").click()
    expect(page).to_have_url(f"{url}/transfer")
    expect_connected(page)
    assert page.request.get(f"{url}/c/{here.rpartition('/')[2]}/export.md").ok
    assert page.request.get(f"{url}/metrics").status == 404


def test_the_sub_path_without_its_slash_leads_to_the_page(nginx: Nginx, visit: Visit) -> None:
    page = visit(nginx.at_path)
    reply = page.request.get(f"{nginx.at_path}?m=1", max_redirects=0)
    assert (reply.status, urlsplit(reply.headers["location"]).path) == (301, "/tyqw/")
    assert page.request.get(nginx.at_path).url == f"{nginx.at_path}/"


def test_without_websockets_long_polling_takes_over(nicewen: RunningNicewen, tmp_path: Path, visit: Visit) -> None:
    with running_nginx(tmp_path, nicewen.url, changes=WITHOUT_UPGRADE) as nginx:
        page = visit(nginx.at_path, watched=False)  # the console tells of the websocket
        assert transport(page) == "polling"
        asked = long_answer(rate=80, seconds=3)
        ask(page, asked)
        expect_letters(page, 60)
        assert messages(page, "assistant", "writing").count() == 1, "it grows, and does not come at the end"
        expect_whole(page, asked)


def test_connections_that_are_cut_when_idle_come_back(nicewen: RunningNicewen, tmp_path: Path, visit: Visit) -> None:
    changes = {"proxy_read_timeout 1h; ": "proxy_read_timeout 1s; "}
    with running_nginx(tmp_path, nicewen.url, changes=changes) as nginx:
        page = visit(nginx.at_path, watched=False)
        page.evaluate("window.cuts = 0; window.socket.on('disconnect', () => window.cuts++)")
        page.wait_for_function("window.cuts >= 1")
        asked = asking()
        answered(page, asked)
        page.wait_for_function("window.cuts >= 2")
        expect_whole(page, asked)


def test_a_browser_stays_with_one_of_several_processes(
    nicewen: RunningNicewen, simulator: RunningSimulator, tmp_path: Path, chromium: Browser, visit: Visit
) -> None:
    with (
        running_nicewen(simulator.base_url) as other,
        running_nginx(tmp_path, nicewen.url, other.url) as nginx,
    ):
        answered(visit(nginx.at_root), asking())
        for _ in range(20):
            with chromium.new_context(ignore_https_errors=True) as browser:
                assert all(browser.request.get(f"{nginx.at_root}/").ok for _ in range(3))
        served = nginx.servers_by_browser().values()
        assert all(len(servers) == 1 for servers in served)
        assert len(set().union(*served)) == 2, "each process served somebody"


@pytest.mark.soak
@pytest.mark.timeout(300)
def test_an_idle_page_keeps_its_connection_where_one_is_cut_after_a_minute(
    nicewen: RunningNicewen, tmp_path: Path, visit: Visit
) -> None:
    changes = {"proxy_read_timeout 1h; ": "proxy_read_timeout 60s; "}
    with running_nginx(tmp_path, nicewen.url, changes=changes) as nginx:
        page = visit(nginx.at_path)
        page.evaluate("window.cuts = 0; window.socket.on('disconnect', () => window.cuts++)")
        page.wait_for_timeout(150_000)
        assert page.evaluate("window.cuts") == 0
        answered(page, asking())
