"""A growing document settles only what the whole text confirms, and ends as the whole text rendered at once."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nicewen.services.markdown import LiveDocument, render
from nicewen.services.markdown.rendering import blocks

LINES = st.sampled_from(
    [
        "",
        "",
        "",
        "这是一段文字，带有**重点**和 `code`。",
        "A sentence with *emphasis* and [a link](https://example.com).",
        "# 标题",
        "标题",
        "===",
        "---",
        "-",
        "--",
        "- 第一项",
        "- [x] 完成",
        "-  two",
        "  - nested",
        "    more",
        "   three",
        "* star",
        "+ plus",
        "1. one",
        "2. two",
        "2) y",
        "  2. 嵌套",
        "1.",
        "> 引用",
        "> - q",
        ">",
        "> ```",
        "> $$",
        "> [!NOTE]",
        "```python",
        "```",
        "~~~",
        "  ```",
        "- ```",
        "    code",
        "\tcode",
        "| a | 乙 |",
        "|---|:-:|",
        "| 1 | 2 |",
        "|",
        "$$",
        "   $$",
        "- $$",
        "x = 1",
        "+ 2",
        "=",
        "\\[",
        "\\]",
        "\\begin{cases}1&2\\\\3&4\\end{cases}",
        "行内 $x^2$ 和 \\(y\\) 价格 $5",
        "<details>",
        "<summary>x</summary>",
        "</details>",
        "<div>",
        "<!-- x",
        "-->",
        "<br>",
        "见https://example.com，**重点**",
        "**unfinished",
        "`unfinished",
        "[half](https://exa",
        "![图](https://example.com/a.png)",
    ]
)
DOCUMENTS = st.lists(LINES, max_size=24).map("\n".join)
PIECES = st.lists(st.integers(1, 12), min_size=1, max_size=6)


def pieces_of(text: str, sizes: list[int]) -> list[str]:
    pieces, at, turn = [], 0, 0
    while at < len(text):
        size = sizes[turn % len(sizes)]
        pieces.append(text[at : at + size])
        at, turn = at + size, turn + 1
    return pieces


def html_of(text: str) -> list[str]:
    return [block.html for block in blocks(text)]


@given(DOCUMENTS, PIECES)
@settings(max_examples=500, deadline=None)
def test_the_settled_part_is_the_beginning_of_the_whole_and_never_changes(text: str, sizes: list[int]) -> None:
    whole = html_of(text)
    document = LiveDocument()
    settled: list[str] = []
    for piece in pieces_of(text, sizes):
        document.append(piece)
        document.refresh()
        now = list(document.units[: document.settled])
        assert now[: len(settled)] == settled
        assert now == whole[: len(now)]
        settled = now
    document.close()
    assert list(document.units) == whole
    assert document.settled == len(whole)


TAILS = {
    "**bo": "<p><strong>bo</strong></p>",
    "**bold*": "<p><strong>bold</strong></p>",
    "**a *b*": "<p><strong>a <em>b</em></strong></p>",
    "text **": "<p>text</p>",
    "2 * 3": "<p>2 * 3</p>",
    "a_b_c": "<p>a_b_c</p>",
    "a `co": "<p>a <code>co</code></p>",
    "[te": "<p>te</p>",
    "[text](https://exa": "<p>text</p>",
    "![图](https://exa": "<p>图</p>",
    "a $x^": "<p>a <code>x^</code></p>",
    "cost $5": "<p>cost $5</p>",
    "\\(x\\": "<p><code>x</code></p>",
    "$$\nx": '<div class="nicewen-formula"><code class="nicewen-formula-source">x</code></div>',
    "Title\n--": "<p>Title</p>",
    "- **项": "<ul>\n<li><strong>项</strong></li>\n</ul>",
    "- [x": "<ul>\n<li></li>\n</ul>",
    "| a | **b": '<div class="nicewen-table"><table>\n<thead>\n<tr><th>a</th><th><strong>b</strong></th></tr>\n'
    "</thead>\n</table></div>",
    "```\nx\n``": '<div class="nicewen-code" data-language=""><div class="nicewen-code-head"></div>'
    "<pre><code>x\n</code></pre></div>",
    "<details>\n\n**a": "<details>\n<p><strong>a</strong></p>\n</details>",
    "a <b": "<p>a</p>",
}


@pytest.mark.parametrize(("text", "html"), TAILS.items(), ids=TAILS.keys())
def test_unfinished_syntax_is_closed_while_the_answer_grows(text: str, html: str) -> None:
    document = LiveDocument()
    document.append(text)
    document.refresh()
    assert list(document.units) == [html]


@pytest.mark.parametrize("text", TAILS)
def test_after_the_end_the_exact_text_is_shown(text: str) -> None:
    document = LiveDocument()
    document.append(text)
    document.refresh()
    document.close()
    assert "\n".join(document.units) == render(text)


@pytest.mark.parametrize("text", ["a[^1]\n\nb\n\n[^1]: c\n", "[a]\n\nb\n\n[a]: https://b.c\n\nd"])
def test_definitions_reach_back_at_the_end(text: str) -> None:
    document = LiveDocument(prefix="m")
    for letter in text:
        document.append(letter)
        document.refresh()
    document.close()
    assert "\n".join(document.units) == render(text, prefix="m")


def test_pieces_may_end_inside_a_line_end_or_a_character() -> None:
    document = LiveDocument()
    for piece in ("a\r", "\nb\r", "c\ud83d", "\ude00"):
        document.append(piece)
        document.refresh()
    assert list(document.units) == ["<p>a\nb\nc😀</p>"]


def test_the_version_grows_only_when_units_change() -> None:
    document = LiveDocument()
    versions = []
    for piece in ("a", "", "\n", "\n", "b"):
        document.append(piece)
        document.refresh()
        versions.append(document.version)
    assert versions == [1, 1, 1, 1, 2]
    document.close()
    assert document.version == 2
