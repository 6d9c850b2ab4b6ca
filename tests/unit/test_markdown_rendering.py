"""What Markdown becomes, and what never leaves the renderer."""

import re
from html.parser import HTMLParser

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nicewen.services.markdown import render
from nicewen.services.markdown.rendering import blocks
from nicewen.services.markdown.sanitizing import sanitized

CLICK = 'target="_blank" rel="noopener noreferrer nofollow"'
MATH_X = '<math data-tex="x"><mi>x</mi></math>'

FACTS = {
    "emphasis beside Han characters": ("**“重点”**中文", "<p><strong>“重点”</strong>中文</p>"),
    "strikethrough": ("~~旧~~", "<p><del>旧</del></p>"),
    "a hard break": ("a  \nb", "<p>a<br>\nb</p>"),
    "headings have no ids": ("## 标题", "<h2>标题</h2>"),
    "a tight list": ("- a\n- b", "<ul><li>a</li><li>b</li></ul>"),
    "a loose list": ("- a\n\n- b", '<ul><li class="nicewen-loose">a</li><li>b</li></ul>'),
    "a list that starts at three": ("3. a", '<ol start="3"><li>a</li></ol>'),
    "a task": (
        "- [x] a",
        '<ul><li class="nicewen-task"><input type="checkbox" disabled="" checked=""> a</li></ul>',
    ),
    "a table": (
        "|a|乙|\n|-|:-:|\n|1|2|",
        (
            '<div class="nicewen-table"><table><thead><tr><th>a</th><th align="center">乙</th></tr></thead>'
            '<tbody><tr><td>1</td><td align="center">2</td></tr></tbody></table></div>'
        ),
    ),
    "an alert": ("> [!NOTE]\n> a", '<div class="nicewen-alert nicewen-alert-note"><div><p>a</p></div></div>'),
    "code": (
        "```python\nif x:\n```",
        (
            '<div class="nicewen-code" data-language="python"><div class="nicewen-code-head">python</div>'
            '<pre><code><span><span class="k">if</span> <span class="n">x</span><span class="p">:</span>\n</span>'
            "</code></pre></div>"
        ),
    ),
    "code of an unknown language": (
        "```zzz\n<b>\n```",
        (
            '<div class="nicewen-code" data-language="zzz"><div class="nicewen-code-head">zzz</div>'
            "<pre><code><span>&lt;b&gt;\n</span></code></pre></div>"
        ),
    ),
    "dollar formula": ("$x$", f"<p>{MATH_X}</p>"),
    "parenthesis formula": ("\\(x\\)", f"<p>{MATH_X}</p>"),
    "prices": ("$5 and $6", "<p>$5 and $6</p>"),
    "a formula that is not understood": (
        "$\\foo<$",
        '<p><code class="nicewen-formula-source">\\foo&lt;</code></p>',
    ),
    "a formula over lines": (
        "$$\nx\n$$",
        '<div class="nicewen-formula"><math data-tex="x" display="block"><mi>x</mi></math></div>',
    ),
    "an address behind a bracket that opens no formula": (
        "\\[ https://b.c",
        f'<p>[ <a href="https://b.c" {CLICK}>https://b.c</a></p>',
    ),
    "inline HTML that renders": ("H<sub>2</sub>O<br>", "<p>H<sub>2</sub>O<br></p>"),
    "an unpaired tag": ("a <kbd>b", "<p>a &lt;kbd&gt;b</p>"),
    "HTML that does not render": ("<b onclick=x>a</b>", "<p>&lt;b onclick=x&gt;a&lt;/b&gt;</p>"),
    "details": (
        "<details>\n<summary>a</summary>\n\n**b**\n\n</details>",
        "<details>\n<summary>a</summary>\n<p><strong>b</strong></p>\n</details>",
    ),
    "details without an end": ("<details>\n\na", "<p>&lt;details&gt;</p>\n<p>a</p>"),
    "an end of details alone": ("a</details>\n\n</details>", "<p>a&lt;/details&gt;</p>\n<p>&lt;/details&gt;</p>"),
    "a link": ("[a](https://b.c/中)", f'<p><a href="https://b.c/中" {CLICK}>a</a></p>'),
    "a link's title": ('[a](https://b.c "t")', f'<p><a href="https://b.c" title="t" {CLICK}>a</a></p>'),
    "a mail address": ("a@b.cn", f'<p><a href="mailto:a@b.cn" {CLICK}>a@b.cn</a></p>'),
    "a bare address before a comma": (
        "见https://b.c，好",
        f'<p>见<a href="https://b.c" {CLICK}>https://b.c</a>，好</p>',
    ),
    "a bare address before Han": ("https://b.c中", f'<p><a href="https://b.c" {CLICK}>https://b.c</a>中</p>'),
    "a bare address in bold": (
        "**见https://b.c**中",
        f'<p><strong>见<a href="https://b.c" {CLICK}>https://b.c</a></strong>中</p>',
    ),
    "a script link": ("[a](javascript:alert)", "<p>a</p>"),
    "a link to the page's own host": ("[a](/logout) [b](//evil.c)", "<p>a b</p>"),
    "a remote image": (
        "![图](https://b.c/x.png?q)",
        (
            f'<p><a class="nicewen-image" href="https://b.c/x.png?q" data-src="https://b.c/x.png?q" {CLICK}>'
            '<span class="nicewen-image-alt">图</span> <span class="nicewen-image-host">b.c</span></a></p>'
        ),
    ),
    "an image that is data": ("![图](data:image/png;base64,x)", "<p>图</p>"),
    "an image in a link": ("[![a](https://b.c)](https://d.e)", f'<p><a href="https://d.e" {CLICK}>a</a></p>'),
    "line ends and NUL": ("a\r\nb\rc\0", "<p>a\nb\nc\ufffd</p>"),
    "halves of a surrogate pair": ("\ud83d\ude00 \ud83d", "<p>😀 \ufffd</p>"),
}


@pytest.mark.parametrize(("markdown", "html"), FACTS.values(), ids=FACTS.keys())
def test_markdown_becomes_html(markdown: str, html: str) -> None:
    assert render(markdown) == html


@pytest.mark.parametrize("line", ["+ 2", "- 2", "# 2", "=", "> 2", "", "```"])
@pytest.mark.parametrize(("opener", "closer"), [("$$", "$$"), ("\\[", "\\]")])
@pytest.mark.parametrize("indent", ["", "   "])
def test_a_formula_over_lines_survives_any_line(line: str, opener: str, closer: str, indent: str) -> None:
    html = render(f"1. a\n\n{indent}{opener}\n{indent}x = 1\n{indent}{line}\n{indent}{closer}\n\nb")
    assert html.count('<div class="nicewen-formula">') == 1
    assert html.endswith("<p>b</p>")


def test_formula_delimiters_in_code_stay_code() -> None:
    html = render("```latex\n$$\nx\n$$\n```")
    assert "nicewen-formula" not in html
    assert re.sub("<[^>]*>", "", html) == "latex$$\nx\n$$\n"


def test_footnote_ids_carry_the_prefix() -> None:
    html = render("a[^x]\n\n[^x]: b", prefix="m1")
    assert 'href="#nicewen-fn-m1-1" id="nicewen-fnref-m1-1"' in html
    assert '<li id="nicewen-fn-m1-1"><p>b <a href="#nicewen-fnref-m1-1"' in html


@pytest.mark.parametrize(
    ("definition", "end"),
    [
        ("b", "<p>b {back}</p></li>"),
        ("b\n\n    **c**", "<p>b</p>\n<p><strong>c</strong> {back}</p></li>"),
        ("b\n\n    > c", "<blockquote><p>c</p></blockquote> {back}</li>"),
        ("b\n\n    - c", "<ul><li>c</li></ul> {back}</li>"),
    ],
)
def test_the_way_back_from_a_footnote_stands_behind_its_last_word(definition: str, end: str) -> None:
    back = '<a href="#nicewen-fnref-1" class="nicewen-footnote-back" aria-label="1">↩</a>'
    assert f"{end.format(back=back)}\n</ol></section>" in render(f"a[^x]\n\n[^x]: {definition}")


DETAILS = {
    "one line": (
        "<details><summary>一</summary>内容</details>",
        "<details>\n<summary>一</summary>\n<p>内容</p>\n</details>",
    ),
    "several lines": (
        "<details>\n<summary>**a**</summary>\nb `c`\n- d\n</details>",
        "<details>\n<summary><strong>a</strong></summary>\n<p>b <code>c</code></p>\n<ul><li>d</li></ul>\n</details>",
    ),
    "indented": (
        "<details>\n    <summary>a</summary>\n    **b**\n</details>",
        "<details>\n<summary>a</summary>\n<p><strong>b</strong></p>\n</details>",
    ),
    "blank lines inside": (
        "<details open>\n<summary>a</summary>\n\n**b**\n\n- c\n\n</details>",
        '<details open="">\n<summary>a</summary>\n<p><strong>b</strong></p>\n<ul><li>c</li></ul>\n</details>',
    ),
    "two on consecutive lines": (
        "<details><summary>a</summary>b</details>\n<details open><summary>c</summary>d</details>",
        (
            "<details>\n<summary>a</summary>\n<p>b</p>\n</details>\n"
            '<details open="">\n<summary>c</summary>\n<p>d</p>\n</details>'
        ),
    ),
    "nested on one line": (
        "<details><summary>a</summary><details><summary>c</summary>**d**</details></details>",
        "<details>\n<summary>a</summary>\n<details>\n<summary>c</summary>\n<p><strong>d</strong></p>\n</details>\n</details>",
    ),
    "nested with blank lines": (
        "<details><summary>a</summary>\n\n<details><summary>c</summary>d</details>\n\n</details>",
        "<details>\n<summary>a</summary>\n<details>\n<summary>c</summary>\n<p>d</p>\n</details>\n</details>",
    ),
    "code over several lines": (
        "<details>\n<summary>a</summary>\n```\n<b>\n```\n</details>",
        (
            '<details>\n<summary>a</summary>\n<div class="nicewen-code" data-language="">'
            '<div class="nicewen-code-head"></div><pre><code><span>&lt;b&gt;\n</span></code></pre></div>\n</details>'
        ),
    ),
    "an end behind words": (
        "<details>\n<summary>a</summary>\n\n<details open>\n\nb **c**</details></details>",
        '<details>\n<summary>a</summary>\n<details open="">\n<p>b <strong>c</strong></p>\n</details>\n</details>',
    ),
    "in a list item": (
        "- i\n  <details><summary>a</summary>b</details>",
        "<ul><li>i\n<details>\n<summary>a</summary>\n<p>b</p>\n</details></li></ul>",
    ),
}


@pytest.mark.parametrize("after", ["\n\nAfter.", "\n\n**A** `b`\n\nc"])
@pytest.mark.parametrize(("markdown", "html"), DETAILS.values(), ids=DETAILS.keys())
def test_details_of_every_form_hold_markdown(markdown: str, html: str, after: str) -> None:
    assert render(markdown + after) == f"{html}\n{render(after)}"


def test_blocks_know_their_lines() -> None:
    found = blocks("# a\n\nb\nc\n\n- d\n  - e\n")
    assert [(block.first_line, block.last_line) for block in found] == [(0, 0), (2, 3), (5, 6)]


@pytest.mark.parametrize("text", [">" * 300 + "a", "> " * 150 + "a", "*a _b " * 200 + "c_ d* " * 200])
def test_what_is_too_deep_is_shown_plain_and_the_rest_is_not(text: str) -> None:
    html = render(f"**a**\n\n{text}\n\n**b**")
    assert html.startswith('<p><strong>a</strong></p>\n<pre class="nicewen-plain">')
    assert html.endswith("</pre>\n<p><strong>b</strong></p>")


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))


HOSTILE = st.sampled_from(
    [
        *[
            "<script>",
            "</script>",
            "<img src=x onerror=alert(1)>",
            "<svg/onload=x>",
            "<style>",
            "<iframe src=",
            "<a href='",
        ],
        *[
            "javascript:",
            "data:text/html,",
            "vbscript:x",
            "//evil.c",
            "https://b.c",
            '" onmouseover="x',
            "' style='x",
            ">",
            "<",
        ],
        *[
            "[a](",
            ")",
            "![a](",
            "<details open>",
            "<details onclick=x>",
            "</details>",
            "<summary>",
            "</summary>",
            "<kbd>",
        ],
        *[
            "</kbd>",
            "$",
            "\\text{<img src=x>}",
            "\\href{javascript:x}{y}",
            "\\color{red}",
            "```html\n",
            "```",
            "`",
            "\n",
        ],
        *[
            "\n\n",
            "|a|\n|-|\n",
            "> [!NOTE] <b>\n",
            "[^a]",
            "\n[^a]: ",
            "[x]: javascript:x\n",
            "&lt;script&gt;",
            "&#106;avascript:",
        ],
        *[
            "<math><mtext><style>",
            "<form action=x>",
            "<base href=x>",
            '<p id="app" class="q-page" name=x>',
            "<!--",
            "-->",
        ],
        *["- ", "**", "_", "~~", "\\(", "\\)", "# ", "中文", "a b", " ", "\ufdd0", "\x0c"],
    ]
)


@given(st.lists(HOSTILE | st.text(max_size=5), max_size=15).map("".join))
@settings(max_examples=2_000, deadline=None)
@example("```\n\xa0")
def test_nothing_that_runs_loads_or_reaches_outside_survives(text: str) -> None:
    html = render(text, prefix="m")
    assert sanitized(html) == html
    reader = _Tags()
    reader.feed(html)
    for tag, attributes in reader.found:
        assert tag not in {"script", "img", "svg", "style", "iframe", "form", "base", "link", "object", "embed"}
        assert not {name for name in attributes if name.startswith("on") or name in {"style", "src", "name"}}
        assert re.match(r"https?://|mailto:|#nicewen-fn", attributes.get("href") or "#nicewen-fn")
        assert (attributes.get("id") or "nicewen-fn").startswith("nicewen-fn")
        assert tag == "span" or all(name.startswith("nicewen-") for name in (attributes.get("class") or "").split())
