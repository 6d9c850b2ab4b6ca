"""Code as HTML: Pygments' short classes, no inline style; plain where it is too long or the language unknown.

Only languages whose lexers were fed hostile code are highlighted: among Pygments' 600 are some that take far longer.
"""

import re
from functools import lru_cache
from html import escape

from pygments import highlight
from pygments.formatters import HtmlFormatter
from pygments.lexer import Lexer
from pygments.lexers import get_lexer_by_name
from pygments.util import ClassNotFound

from nicewen.services.markdown import caps

_LONG_RUN = re.compile(r"\s{300}|[\w.$<>?\[\]@]{300}")
_PUNCTUATION = re.compile(r"[^\w\s.$<>?\[\]@]+")
_SLOW = re.compile(r"clj|clojure|common-lisp|docker(file)?|lisp|lua|make|makefile|markdown|md")  # 1–3 s for 20 kB
_MEASURED = re.compile(
    r"bash|c|c#|c\+\+|cmake|console|cpp|cs|csharp|css|dart|diff|elixir|erlang|ex|fortran|go|golang|graphql|groovy|haskell"
    r"|hs|html|ini|java|javascript|jinja|jl|js|json|json5|jsx|julia|kotlin|latex|less|matlab|nginx|objc|objective-c"
    r"|objectivec|perl|php|pl|postgresql|powershell|properties|proto|protobuf|ps1|py|pycon|python|python3|r|rb|rs|ruby"
    r"|rust|sass|scala|scss|sh|shell|sql|swift|systemverilog|tex|toml|ts|tsx|typescript|udiff|v|verilog|vue|xml|yaml"
    r"|yml|zsh"
)
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
    language = language.lower()
    longest = caps.HIGHLIGHTED_SLOWLY if _SLOW.fullmatch(language) else caps.HIGHLIGHTED_CHARACTERS
    lexer = _lexer(language) if len(code) <= longest and _may_be_highlighted(code) else None
    if lexer is None:
        return escape(code, quote=False)
    return highlight(code, lexer, _FORMATTER)


def _may_be_highlighted(code: str) -> bool:
    """Tell whether no lexer takes long; several look at each word of a run of words, or blank, again and again.

    Without this, 20 kB of line feeds take 12 s as Java, 20 kB of words 8 s (Pygments 2.21).
    """
    if max(map(len, code.split("\n"))) > caps.HIGHLIGHTED_LINE or _LONG_RUN.search(code):
        return False
    return all(len(words.split()) <= caps.HIGHLIGHTED_WORDS for words in _PUNCTUATION.split(code))


@lru_cache(maxsize=64)
def _lexer(language: str) -> Lexer | None:
    """Return the lexer of one language; looking its name up costs more than most highlighting."""
    if not (_MEASURED.fullmatch(language) or _SLOW.fullmatch(language)):
        return None
    try:
        return get_lexer_by_name(language, stripnl=False, ensurenl=False)
    except ClassNotFound:
        return None
