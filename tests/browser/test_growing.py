"""A growing document in a real browser: nothing settled moves, the cursor stands at the end, any place will do."""

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from browser.chat_page import expect_connected
from browser.conftest import OpenPage
from browser.nicewen_process import RunningNicewen
from nicewen.services.markdown import render

MIXED = """# 标题 One

A paragraph with **bold**, `code` and $x^2$; **“重点”**中文。AT&T says 1 < 2 > 0 &copy; `a<b>&c`,
<https://a.example/?x=1&y=2> and https://b.example/?q=1&r=2中文, ~~gone~~ [link](https://c.example "t&t") 😀👩‍👩‍👧 é.

1. first

   more of it
2. second
   - nested
   - [x] done

| a | 乙 |
|---|--:|
| 1 | **2** |
| 3 | `4` |

```python
def f(x):
    return "é😀" * x
```

> quoted
> - *in* a list

> [!TIP]
> a callout

$$
\\frac{a}{b}
$$

<details>
<summary>more</summary>

hidden **text**

</details>

The end.
"""
SIMPLE = re.compile(r'\s+|<div class="nicewen-(?:unit|group)">|</div>| (?:target|rel)="[^"]*"')
AT_THE_END = """() => {
  const ends = document.querySelectorAll('.nicewen-end');
  const box = document.querySelector('.nicewen-markdown');
  const range = document.createRange();
  range.setStartAfter(ends[0].lastChild ?? ends[0]);
  range.setEndAfter(box.lastChild);
  return [ends.length, getComputedStyle(ends[0], '::after').content, range.toString().trim()];
}"""


def html_of(page: Page) -> str:
    """Return what is shown as HTML, but for what the browser's half adds."""
    page.evaluate(
        """() => {
          document.querySelectorAll('.nicewen-copy-code').forEach(button => button.remove());
          document.querySelectorAll('.nicewen-end').forEach(end => end.classList.remove('nicewen-end'));
          document.querySelectorAll('[class=""]').forEach(plain => plain.removeAttribute('class'));
        }"""
    )
    return SIMPLE.sub("", str(page.locator(".nicewen-markdown").inner_html()))


def expect_text(page: Page, text: str) -> None:
    expect(page.locator(".nicewen-markdown")).to_contain_text(text)


@pytest.mark.parametrize("size", [1, 3, 40])
def test_what_has_grown_is_what_is_rendered_at_once(
    open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None], size: int
) -> None:
    page = open_page("/shown/column", url=host.url)
    expect_connected(page)
    for start in range(0, len(MIXED), size):
        tell("grow", MIXED[start : start + size])
    tell("end")
    expect_text(page, "The end.")
    page.wait_for_timeout(200)
    grown = html_of(page)
    page.reload()
    expect_text(page, "The end.")
    assert grown == html_of(page)
    assert re.sub(r"<[^>]*>", "", grown) == re.sub(r"<[^>]*>|\s", "", render(MIXED))


@pytest.mark.parametrize(
    "text", ["# A", "a **b**", "- a\n  - b", "1. a\n\n   b", "|a|\n|-|\n|b|", "> a\n> - b", "```\na\nb", "`a`"]
)
def test_the_cursor_stands_behind_the_last_character(
    open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None], text: str
) -> None:
    page = open_page("/shown/column", url=host.url)
    tell("grow", f"before\n\n{text}")
    expect_text(page, re.sub(r"[^a-zA-Z]", "", text)[-1])
    page.wait_for_function("document.querySelector('.nicewen-end')")
    assert page.evaluate(AT_THE_END) == [1, '"▍" / ""', ""]
    assert not page.evaluate("document.querySelector('.nicewen-end').textContent.endsWith('\\n')")


def test_the_cursor_stands_still_where_motion_is_unwelcome(
    open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None]
) -> None:
    tell("grow", "text")
    page = open_page("/shown/column", url=host.url, reduced_motion="reduce")
    expect_text(page, "text")
    page.wait_for_selector(".nicewen-still")
    assert page.evaluate("getComputedStyle(document.querySelector('.nicewen-end'), '::after').animationName") == "none"


def test_the_cursor_blinks_only_while_nothing_comes(
    open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None]
) -> None:
    page = open_page("/shown/column", url=host.url)
    cursor = "getComputedStyle(document.querySelector('.nicewen-end'), '::after').animationName"
    tell("grow", "some words")
    page.wait_for_function(f"document.querySelector('.nicewen-end') && {cursor} === 'nicewen-blink'")
    tell("grow", " and more")
    expect_text(page, "more")
    assert page.evaluate(cursor) == "none"
    page.wait_for_function(f"{cursor} === 'nicewen-blink'")


@pytest.mark.parametrize("text", ["first words", "- first words", "| a |\n|-|\n| first words", "> first **words"])
def test_words_that_come_leave_those_before_them_as_they_are(
    open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None], text: str
) -> None:
    page = open_page("/shown/column", url=host.url)
    tell("grow", text)
    expect_text(page, "words")
    page.evaluate("getSelection().selectAllChildren(document.querySelector('.nicewen-end'))")
    tell("grow", " and more")
    expect_text(page, "and more")
    assert "words" in page.evaluate("getSelection().toString()")


@pytest.mark.parametrize(
    ("settled", "grows", "kind"),
    [
        ("first words\n\nsecond words\n\n", "| a |\n|---|\n| row {n} |\n", "div"),
        ("- first words\n- second words\n- third\n", "- item {n}\n", "li"),
        ("| a |\n|---|\n| first words |\n| second words |\n| third |\n", "| row {n} |\n", "tr"),
    ],
)
def test_a_selection_across_settled_units_survives(
    open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None], settled: str, grows: str, kind: str
) -> None:
    page = open_page("/shown/column", url=host.url)
    tell("grow", settled + "\n" * (kind == "div"))
    expect_text(page, "second words")
    tell("grow", grows.format(n=0))
    page.wait_for_timeout(100)
    page.evaluate(
        """() => {
          const walk = document.createTreeWalker(document.querySelector('.nicewen-markdown'), NodeFilter.SHOW_TEXT);
          const texts = [];
          while (walk.nextNode()) texts.push(walk.currentNode);
          const of = words => texts.find(text => text.data.includes(words));
          getSelection().setBaseAndExtent(of('first words'), 6, of('second words'), 6);
        }"""
    )
    before = page.evaluate("getSelection().toString()")
    for n in range(1, 30):
        tell("grow", grows.format(n=n) if kind != "div" else f"| row {n} |\n")
    expect_text(page, "29")
    assert page.evaluate("getSelection().toString()") == before
    assert re.sub(r"\s+", " ", before) == "words second"


def test_a_dialog_that_was_closed_shows_everything_when_it_opens_again(
    open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None]
) -> None:
    page = open_page("/shown/dialog", url=host.url)
    tell("grow", "- one\n- two\n")
    page.get_by_text("open").click()
    expect_text(page, "two")
    page.keyboard.press("Escape")
    expect(page.locator(".nicewen-markdown")).to_have_count(0)
    tell("grow", "- three\n- fo")
    page.get_by_text("open").click()
    expect_text(page, "fo")
    tell("grow", "ur\n- five")
    expect(page.locator(".nicewen-markdown li")).to_have_text(["one", "two", "three", "four", "five"])


def test_a_tab_that_was_hidden_shows_everything(
    open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None]
) -> None:
    page = open_page("/shown/tab", url=host.url)
    tell("grow", "- one\n- t")
    expect_text(page, "one")
    page.get_by_role("tab", name="other").click()
    tell("grow", "wo\n- three")
    page.get_by_role("tab", name="answer").click()
    expect(page.locator(".nicewen-markdown li")).to_have_text(["one", "two", "three"])


def test_long_lists_keep_their_numbers_and_long_code_its_lines(
    open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None]
) -> None:
    page = open_page("/shown/column", url=host.url)
    for n in range(1, 261):
        tell("grow", f"{n}. item {n}\n")
    tell("grow", "\nand\n\n```\n" + "".join(f"line {n}\n" for n in range(1, 261)) + "```\n\nThe end.")
    expect_text(page, "The end.")
    assert page.locator("ol").evaluate_all("lists => lists.map(list => [list.start, list.children.length])") == [
        [1, 100],
        [101, 100],
        [201, 60],
    ]
    code = page.locator("pre").evaluate("pre => pre.textContent")
    assert code == "".join(f"line {n}\n" for n in range(1, 261))


def test_code_is_copied_as_it_was_written(open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None]) -> None:
    tell("grow", "```python\nif a < b:\n\n    print('é😀')\n```\n\nThe end.")
    page = open_page("/shown/column", url=host.url, permissions=["clipboard-read"])
    button = page.get_by_role("button", name="Copy")
    button.click()
    expect(button).to_have_attribute("data-said", "Copied")
    assert page.evaluate("navigator.clipboard.readText()") == "if a < b:\n\n    print('é😀')\n"


def test_an_image_is_loaded_only_when_its_chip_is_clicked(
    open_page: OpenPage, host: RunningNicewen, tell: Callable[..., None]
) -> None:
    page = open_page("/shown/column", url=host.url)
    asked: list[str] = []

    def dot(route: Route) -> None:
        asked.append(route.request.url)
        route.fulfill(
            body='<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>', content_type="image/svg+xml"
        )

    page.route("**/dot.svg", dot)
    tell("grow", f"![a dot]({host.url}/dot.svg)\n\nThe end.")
    expect_text(page, "The end.")
    chip = page.locator("a.nicewen-image")
    expect(chip).to_have_text("a dot 127.0.0.1")
    assert not asked
    chip.click()
    expect(chip.locator("img")).to_have_attribute("src", f"{host.url}/dot.svg")
    assert asked == [f"{host.url}/dot.svg"]
