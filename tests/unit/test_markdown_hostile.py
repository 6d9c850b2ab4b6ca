"""No text kills or hangs the process: a child renders each shape, and a signal or many seconds is a failure."""

import json
import os
import subprocess
import sys

SECONDS = 10.0  # a shape of a million characters takes about two
CHILD = """
import json, sys, time
from nicewen.services.markdown import LiveDocument, render
from nicewen.services.markdown.sanitizing import sanitized

def grown(text):
    document = LiveDocument()
    for start in range(0, len(text), len(text) // 3 + 1):
        document.append(text[start : start + len(text) // 3 + 1])
        while document.is_behind:
            document.refresh()
    document.close()
    while document.is_behind:
        document.refresh()
    return document.html

for line in sys.stdin:
    text = json.loads(line)
    began = time.perf_counter()
    html = render(text)
    seconds = time.perf_counter() - began
    fine = len(text) > 100_000 or (sanitized(html) == html and grown(text) == html)
    print(json.dumps([seconds, len(html), fine]), flush=True)
"""

INLINE = [
    *[
        "&",
        "&amp;",
        "&#0;",
        "<",
        "\\<",
        ">",
        "*",
        "*a",
        "_a",
        "a_",
        "中**",
        "`",
        "`a",
        "[",
        "![",
        "[a",
        "[a](",
        "[a](<b",
    ],
    *["[a][b]", "[^", "![a](", "</", "<?", "<![CDATA[", "$", "$x$", "\\(", "\\[", "\\(a", "\\(x\\)", "\\(\\[", "\\"],
    *[
        "[a](http://b)",
        "![a](http://b)",
        "[![a](http://b)](http://c)",
        "[x](y)",
        ":",
        "中",
        "\ufdd0",
        "\ud800",
        "\udc00",
    ],
    *["<div>", "<b>", "<b>x</b>", "<br>", "<sub>x</sub>", "<kbd>", "<details>", "<summary>", "<div><summary>", "<!--"],
    *[
        "http://",
        "http://a.",
        "http://a<",
        "http://a中",
        "http://a\u3000",
        "www.",
        "www.a中",
        "a@",
        "https://a/(",
        "|a",
    ],
    *["a ", "> ", "- ", "* ", "1. ", "- [ ] ", "**a ", "*a ", "*a **a ", "*a _b ", "~~a ", "~a ", "*a* ", "`a` ", "\t"],
    *[
        '[a](b "',
        "[a](( ",
        "[]( ",
        "[^a]: ",
        "[^a]: - ",
        "x[^a] ",
        "<!A ",
        "<a ",
        "<a href='",
        "$a ",
        "a@b.c ",
        "a\u00a0",
        "$5 ",
        "<a@b.",
        "\ufdd2",
        "<details><summary>",
    ],
]
LINES = [
    *["\n", "\r", "\0", "a\n", ">\n", "> [!NOTE]\n", "> [!NOTE]\n>", "-\n", "- a\n\n", "# a\n", "x\n==\n", "|\n"],
    *["[^a]: x\n\n", "<div>\n", "<details>\n\n", "<!-- a -->\n", "<script>\n", "$$\n", "$$\n\n", "\\[\n", "```\n"],
    *["~~~\n", "```python\nx\n```\n", "~~~~~~~~~~~~~~~~~math\n", "a|\n-|\n", "| a | b |\n|-|-|\n| c | d |\n\n"],
    *["a\\\n", "a  \n", "**\n|+www.", "[a]: b\n", "<details><summary>a</summary>**b**</details>\n"],
    *["<details><summary>a</summary>\n\n", "- <details>\n\n  a\n", "> <details>\n> a\n>\n", "<details>*a _b > \n"],
]


def shapes(n: int) -> dict[str, str]:
    """Return texts of about `n` characters each, by what they are made of."""
    nested = {
        "emphasis": "*a _b " * (n // 12) + "c_ d* " * (n // 12),
        "strong": "**" * (n // 4) + "a" + "**" * (n // 4),
        "alternating": "*_" * (n // 4) + "a" + "_*" * (n // 4),
        "chinese strong": "**中" * (n // 6) + "文**" * (n // 6),
        "links": "[" * (n // 5) + "a" + "](b)" * (n // 5),
        "images": "![" * (n // 6) + "a" + "](b)" * (n // 6),
        "inline html": "<kbd>" * (n // 11) + "</kbd>" * (n // 11),
        "details": "<details>\n\n" * (n // 23) + "</details>\n\n" * (n // 23),
        "lists by indentation": "\n".join("  " * i + "- a" for i in range(int(n**0.5))),
        "quotation before text": ">" * n + "a",
        "quotation with many lines": "> " * 95 + "**a**\n" + "b\n" * (n // 2),
        "list with many lines": "- " * 50 + "a\n" + "b\n" * (n // 2),
    }
    formulas = {
        "roots": "$$\n" + "\\sqrt{" * (n // 7) + "}" * (n // 7) + "\n$$",
        "roots without braces": "```math\n" + "\\sqrt" * (n // 5) + " x\n```",
        "braces": "$" + "{" * n + "$",
        "left": "```math\n" + "\\left(" * (n // 6) + "\n```",
        "macros": "$$\n\\newcommand{\\a}{\\a\\a}\\a\n$$",
    }
    tables = {
        "columns": "|a" * (n // 5) + "\n" + "|-" * (n // 5) + "\n|a",
        "short rows": "|a" * (n // 50) + "\n" + "|-" * (n // 50) + "\n" + "|\n" * (n // 4),
        "rows": "|a|\n|-|\n" + "|a|\n" * (n // 4),
    }
    code = {
        f"{language} {piece!r}": f"```{language}\n{(piece * 15_000)[:15_000]}\n```"
        for language in ("java", "csharp", "python", "dockerfile", "html")
        for piece in ("\n", "a ", "a\n", "aaa<", "a /a /\n", "<!--\n")
    }
    footnotes = {
        "footnotes": "".join(f"[^{i}] " for i in range(n // 16))
        + "\n\n"
        + "".join(f"[^{i}]: x\n\n" for i in range(n // 16)),
        "chain of footnotes": "".join(f"[^{i}]: [^{i + 1}]\n" for i in range(200)) + "[^0]",
        "references to one": "[^a]" * (n // 4) + "\n\n[^a]: x",
        "backtick runs": " ".join("`" * i for i in range(1, int((2 * n) ** 0.5))),
        "deep quotations": ("> " * 95 + "a\n\n") * (n // 190),
        "an address in a link": "[a](http://" + "b" * n + ")",
        "an address that is none": "![a](http://[" + "b" * n + ")",
    }
    repeated = {repr(piece): piece * (n // len(piece)) for piece in (*INLINE, *LINES)}
    return nested | formulas | tables | code | footnotes | repeated


def rendered_in_a_child(texts: dict[str, str]) -> dict[str, tuple[float, int, bool]]:
    """Return seconds, length, and whether nh3 leaves it unchanged and growing it gives the same."""
    lines = "".join(json.dumps(text) + "\n" for text in texts.values())
    child = subprocess.run(
        [sys.executable, "-c", CHILD],
        input=lines,
        capture_output=True,
        text=True,
        env=os.environ,
        timeout=170,
        check=False,
    )
    results = [tuple(json.loads(line)) for line in child.stdout.splitlines()]
    names = list(texts)
    assert child.returncode == 0, (
        f"{names[len(results)]} ended the process with {child.returncode}: {child.stderr[-500:]}"
    )
    return dict(zip(names, results, strict=True))


def test_no_shape_ends_or_hangs_the_process_or_leaves_unbalanced_html() -> None:
    texts = shapes(12_000)
    for name, (seconds, length, fine) in rendered_in_a_child(texts).items():
        assert seconds < SECONDS, f"{name} took {seconds:.1f} s"
        assert length < 60 * len(texts[name]) + 1_000, f"{name} became {length} characters"
        assert fine, f"nh3 changes {name}, or it is different when it grows"


def test_a_million_characters_of_the_deadliest_shapes_render_whole() -> None:
    texts = {piece: piece * (1_000_000 // len(piece)) for piece in (">", "**a ", "\\(", "http://a中")}
    for name, (seconds, length, _) in rendered_in_a_child(texts).items():
        assert seconds < SECONDS, f"{name} took {seconds:.1f} s"
        assert length >= len(texts[name].replace("\\(", "("))
