"""The Content-Security-Policy in a real browser: nothing of ours needs more, nothing of anybody else's gets in."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, FrameLocator, Page, Route, expect

from browser.asked import asking
from browser.chat_page import ask, expect_connected, expect_state, last_answer
from browser.foreign_page import foreign_page
from browser.nicewen_process import RunningNicewen, running_nicewen
from browser.test_contrast import MANY_THINGS
from browser.test_diagrams import FLOW, expect_drawn
from browser.watch import Watch
from dashscope_simulator.process import RunningSimulator

NOTE_VIOLATIONS = """window.violations = [];
  document.addEventListener("securitypolicyviolation", ({violatedDirective, blockedURI}) =>
    console.info("forbidden:", window.violations[window.violations.push(`${violatedDirective} ${blockedURI}`) - 1]));"""
FORBIDDEN = "Content Security Policy"
FORMULA = r"$E = mc^2$ and $$\int_0^1 x\,dx$$"
IMAGE = "https://images.example/dot.svg"
DOT = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>'
INJECTED = {
    "script": "box.append(Object.assign(document.createElement('script'), {textContent: 'window.ran = 1'}))",
    "handler": "box.innerHTML = '<button onclick=\"window.ran = 1\">x</button>'",
    "event": "box.innerHTML = '<img src=data:,x onerror=\"window.ran = 1\">'",
    "link": "box.innerHTML = '<a href=\"javascript:window.ran = 1\">x</a>'",
    "foreign": "box.append(Object.assign(document.createElement('script'), {src: evil}))",
    "data": "box.append(Object.assign(document.createElement('script'), {src: 'data:text/javascript,window.ran=1'}))",
    "module": "import(evil).catch(() => {})",
    "frame": "box.innerHTML = `<iframe src='${evil}'></iframe>`",
    "srcdoc": "box.innerHTML = '<iframe srcdoc=\"<script>parent.ran = 1</script>\"></iframe>'",
    "object": "box.innerHTML = `<object data='${evil}'></object>`",
    "base": "box.innerHTML = `<base href='${evil}'>`",
    "form": "box.innerHTML = `<form action='${evil}'><button>x</button></form>`",
    "fetch": "fetch(evil).catch(() => {})",
    "beacon": "navigator.sendBeacon(evil, 'x')",
    "socket": "new WebSocket(evil.replace('http', 'ws'))",
    "sheet": "box.innerHTML = `<link rel=stylesheet href='${evil}'>`",
    "font": "new FontFace('evil', `url(${evil})`).load().catch(() => {})",
    "image": "box.innerHTML = `<img src='${evil}'>`",
    "worker": "new Worker(URL.createObjectURL(new Blob(['1']))).onerror = () => {}",
}
NEEDED = (
    "(?<=script-src )'self'",
    "'nonce-[^']*'",
    "'unsafe-eval'",
    "(?<=style-src )'self'",
    "'unsafe-inline'",
    "data:",
    "(?<=font-src )'self'",
    "(?<=connect-src )'self'",
)
"""What loading a page takes; an image of its own is the tab's icon, which a browser without a window does not load."""


@pytest.fixture
def strict(nicewen: RunningNicewen, chromium: Browser, watch: Watch) -> Iterator[Page]:
    """A page that notes what its policy forbids."""
    with chromium.new_context(locale="en-US") as context:
        context.add_init_script(NOTE_VIOLATIONS)
        page = context.new_page()
        watch.add(page, nicewen.url)
        page.goto(nicewen.url)
        expect_connected(page)
        yield page


def violations(page: Page) -> list[str]:
    found: list[str] = page.evaluate("window.violations")
    return found


def test_no_page_of_ours_needs_more_than_the_policy_allows(strict: Page, nicewen: RunningNicewen, watch: Watch) -> None:
    strict.route(IMAGE, lambda route: route.fulfill(body=DOT, content_type="image/svg+xml"))
    asked = asking(words=f"{MANY_THINGS}\n{FORMULA}\n\n{FLOW}\n\n![dot]({IMAGE})\n\n- [x] done\n\nand say")
    ask(strict, asked)
    expect_state(strict, "done")
    expect_drawn(strict)
    chip = last_answer(strict).locator("a.nicewen-image").last
    chip.click()
    expect(chip.locator("img")).to_have_attribute("src", IMAGE)
    assert chip.locator("img").evaluate("image => image.naturalWidth") == 9
    strict.get_by_test_id("theme").click()
    assert violations(strict) == []
    for path in ("/temporary", "/transfer", "/"):
        strict.goto(nicewen.url + path)
        expect_connected(strict)
        if path == "/transfer":
            with strict.expect_download():
                strict.get_by_test_id("export-all").click()
        assert violations(strict) == []
    watch.faults.remove(f"request to another host: {IMAGE}")


@pytest.mark.parametrize("way", INJECTED)
def test_what_is_put_into_the_page_does_not_run_and_reaches_nobody(strict: Page, watch: Watch, way: str) -> None:
    watch.expect(FORBIDDEN)
    reached: list[str] = []
    strict.on("response", lambda response: reached.append(response.url))
    with foreign_page("window.ran = 1") as evil, strict.expect_console_message(lambda said: FORBIDDEN in said.text):
        strict.evaluate(
            f"""evil => {{
              const box = document.createElement('div');
              document.body.append(box);
              {INJECTED[way]};
              box.querySelector('a, button')?.click();
            }}""",
            evil,
        )
    watch.faults[:] = [fault for fault in watch.faults if evil not in fault]
    assert not strict.evaluate("window.ran")
    assert not [url for url in reached if url.startswith(evil)]


@pytest.mark.parametrize("allowed", NEEDED)
def test_the_page_needs_all_that_the_policy_allows(chromium: Browser, nicewen: RunningNicewen, allowed: str) -> None:
    def without(route: Route) -> None:
        reply = route.fetch()
        policy = reply.headers["content-security-policy"]
        less = re.sub(allowed, "", policy)
        assert less != policy
        route.fulfill(response=reply, headers={**reply.headers, "content-security-policy": less})

    with chromium.new_context() as context:
        context.add_init_script(NOTE_VIOLATIONS)
        page = context.new_page()
        page.route(f"{nicewen.url}/", without)
        with page.expect_console_message(lambda said: said.text.startswith("forbidden:")):
            page.goto(nicewen.url)  # and no look at the page: that would itself evaluate


def frame_in(page: Page, url: str) -> FrameLocator:
    """Show an address in a frame of the page."""
    page.evaluate("src => document.body.append(Object.assign(document.createElement('iframe'), {src}))", url)
    return page.frame_locator("iframe")


def test_another_sites_frame_cannot_show_the_page(chromium: Browser, nicewen: RunningNicewen) -> None:
    with foreign_page("<!doctype html><body>Another site") as url, chromium.new_context() as context:
        page = context.new_page()
        page.goto(url)
        with page.expect_console_message(lambda said: "frame-ancestors" in said.text):
            frame = frame_in(page, nicewen.url)
        expect(frame.get_by_test_id("question")).to_have_count(0)


def test_a_site_that_is_named_can_show_the_page_and_ask_in_it(chromium: Browser, simulator: RunningSimulator) -> None:
    with (
        foreign_page("<!doctype html><body>Our intranet") as url,
        running_nicewen(simulator.base_url, NICEWEN_FRAME_ANCESTORS=f"'self' {url}") as named,
        chromium.new_context() as context,
    ):
        page = context.new_page()
        page.goto(url)
        frame = frame_in(page, named.url)
        frame.get_by_test_id("question").fill(asking().text)
        frame.get_by_test_id("question").press("Enter")
        expect(frame.locator("[data-role=assistant][data-state=done]")).to_be_visible(timeout=10_000)
