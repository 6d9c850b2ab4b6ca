"""What is sent for a growing answer: its HTML about once, whatever it consists of."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from nicegui import ui
from nicegui.testing import User
from nicegui.testing.user_simulation import user_simulation

from nicewen.components.streaming_markdown import StreamingMarkdown
from nicewen.services.markdown import Leaf, LiveDocument

FRAME = 120  # bytes around each message
SHAPES = {
    "prose": "Some **words** of 杭州 and `code`, again and again.\n\n",
    "list": "- item with **bold** words and `code`\n",
    "table": "| cell | **乙** | `code` | 4 |\n",
    "code": "def f(x):\n    return [x, 'one', \"two\"]  # three\n\n",
    "paragraph": "One sentence of many, 说起来就没完。",
    "quotation": "> said *again*\n>\n",
    "formulas": "So $x^2 + y_1$ holds.\n\n$$\n\\frac{a}{b}\n$$\n\n",
}
HEADS = {"table": "| a | b | c | d |\n|---|---|---|---|\n", "code": "```python\n"}


class Browser:
    """Does with patches what the browser's half does, with leaves only."""

    def __init__(self, shown: StreamingMarkdown) -> None:
        told = shown._to_dict()["props"]
        self.leaves: list[Any] = list(told["leaves"])
        self.version = told["version"]
        self.bytes = 0
        self.frames = 0

    def take(self, method: str, *args: Any) -> None:
        """Take one call of a method."""
        self.frames += 1
        self.bytes += len(json.dumps(json.dumps(args, ensure_ascii=False), ensure_ascii=False).encode())
        if method == "replace":
            self.version, self.leaves = args[0], list(args[1])
            return
        base, version, keep, grown, new, *changes = args
        assert base == self.version
        for at, html in changes[0] if changes else ():
            leaf = self.leaves[at]
            self.leaves[at] = html if isinstance(leaf, str) else (html, *leaf[1:])
        if grown:
            last = self.leaves[keep]
            html = last if isinstance(last, str) else last[0]
            html = html.encode("utf-16-le")[: 2 * grown[0]].decode("utf-16-le") + grown[1]
            self.leaves[keep] = html if isinstance(last, str) else (html, *last[1:])
        self.version, self.leaves = version, [*self.leaves[: keep + bool(grown)], *new]


@pytest.fixture
async def user() -> Any:
    async with user_simulation() as user:
        yield user


async def shown_in_a_page(user: User, document: LiveDocument) -> tuple[StreamingMarkdown, Browser]:
    shown: list[StreamingMarkdown] = []

    @ui.page("/")
    def page() -> None:
        shown.append(StreamingMarkdown(document, live=True))

    await user.open("/")
    browser = Browser(shown[0])
    shown[0].run_method = browser.take  # type: ignore[method-assign, assignment]  # what would go to the browser
    return shown[0], browser


def wire(leaves: Iterator[Leaf] | Any) -> list[Any]:
    return [leaf.wire for leaf in leaves]


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("step", [7, 30, 900])
async def test_an_answer_is_sent_about_once(user: User, shape: str, step: int) -> None:
    text = HEADS.get(shape, "") + SHAPES[shape] * (12_000 // len(SHAPES[shape]))
    document = LiveDocument()
    shown, browser = await shown_in_a_page(user, document)
    for start in range(0, len(text), step):
        document.append(text[start : start + step])
        shown.show_changes()
    document.close()
    while shown.show_changes():
        pass
    assert browser.leaves == wire(document.leaves)
    assert browser.bytes <= 1.5 * len(document.html.encode()) + FRAME * browser.frames


async def test_definitions_at_the_end_change_only_what_they_define(user: User) -> None:
    text = "One[^1] and [two].\n\n" + "- item\n" * 50 + "\n[^1]: note 😀\n\n[two]: https://example.com\n"
    document = LiveDocument("m")
    shown, browser = await shown_in_a_page(user, document)
    for letter in text:
        document.append(letter)
        shown.show_changes()
    document.close()
    sent = browser.bytes
    while shown.show_changes():
        pass
    assert document.edition == 1
    assert browser.leaves == wire(document.leaves)
    assert browser.bytes - sent < 2_000, "the list is not sent again"


async def test_who_missed_something_gets_everything(user: User) -> None:
    document = LiveDocument()
    shown, browser = await shown_in_a_page(user, document)
    document.append("- one\n- two\n")
    document.refresh()
    user.find(StreamingMarkdown).trigger("resync", browser.version)
    assert browser.frames == 0, "the page shows what it was sent"
    shown.show_changes()
    user.find(StreamingMarkdown).trigger("resync", 0)
    assert browser.frames == 2
    assert browser.leaves == wire(document.leaves)
    document.append("- three\n")
    shown.show_changes()
    assert browser.leaves == wire(document.leaves)


async def test_what_has_ended_is_held_as_markdown_only_and_sent_again_to_whoever_lacks_it(user: User) -> None:
    document = LiveDocument()
    shown, browser = await shown_in_a_page(user, document)
    document.append("- one\n- two\n")
    document.close()
    while shown.show_changes():
        pass
    assert not document.is_rendered
    assert shown.content == "- one\n- two\n"
    before, browser.leaves = browser.leaves, []
    user.find(StreamingMarkdown).trigger("resync", 0)
    assert browser.leaves == before == wire(document.leaves)


async def test_a_second_page_ends_as_the_first_although_that_has_forgotten(user: User) -> None:
    document = LiveDocument()
    pages = [await shown_in_a_page(user, document) for _ in range(2)]
    document.append("- one\n")
    pages[1][0].show_changes()
    document.append("- two\n\nend[^1]\n\n[^1]: note\n")
    document.close()
    for shown, _ in pages:
        while shown.show_changes():
            pass
    assert pages[0][1].leaves == pages[1][1].leaves == wire(document.leaves)
