"""What a reader has seen of a growing answer stays: no mark appears and goes, no word changes."""

import html
import re
from pathlib import Path

import pytest

from nicewen.services import providers
from nicewen.services.markdown import LiveDocument

DEMO = sorted(Path(providers.__file__).parent.glob("demo_texts/*/*.md"))
DOCUMENTS = {
    "emphasis": (
        "**bold**, *it*, ***both***, `code`, ``a ` b``, ~~old~~! **“重点”**中文**再来**一次。 __b__ _i_ **A *b* c** d"
    ),
    "links": (
        "A [link](https://a.b/c 't') and ![图](https://a.b/x.png), [1] [注] "
        "[X](https://a.b/X_(Y)), <https://a.b/c_d>, <mail@exa.mple>, https://b.c中 和 "
        "www.a.com，好 a@b.cn。[Hello!](https://a.b) [a\\]b](https://x.y) end"
    ),
    "brackets that are no tags": (
        "x<y and a < b, a<b>c; `vector<int>` vector<int> x->y; <3, </end>, x <= y, AT&T &amp; &copy;\n"
    ),
    "inline HTML": (
        "<kbd>Ctrl</kbd> first, H<sub>2</sub>O <mark>x **b** y</mark> a<br>b<br/>c\n\n<b>shown</b> **x**\n"
    ),
    "prices": "It is $5 and $6.50, or $1,000 now; $5 million. 价格$5，还有$6。US$5 and A$7.\n\n$HOME and $PATH too\n",
    "inline formulas": (
        "$x^2$ and $2^n$ and $10x + 3 = y$, $P(A \\mid B) = \\frac{P(B)}{C}$; 当 $a > 0$ "
        "时，$\\text{如果 } x$ 和 $\\sin x$。\\(x\\) ok\n"
    ),
    "display formulas": (
        "so \\[ a = b \\] after\n\n$$E = mc^2$$\n\n$$\nx = 1\n+ 2\n$$\ntext **b**\n\n\\[\ny\n\\]\n\n"
        "1. 项\n\n   $$\n   z\n   $$\n2. $$ q $$ x\n\n> $$\n> a\n> $$\n\nend\n"
    ),
    "headings": "# One\n\n## 1. 标题 **粗** `code`\n### C#\n#### A # B\ntext\n\nTitle\n===\n\n---\n\n* * *\nend\n",
    "tables": (
        "| a | `b` |\n|---|:-:|\n| **x** | `y \\| z` |\n| $z$ | [l](https://a.b) |\n| 空 | |\n\n"
        "After | pipe.\n\n|x|\n|-|\n|[l](https://a.b)|\n"
    ),
    "lists": (
        "Steps:\n1. **One**: `a`\n   - sub\n2. **Two**\n\n10. ten\n- [ ] task\n- [x] done **b**\n"
        "  - nested `c`\n* star\n- **a\n  b** c\n- $x\n  + y$ d\n- ![i](https://a.b/c.png)\n"
    ),
    "quotations": (
        "> a **b\n> c** d `e\n> f` g\n> > deeper\n>\n> - list\n\n> [!NOTE]\n> An alert `x`\n\n> [!TIP] Title\n> x\n"
    ),
    "code": (
        '```python\ndef f():  # <x> *\n    return "`"\n```\ntext **b**\n\n~~~\ntilde **\n~~~\n\n'
        "    indented\n\n````md\n```\nin\n```\n````\n"
    ),
    "details on one line": "<details><summary>第二个</summary>内容 **b**</details>\n\nAfter.\n",
    "details on consecutive lines": (
        "<details><summary>a</summary>b</details>\n<details open><summary>c</summary>`d`</details>\n\nAfter.\n"
    ),
    "details over lines": (
        "<details>\n  <summary>a **b**</summary>\n  c **d** [l](https://a.b)\n  - e\n\nf\n"
        "</details>\ntail **t**\n\nend\n"
    ),
    "details with blank lines": (
        "<details open>\n<summary>a</summary>\n\n**x** `y`\n\n```html\n<details>\n```\n\n</details>\n\nAfter.\n"
    ),
    "details that end behind words": "<details><summary>a</summary>\n\nb `c` d</details>\n\nAfter.\n",
    "nested details": (
        "<details><summary>A</summary>\n\nin\n\n<details><summary>B</summary>deep</details>\n\n</details>\n\nAfter.\n"
    ),
    "details in containers": (
        "- i\n  <details><summary>A</summary>\n\n  x **b**\n\n  </details>\n- two\n\n"
        "> <details><summary>q</summary>x</details>\n"
    ),
    "breaks and escapes": "one\\\ntwo  \nthree \\* \\_ \\\\ \\$5 a_b_c 2*3*4 5 * 6\n",
    "definitions": "Text.\n\n[ref]: https://a.b 'T'\n\nMore.\n",
}


def visible(shown: str) -> str:
    """Return what is to be read, without blanks; a formula is one sign."""
    shown = re.sub(r"<math.*?</math>", "∑", shown, flags=re.DOTALL)
    return re.sub(r"\s", "", html.unescape(re.sub(r"<[^>]*>", "", shown)))


def check_that_all_stays(text: str) -> None:
    document, before = LiveDocument(), ""
    for at, letter in enumerate(text):
        document.append(letter)
        document.refresh()
        shown = visible(document.html)
        assert shown.startswith(before), f"after {text[max(0, at - 40) : at + 1]!r}"
        before = shown
    document.close()
    while document.is_behind:
        document.refresh()
    assert visible(document.html).startswith(before), "at the end"


@pytest.mark.parametrize("text", DOCUMENTS.values(), ids=DOCUMENTS.keys())
def test_what_was_shown_stays(text: str) -> None:
    check_that_all_stays(text)


@pytest.mark.parametrize("path", DEMO, ids=lambda path: f"{path.parent.name}-{path.stem}")
def test_what_was_shown_of_a_demo_text_stays(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    check_that_all_stays(re.sub(r"\[\^1\]:?", "", text))  # a footnote's number is known only with its definition


def test_footnotes_are_shown_together_at_the_end() -> None:
    document = LiveDocument()
    for letter in "a[^1] b[^2]\n\n[^1]: First\n[^2]: Second\n\nc\nd\n":
        document.append(letter)
        document.refresh()
        assert "First" not in document.html
    document.close()
    while document.is_behind:
        document.refresh()
    assert "First" in document.html
    assert "<p>c\nd</p>" in document.html
