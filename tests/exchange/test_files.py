"""One conversation as Markdown and as an HTML page."""

import re
from dataclasses import replace
from typing import Any

import pytest

from exchange.rows import FULL, transcript
from nicewen.components.look import sheet_of_files
from nicewen.services.exchange.exporting import Kind, exported, file_name
from nicewen.services.keeping import error_of
from nicewen.services.store import Transcript


def file_of(one: Transcript, kind: Kind, language: Any = "en") -> str:
    return exported(one, kind, language=language, style_sheet=sheet_of_files()).content.decode()


def answered(text: str, **values: Any) -> Transcript:
    one = transcript("?")
    given = {"error": None, "state": "done", "sources": (), **values}
    return replace(one, messages=(one.messages[0], replace(one.messages[1], text=text, **given)))


@pytest.mark.parametrize(
    ("title", "name"),
    [
        ("杭州：tea & “lake”", "杭州：tea & “lake”.md"),
        ("a/b\\c:d*e?f\"g<h>i|j", "a b c d e f g h i j.md"),
        ("../../etc/passwd", "etc passwd.md"),
        ("", "Nicewen.md"),
        ("...", "Nicewen.md"),
        ("con", "Nicewen con.md"),
        ("line\r\nbreak\x00 \u202egpj", "line break gpj.md"),
        ("x" * 300, "x" * 80 + ".md"),
    ],
)  # fmt: skip
def test_a_file_is_named_after_its_title(title: str, name: str) -> None:
    assert file_name(title, "md") == name


def test_the_longest_chinese_name_fits_every_file_system() -> None:
    assert len(file_name("湖" * 300, "html").encode()) <= 255


def test_markdown_holds_the_branch_that_is_shown() -> None:
    one = transcript("一", "two")
    other = replace(
        FULL, id="other", conversation_id="c", parent_id=one.messages[0].id, text="not shown", created_at=0.0
    )
    ending = f"*{error_of(FULL.error or {}).sentence('en')}*\n\n**Sources**\n\n- [1] [天气](<https://example.com/>)\n"
    assert file_of(replace(one, messages=(*one.messages, other)), "md") == (
        f"# 杭州：tea & “lake”\n\n## Question\n\n一\n\n## Answer · qwen-plus\n\n**一**\n\n{ending}"
        f"\n## Question\n\ntwo\n\n## Answer · qwen-plus\n\n**two**\n\n{ending}"
    )


def test_code_that_stays_open_ends_with_its_answer() -> None:
    text = file_of(answered("```py\nx = '```'\n~~~\n", state="stopped"), "md")
    assert text.endswith("```py\nx = '```'\n~~~\n```\n\n*Stopped*\n")


def test_markdown_speaks_the_readers_language() -> None:
    assert "## 提问\n" in file_of(transcript("?"), "md", "zh")


HOSTILE = (
    '<script>alert(1)</script><img src="https://evil.example/x.png" onerror=alert(1)>![x](https://evil.example/y.png)'
)


def test_the_page_runs_nothing_and_asks_nobody() -> None:
    one = answered(HOSTILE, thinking=HOSTILE, model='"><script>', finish_reason="stop")
    one = replace(one, conversation=replace(one.conversation, title=f"</title></style>{HOSTILE}"))
    question = replace(one.messages[0], text=HOSTILE)
    html = file_of(replace(one, messages=(question, *one.messages[1:])), "html")
    assert not re.search(r"<(script|img|link|iframe|object|video|base|form)\b", html, re.IGNORECASE)
    assert not re.search(r"<[^>]*\son\w+\s*=", html)
    assert not re.search(r"url\((?!['\"]?data:)|@import", html)
    assert "default-src 'none'" in html
    assert html.count("</style>") == 1


def test_the_page_looks_like_ours_in_both_themes() -> None:
    html = file_of(transcript("?"), "html", "zh")
    assert '<html lang="zh-CN">' in html
    assert "body--dark" not in html.replace(".nicewen, .body--dark .nicewen {", "")
    assert "@media screen and (prefers-color-scheme: dark)" in html
    assert "@media print" in html
    assert '<div class="nicewen-markdown"><div class="nicewen-unit"><p><strong>?</strong></p></div></div>' in html
    assert "思考了 1 秒" in html
