"""A growing document settles only what the whole text confirms, and ends as the whole text rendered at once."""

import re

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from nicewen.services.markdown import Leaf, LiveDocument, long_paragraphs, render
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
        "<details><summary>一</summary>内容 **b**</details>",
        "  <details open><summary>b</summary>",
        "</details> tail `c`",
        "end **b**</details>",
        "- a</details></details>",
        "<kbd>Ctrl</kbd> **a",
        "<kbd>",
        "$$ x",
        "\\[ y = $5",
        "<https://exa",
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


def leaves_of(text: str) -> list[Leaf]:
    """Return the leaves of a text that is rendered at once."""
    return [leaf for block in blocks(text) for leaf in block.leaves]


def caught_up(document: LiveDocument) -> LiveDocument:
    """Refresh until nothing is left to do."""
    while document.is_behind:
        document.refresh()
    return document


def check_growth(text: str, pieces: list[str]) -> LiveDocument:
    """Grow a document; what is settled must be the beginning of the whole text rendered at once, and never change."""
    whole = leaves_of(text)
    document = LiveDocument()
    settled: list[Leaf] = []
    for piece in pieces:
        document.append(piece)
        document.refresh()
        now = list(document.leaves[: document.settled])
        assert now[: len(settled)] == settled
        assert now == whole[: len(now)]
        settled = now
    document.close()
    caught_up(document)
    for _ in range(2):  # as it has grown, and then as it is rendered again
        assert list(document.leaves) == whole
        assert document.settled == len(whole)
        document.forget()
    assert document.edition == 0, "a last pass changed something though there are no definitions"
    return document


@given(DOCUMENTS, PIECES)
@settings(max_examples=2_000, deadline=None)
@example("- ```\n\\[\n# x\n\\]", [1])
@example("> ```\n```\n$$\n```\n> $$\n", [1])
@example("> ```\n```\n$$\n```\n$$\n# a\n", [1])
@example("> ```\n> ```\n> [!NOTE]\n", [1])
@example("```python\n> ```\n$$\n```\n$$\n", [1])
def test_the_settled_part_is_the_beginning_of_the_whole_and_never_changes(text: str, sizes: list[int]) -> None:
    check_growth(text, pieces_of(text, sizes))


LONG = {
    "list": "- 第 {n} 项，带 **重点** 和 `code`\n",
    "loose list": "{n}. item\n\n   more of *it*\n\n",
    "nested list": "- a {n}\n  - b\n    1. c\n",
    "tasks": "- [x] done {n}\n",
    "table": "| {n} | **乙** | `c` |\n",
    "code": 'def f{n}(x):\n    return [x, "{n}"]\n\n',
    "text as code": "line {n}\n",
    "quotation": "> said {n}\n>\n",
    "alert": "> - item {n}\n>\n> and more\n>\n",
}
HEADS = {
    "table": "| a | b | c |\n|---|:-:|--:|\n",
    "code": "```python\n",
    "text as code": "~~~~\n",
    "alert": "> [!NOTE]\n",
}


@pytest.mark.parametrize("shape", LONG)
@pytest.mark.parametrize(("size", "count"), [(7, 120), (400, 1_500)])
def test_long_containers_settle_leaf_by_leaf(shape: str, size: int, count: int) -> None:
    text = HEADS.get(shape, "") + "".join(LONG[shape].format(n=n) for n in range(count))
    document = LiveDocument()
    for piece in pieces_of(text, [size]):
        document.append(piece)
        document.refresh()
        assert len(document.leaves) - document.settled < 800, "the unsettled end stays short"
    check_growth(text + "\nend", pieces_of(text + "\nend", [size]))


@pytest.mark.parametrize("size", [5, 700])
@pytest.mark.parametrize(
    "sentence", ["这是一句话，带有**重点**。", "A sentence with `code` and *emphasis*. ", "no end "]
)
def test_a_long_paragraph_settles_in_parts(sentence: str, size: int) -> None:
    text = sentence * (20_000 // len(sentence))
    document = check_growth(text, pieces_of(text, [size]))
    assert 3 <= len(document.leaves) <= 16
    assert all(leaf.html.startswith('<p class="nicewen-rest">') for leaf in document.leaves[1:])
    shown = re.sub(r"<[^>]*>|\s", "", document.html)
    assert shown == re.sub(r"[*`\s]", "", text)


SENTENCES = st.sampled_from(
    ["这是一句。", "One. ", "**bo", "ld** ", "`co", "de` ", "[a](b) ", "$", " ", "word", "\n", "\n\n", "- "]
)


@given(st.lists(SENTENCES, max_size=60).map("".join), PIECES)
@settings(max_examples=2_000, deadline=None)
@example("这是一句。" * 3 + "`co$" + "这是一句。" * 4 + "- 这是一句。", [1])
def test_where_a_paragraph_is_cut_does_not_depend_on_the_pieces(text: str, sizes: list[int]) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, characters in {"SOFT": 20, "STEP": 5, "HARD": 40, "LATEST": 50}.items():
            patch.setattr(long_paragraphs, name, characters)
        check_growth(text, pieces_of(text, sizes))
        assert long_paragraphs.cut(text).replace(long_paragraphs.CUT, "") == text


def test_much_text_at_once_is_rendered_in_slices() -> None:
    document = LiveDocument()
    document.append("Some words.\n\n" * 4_000)
    document.refresh()
    assert document.is_behind
    assert len(caught_up(document).leaves) == 4_000


CLICK = 'target="_blank" rel="noopener noreferrer nofollow"'
PENDING = '<span class="nicewen-pending"></span>'
TAILS = {
    "**bo": "<p><strong>bo</strong></p>",
    "**bold*": "<p><strong>bold</strong></p>",
    "**a *b*": "<p><strong>a <em>b</em></strong></p>",
    "text **": "<p>text</p>",
    "2 * 3": "<p>2 * 3</p>",
    "a_b_c": "<p>a_b_c</p>",
    "a `co": "<p>a <code>co</code></p>",
    "[text": "<p>text</p>",
    "[text](https://exa": "<p>text</p>",
    "![图](https://exa": "<p>图</p>",
    "a $x^": "<p>a</p>",
    "a $2^n": "<p>a</p>",
    "a $\\text{两个 words}": "<p>a</p>",
    "a $HOME and more": "<p>a $HOME and more</p>",
    "有 $HOME 变量": "<p>有 $HOME 变量</p>",
    "cost $5 a": "<p>cost $5 a</p>",
    "价格$5，还有$6": "<p>价格$5，还有</p>",
    "so \\(x\\": "<p>so</p>",
    "so! \\(x": "<p>so!</p>",
    "$$ x": f"<p>{PENDING}</p>",
    "so \\[ x = 1": f"<p>so {PENDING}</p>",
    "so $$\n": f"<p>so {PENDING}</p>",
    "- **a** $$x": f"<ul><li><strong>a</strong> {PENDING}</li></ul>",
    "$$": '<div class="nicewen-formula nicewen-pending"></div>',
    "$$\n": '<div class="nicewen-formula nicewen-pending"></div>',
    "> \\[\n> x\n>": '<blockquote><div class="nicewen-formula nicewen-pending"></div></blockquote>',
    "$$\nx\n$": '<div class="nicewen-formula nicewen-pending"></div>',
    "see <https://exam": f'<p>see <a href="https://exam" {CLICK}>https://exam</a></p>',
    "see <https:/": "<p>see</p>",
    "see <a@b.": f'<p>see <a href="mailto:a@b" {CLICK}>a@b</a></p>',
    "**see <https://a.b/c_d*e": f'<p><strong>see <a href="https://a.b/c_d*e" {CLICK}>https://a.b/c_d*e</a></strong></p>',
    "x<y": "<p>x</p>",
    "x<y and": "<p>x&lt;y and</p>",
    "<kbd>Ct": "<p><kbd>Ct</kbd></p>",
    "H<sub": "<p>H</p>",
    "H<sub>": "<p>H</p>",
    "a<br/": "<p>a</p>",
    "as said [1]": "<p>as said</p>",
    "Hello!**": "<p>Hello!</p>",
    "[Hello!](https": "<p>Hello!</p>",
    "a [X](https://b.c/X_(Y)": "<p>a X</p>",
    "**a *b **c*": "<p><strong>a <em>b <strong>c</strong></em></strong></p>",
    "**two\n": "<p><strong>two</strong></p>",
    "> **two\n>": "<blockquote><p><strong>two</strong></p></blockquote>",
    "break\\\n": "<p>break</p>",
    "Steps:\n1. **": "<p>Steps:</p>",
    "> [!NO": "",
    "> [!NOTE]": "",
    "[a]: https://b": "",
    "~~~\na *\n~~~": '<div class="nicewen-code" data-language=""><div class="nicewen-code-head"></div>'
    "<pre><code><span>a *\n</span></code></pre></div>",
    "|a|\n|-|\n| `x\\": '<div class="nicewen-table"><table><thead><tr><th>a</th></tr></thead>'
    "<tbody><tr><td><code>x</code></td></tr></tbody></table></div>",
    "so $$y$$ `": '<p>so <math data-tex="y" display="block"><mi>y</mi></math></p>',
    "$5 so $$y$": f"<p>$5 so {PENDING}</p>",
    "- 1.": "<ul><li></li></ul>",
    "<details><summary>a</summary>b $5</details>\n": "<details>\n<summary>a</summary>\n<p>b $5</p>\n</details>",
    "<details>\n\na</detai": "<details>\n<p>a</p>\n</details>",
    "<details><summary>a": "<details>\n<summary>a</summary>\n</details>",
    "<details><summary>a</summary>b</details": "<details>\n<summary>a</summary>\n<p>b</p>\n</details>",
    "<details><summary>a</summary>**b</details>": "<details>\n<summary>a</summary>\n<p>**b</p>\n</details>",
    "<details><summary>a</summary>**b": "<details>\n<summary>a</summary>\n<p><strong>b</strong></p>\n</details>",
    "- a\n  <details>\n\n  b": "<ul><li>a\n<details>\n<p>b</p>\n</details></li></ul>",
    "> <details>\n> b": "<blockquote><details>\n<p>b</p>\n</details></blockquote>",
    "a $x$": '<p>a <math data-tex="x"><mi>x</mi></math></p>',
    "a \\(x\\)": '<p>a <math data-tex="x"><mi>x</mi></math></p>',
    "cost $": "<p>cost</p>",
    "| a": '<div class="nicewen-table"><table><thead><tr><th>a</th></tr></thead><tbody></tbody></table></div>',
    "$$\nx": '<div class="nicewen-formula nicewen-pending"></div>',
    "Title\n--": "<p>Title</p>",
    "- **项": "<ul><li><strong>项</strong></li></ul>",
    "- [x": "<ul><li></li></ul>",
    "| a | **b": '<div class="nicewen-table"><table><thead><tr><th>a</th><th><strong>b</strong></th></tr></thead>'
    "<tbody></tbody></table></div>",
    "```\nx\n``": '<div class="nicewen-code" data-language=""><div class="nicewen-code-head"></div>'
    "<pre><code><span>x\n</span></code></pre></div>",
    "<details>\n\n**a": "<details>\n<p><strong>a</strong></p>\n</details>",
    "a <b": "<p>a</p>",
}


@pytest.mark.parametrize(("text", "html"), TAILS.items(), ids=TAILS.keys())
def test_unfinished_syntax_is_closed_while_the_answer_grows(text: str, html: str) -> None:
    document = LiveDocument()
    document.append(text)
    document.refresh()
    assert document.html == html


@pytest.mark.parametrize("text", TAILS)
def test_after_the_end_the_exact_text_is_shown(text: str) -> None:
    document = LiveDocument()
    document.append(text)
    document.refresh()
    document.close()
    assert caught_up(document).html == render(text)


@pytest.mark.parametrize("text", ["a[^1]\n\nb\n\n[^1]: c\n", "[a]\n\nb\n\n[a]: https://b.c\n\nd"])
def test_definitions_reach_back_at_the_end(text: str) -> None:
    document = LiveDocument(prefix="m")
    for letter in text:
        document.append(letter)
        document.refresh()
    document.close()
    assert caught_up(document).html == render(text, prefix="m")
    assert document.edition == 1
    assert document.rewritten is not None
    assert document.rewritten.changed, "what was settled is named, so that it need not be sent whole"


@pytest.mark.parametrize("text", ["- a\n- **b**\n\n```python\nx = 1\n```\n", "a[^1]\n\nb\n\n[^1]: c\n"])
def test_what_was_forgotten_is_rendered_again_as_it_was(text: str) -> None:
    document = LiveDocument("m-")
    document.append(text)
    document.forget()
    assert not document.is_rendered, "what may grow is not forgotten"
    document.close()
    before = list(caught_up(document).leaves), document.settled, document.version, document.edition
    document.forget()
    assert not document.is_rendered
    assert not document.is_behind, "nothing new is to be shown"
    assert (list(document.leaves), document.settled, document.version, document.edition) == before
    assert document.is_rendered


def test_a_long_text_is_not_rendered_twice() -> None:
    document = LiveDocument()
    document.append("word " * 2_000)
    document.close()
    caught_up(document).forget()
    assert document.is_rendered


def test_pieces_may_end_inside_a_line_end_or_a_character() -> None:
    document = LiveDocument()
    for piece in ("a\r", "\nb\r", "c\ud83d", "\ude00"):
        document.append(piece)
        document.refresh()
    assert document.html == "<p>a\nb\nc😀</p>"


def test_the_version_grows_only_when_units_change() -> None:
    document = LiveDocument()
    versions = []
    for piece in ("a", "", "\n", "\n", "b"):
        document.append(piece)
        document.refresh()
        versions.append(document.version)
    assert versions == [1, 1, 1, 1, 2]
    document.close()
    assert caught_up(document).version == 2
