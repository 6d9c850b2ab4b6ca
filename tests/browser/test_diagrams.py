"""Mermaid in an answer: drawn once it is whole, as an image, whatever its text tries."""

from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread

import pytest
from playwright.sync_api import Page, expect

from browser.asked import asking
from browser.chat_page import answered, last_answer
from browser.conftest import OpenPage
from browser.nicewen_process import RunningNicewen
from browser.watch import Watch

FLOW = "```mermaid\ngraph TD\n  A[开始 Start] --> B{Is it?}\n  B -->|yes| C[结束]\n  B -->|no| A\n```\n"
SHAPES = {
    "sequence": "sequenceDiagram\n  小明->>服务器: 你好\n  服务器-->>小明: <b>Hi</b>",
    "pie": 'pie title 占比\n  "甲" : 40\n  "乙" : 60',
    "gantt": "gantt\n  title Plan\n  section A\n  Task :a1, 2026-01-01, 3d",
    "class": "classDiagram\n  Animal <|-- Duck\n  Animal : +int age",
    "state": "stateDiagram-v2\n  [*] --> Still\n  Still --> [*]",
    "mindmap": "mindmap\n  root((千问))\n    快\n    稳",
}
HOSTILE = {
    "script": 'graph TD\n A["<script>window.pwned=1</script><img src=x onerror=window.pwned=1>"] --> B',
    "click": 'graph TD\n A --> B\n click A "javascript:window.pwned=1"\n click B call alert()',
    "image": 'graph TD\n A["<img src={evil}/1.png>"] --> B@{ img: "{evil}/2.png", w: 60, h: 60 }',
    "style": "graph TD\n A --> B\n style A fill:url({evil}/3.png)\n classDef x background:url({evil}/4)",
    "css": '%%{init: {"themeCSS": "} body{display:none} * {background: url({evil}/5)}"}}%%\ngraph TD\n A --> B',
    "loose": '%%{init: {"securityLevel": "loose", "htmlLabels": true}}%%\ngraph TD\n A["<iframe srcdoc=1>"] --> B',
    "front matter": "---\nconfig:\n  fontFamily: x; } body {display:none\n---\ngraph TD\n A --> B",
    "entities": "graph TD\n A[#lt;img src={evil}/6 onerror=window.pwned=1#gt;] --> B",
    "prototype": '%%{init: {"__proto__": {"pwned": 1}, "constructor": {"prototype": {"pwned": 1}}}}%%\npie',
    "link": 'classDiagram\n class A\n link A "{evil}/7"\n callback A "alert"',
}


class Evil:
    """A server that a diagram would like to reach."""

    def __init__(self, server: HTTPServer) -> None:
        self.url = f"http://127.0.0.1:{server.server_port}"
        self.asked: list[str] = []


@pytest.fixture
def evil() -> Iterator[Evil]:
    class Listening(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            self.send_error(404)

    with HTTPServer(("127.0.0.1", 0), Listening) as server:
        found = Evil(server)
        thread = Thread(target=server.serve_forever, daemon=True)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def expect_drawn(page: Page, count: int = 1) -> None:
    pictures = page.locator("img.nicewen-diagram")
    expect(pictures).to_have_count(count, timeout=15_000)
    for index in range(count):
        expect(pictures.nth(index)).to_be_visible()
        assert pictures.nth(index).evaluate("img => Math.min(img.naturalWidth, img.naturalHeight)") > 50


def test_a_diagram_is_drawn_when_something_follows_and_shows_its_source_on_a_press(
    open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None]
) -> None:
    page = open_page("/shown/column", url=host.url)
    tell("grow", FLOW[:-4])
    expect(page.locator("pre")).to_contain_text("结束")
    page.wait_for_timeout(300)
    expect(page.locator(".nicewen-studio")).to_have_count(0)
    tell("grow", FLOW[-4:] + "\nafter")
    expect_drawn(page)
    expect(page.locator("pre")).to_be_hidden()
    expect(page.locator("img.nicewen-diagram")).to_have_attribute("alt", "Diagram")
    button = page.get_by_role("button", name="Source")
    button.click()
    expect(page.locator("pre")).to_be_visible()
    expect(page.locator("img.nicewen-diagram")).to_be_hidden()
    expect(button).to_have_attribute("aria-pressed", "true")
    button.click()
    expect(page.locator("pre")).to_be_hidden()


def test_the_last_diagram_is_drawn_at_the_end_and_again_after_a_reload(
    open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None]
) -> None:
    page = open_page("/shown/column", url=host.url)
    tell("grow", "before\n\n" + FLOW)
    expect(page.locator("pre")).to_contain_text("结束")
    tell("end")
    expect_drawn(page)
    page.reload()
    expect_drawn(page)


def test_our_own_page_lets_a_diagram_be_drawn_in_an_answer(page: Page) -> None:
    answered(page, asking(words=f"Draw this:\n\n{FLOW}\nand say"))
    expect_drawn(page)
    page.reload()
    expect_drawn(page)
    page.get_by_role("button", name="Show the source").click()
    expect(last_answer(page).locator("pre")).to_be_visible()


@pytest.mark.parametrize("shape", SHAPES)
def test_every_common_shape_is_drawn(
    open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None], shape: str
) -> None:
    page = open_page("/shown/column", url=host.url)
    tell("grow", f"```mermaid\n{SHAPES[shape]}\n```\n\nafter")
    expect_drawn(page)


def test_what_cannot_be_drawn_stays_code(open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None]) -> None:
    page = open_page("/shown/column", url=host.url)
    tell("grow", f"```mermaid\nno diagram at all\n```\n\n```mermaid\n{'x' * 6_000}\n```\n\n{FLOW}\nafter")
    expect_drawn(page)
    expect(page.locator("pre").first).to_be_visible()
    expect(page.locator("pre").nth(1)).to_be_visible()
    assert page.locator("body > *").evaluate_all("all => all.filter(one => /mermaid|diagram/.test(one.id)).length") == 0


@pytest.mark.parametrize("shape", HOSTILE)
def test_a_hostile_diagram_runs_nothing_asks_nobody_and_changes_nothing_else(
    open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None], watch: Watch, evil: Evil, shape: str
) -> None:
    page = open_page("/shown/column", url=host.url)
    tell("grow", f"```mermaid\n{HOSTILE[shape].replace('{evil}', evil.url)}\n```\n\n{FLOW}\nafter")
    page.wait_for_selector("img.nicewen-diagram >> nth=-1", timeout=15_000)
    page.wait_for_function("document.querySelectorAll('.nicewen-code')[1].dataset.shows === 'diagram'", timeout=15_000)
    page.wait_for_timeout(300)
    inside = "document.querySelector('.nicewen-studio').contentWindow"
    assert page.evaluate(f"[window.pwned, {inside}.pwned, ({{}}).pwned].filter(Boolean).length") == 0
    expect(page.get_by_text("after")).to_be_visible()
    assert evil.asked == []
    for blocked in (
        "Content Security Policy",
        f"request to another host: {evil.url}",
    ):  # what the frame's policy stopped
        watch.faults[:] = [fault for fault in watch.faults if blocked not in fault]
