"""Code as HTML: Pygments' short classes, no inline style; plain where it is too long or the language unknown."""

import re
from functools import lru_cache
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from nicewen.services.markdown import caps

_LONG_BLANK = re.compile(r"\s{300}")
_PUNCTUATION = re.compile(r"[^\w\s.$<>?\[\]@]+")
_SLOW = ("markdown", "md")  # 20 kB of `[[[` take a second
_FORMATTER: HtmlFormatter[str] = HtmlFormatter(nowrap=True)


def code_block(code: str, info: str) -> str:
    """Return a code block with a head that names its language (the first word of `info`)."""
    language = (info.split() or [""])[0][: caps.TITLE_CHARACTERS // 10]
    name = escape(language)
    return (
        f'<div class="nicewen-code" data-language="{name}"><div class="nicewen-code-head">{name}</div>'
        f"<pre><code>{_highlighted(code, language)}</code></pre></div>"
    )


def _highlighted(code: str, language: str) -> str:
    lexer = _lexer(language.lower()) if _may_be_highlighted(code) else None
    if lexer is None:
        return escape(code, quote=False)
    return highlight(code, lexer, _FORMATTER)


def _may_be_highlighted(code: str) -> bool:
    """Tell whether no lexer takes long; several look at each word of a run of words, or blank, again and again.

    Without this, 20 kB of line feeds take 12 s as Java, 20 kB of words 8 s (Pygments 2.21).
    """
    if len(code) > caps.HIGHLIGHTED_CHARACTERS or max(map(len, code.split("\n"))) > caps.HIGHLIGHTED_LINE:
        return False
    if _LONG_BLANK.search(code):
        return False
    return all(len(words.split()) <= caps.HIGHLIGHTED_WORDS for words in _PUNCTUATION.split(code))


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    """Return the lexer of one language; looking its name up costs more than most highlighting."""
    try:
        return (
            get_lexer_by_name(language, stripnl=False, ensurenl=False) if language and language not in _SLOW else None
        )
    except ClassNotFound:
        return None
