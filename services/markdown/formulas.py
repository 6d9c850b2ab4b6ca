"""The only module that knows `math_core`: LaTeX in, MathML Core out."""

import re
from html import escape

import math_core

from nicewen.services.markdown import caps

_CONVERTER = math_core.LatexToMathML(fancy_error=False, max_expansions=0)  # macros of a text's own could nest endlessly
_NESTING = re.compile(r"(\\\\|\\[{}])|(\{|\\left\b|\\begin\b)|(\}|\\right\b|\\end\b)")
_COMMANDS = re.compile(rf"(?:\\[a-zA-Z]+\s*|[\^_]){{{caps.FORMULA_COMMANDS},}}")
_ALIGNED_CELL = re.compile(r'<mtd style="text-align: (left|right)[^"]*">')
_ANCHOR = re.compile(r"</?a\b[^>]*>")


def formula(latex: str, *, display: bool) -> str:
    """Return the formula as MathML with its LaTeX in `data-tex`, or its source in `<code>` where that fails."""
    latex = latex.strip()
    if not _is_harmless(latex):
        return formula_source(latex)
    try:
        mathml = _CONVERTER.convert_with_local_state(latex, displaystyle=display)
    except math_core.LatexError:
        return formula_source(latex)
    mathml = _ALIGNED_CELL.sub(r'<mtd class="nicewen-math-\1">', _ANCHOR.sub("", mathml))
    return mathml.replace("<math", f'<math data-tex="{escape(latex)}"', 1)


def formula_source(latex: str) -> str:
    """Return the LaTeX itself, as it is shown while the formula is unfinished or when it is not understood."""
    return f'<code class="nicewen-formula-source">{escape(latex, quote=False)}</code>'


def _is_harmless(latex: str) -> bool:
    return len(latex) <= caps.FORMULA_CHARACTERS and not _COMMANDS.search(latex) and _depth(latex) <= caps.FORMULA_DEPTH


def _depth(latex: str) -> int:
    level = deepest = 0
    for mark in _NESTING.finditer(latex):
        if mark[2]:
            level += 1
            deepest = max(deepest, level)
        elif mark[3]:
            level -= 1
    return deepest
