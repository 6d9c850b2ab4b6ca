"""Code as HTML lines: Pygments' short classes, no inline style; plain where the language is unknown.

Long code is highlighted in slices that know nothing of each other, so that it can grow in linear time. Only languages
whose lexers were fed hostile code are highlighted: among Pygments' 600 are some that take far longer.
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
from nicewen.services.markdown.sanitizing import sanitized

KNOWN = 8
"""How many pieces of code in the unsettled end of a text are remembered."""

COMMON = [
    "python",
    "bash",
    "javascript",
    "typescript",
    "json",
    "html",
    "css",
    "sql",
    "java",
    "c",
    "cpp",
    "go",
    "rust",
    "yaml",
]
"""Languages that most code is written in."""

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


class Growing:
    """Code that is still being written: highlighted again only when it has grown by half, new lines stay plain."""

    def __init__(self) -> None:
        self.guessed = False
        self._known: list[tuple[str, str]] = []

    def lines(self, code: str, language: str) -> list[str]:
        """Return the lines of `code` as HTML; `guessed` tells later whether they may become others."""
        for entry in self._known:
            known, known_language = entry
            if known_language == language and code.startswith(known):
                if len(code) < len(known) * 1.5:
                    self.guessed = self.guessed or known != code
                    return [*highlighted(known, language), *_plain_lines(code[len(known) :])]
                self._known.remove(entry)
                break
        known = code[: code.rfind("\n") + 1]
        self._known = [(known, language), *self._known[: KNOWN - 1]]
        self.guessed = self.guessed or known != code
        return [*highlighted(known, language), *_plain_lines(code[len(known) :])]


def load_lexers() -> None:
    """Load what common languages need; the first use of each takes 30 to 50 ms, too long for an event loop."""
    for language in COMMON:
        _lexer(language)


def language_of(info: str) -> str:
    """Return the language that the words after a fence name first."""
    return (info.split() or [""])[0][: caps.TITLE_CHARACTERS // 10]


def slices_of(code: str, language: str) -> list[str]:
    """Cut code where a blank line is followed by one that is not indented, or at the latest at the cap.

    Where a slice ends depends only on what is before it.
    """
    longest = caps.HIGHLIGHTED_SLOWLY if _SLOW.fullmatch(language.lower()) else caps.HIGHLIGHTED_CHARACTERS
    found: list[str] = []
    lines: list[str] = []
    length = 0
    for line in lines_of(code):
        begins = length >= longest // 2 and line.strip() and not line[0].isspace() and not lines[-1].strip()
        if begins or length >= longest:
            found.append("".join(lines))
            lines, length = [], 0
        lines.append(f"{line}\n")
        length += len(line) + 1
    return [*found, "".join(lines)]


@lru_cache(maxsize=64)
def highlighted(code: str, language: str) -> tuple[str, ...]:
    """Return the lines of one slice of code as HTML."""
    language = language.lower()
    lexer = _lexer(language) if _may_be_highlighted(code) else None
    if lexer is None:
        return tuple(_plain_lines(code))
    return tuple(lines_of(sanitized(highlight(code, lexer, _FORMATTER))))


def code_shell(language: str) -> str:
    """Return a code block without lines, with a head that names its language."""
    name = escape(language)
    return (
        f'<div class="nicewen-code" data-language="{name}"><div class="nicewen-code-head">{name}</div>'
        "<pre><code></code></pre></div>"
    )


def code_line(html: str) -> str:
    """Return one line of code."""
    return f"<span>{html}\n</span>"


def _plain_lines(code: str) -> list[str]:
    return lines_of(escape(code, quote=False).replace("\xa0", "&nbsp;"))  # as the sanitiser writes it


def lines_of(text: str) -> list[str]:
    """Return the lines of `text` without their line feeds, and without an empty one after the last."""
    return text.removesuffix("\n").split("\n") if text else []


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
