"""Formulas over several lines become fenced blocks before parsing.

comrak reads `$$` and `\\[` as inline, and a line between them that begins with `+ `, `- `, `# ` or a lone `=` would
destroy the formula. Delimiters that stand alone on a line are therefore turned into a fence with the same number of
lines; the lines between are moved to its indentation, so that fence and list item end together.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import accumulate

from nicewen.services.markdown import caps
from nicewen.services.markdown.raw_lines import raw_after

FORMULA = "math"
UNFINISHED = "math-unfinished"

_FENCES = {"$$": "~" * 17, "\\[": "~" * 19}  # longer than people write, and told apart by their length
_CLOSERS = {"$$": "$$", "\\[": "\\]"}
_DELIMITER = re.compile(r"([ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)?)(\$\$|\\\[|\\\])[ \t]*")
_ITEM = re.compile(r"[ ]*(?:[-+*]|\d{1,9}[.)])[ ]+")
_LOOK_BACK = 50  # lines
_WRITTEN = re.compile(r"^([ \t>]*)(~{17}|~{19})(math|math-unfinished)?$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Fenced:
    """Lines with fences instead of formula delimiters, and what the text ends inside."""

    lines: list[str]
    open_formula: int | None
    """Line (from 0) of a formula's opener whose closer may still come."""
    raw: str
    """What the text ends inside, see `raw_after`."""


def fenced(lines: Sequence[str], raw: str = "", *, unfinished: bool = False) -> Fenced:
    """Return `lines` with multi-line formulas as fences; `raw` is what they begin in.

    With `unfinished` a formula that is still open becomes a fence too, so that its source is shown.
    """
    out, open_formula, skip_to = list(lines), None, 0
    closers = _closers(lines)
    for index, line in enumerate(lines):
        if index < skip_to:
            continue
        raw = raw_after(raw, line)
        if not raw and index in closers:
            close = closers[index]
            if close is not None:
                skip_to = close + 1 if _rewrite(out, index, close, FORMULA) else 0
            elif open_formula is None:
                open_formula = index
    if unfinished and open_formula is not None:
        _rewrite(out, open_formula, len(lines) - (not lines[-1]), UNFINISHED)
    return Fenced(out, open_formula, raw)


def original(code: str) -> str:
    """Return code with formula delimiters where `fenced` wrote fences into it, taking it for text."""
    if "~" * 17 not in code:
        return code
    return _WRITTEN.sub(lambda line: line[1] + ("$$" if len(line[2]) == 17 else "\\[" if line[3] else "\\]"), code)


def _closers(lines: Sequence[str]) -> dict[int, int | None]:
    """Return each line with an opening delimiter with its closer's line, or None where it may still come."""
    marks = list(_delimiters(lines))
    if not marks:
        return {}
    ends = list(accumulate((len(line) + 1 for line in lines), initial=0))
    following: dict[tuple[bool, str], int] = {}
    closers: dict[int, int | None] = {}
    for index, quoted, delimiter in reversed(marks):
        if delimiter in _CLOSERS:
            close = following.get((quoted, _CLOSERS[delimiter]))
            if ends[len(lines) if close is None else close] - ends[index] <= caps.FORMULA_CHARACTERS:
                closers[index] = close
        following[quoted, delimiter] = index
    return closers


def _delimiters(lines: Sequence[str]) -> Iterator[tuple[int, bool, str]]:
    """Yield each line that is a delimiter, whether it is quoted, and which delimiter it is."""
    for index, line in enumerate(lines):
        if ("$$" in line or "\\" in line) and (mark := _DELIMITER.fullmatch(line)):
            yield index, ">" in mark[1], mark[2]


def _rewrite(out: list[str], first: int, close: int, info: str) -> bool:
    """Write a fence over the lines from `first` to `close`; refuses where a quotation ends between them."""
    mark = _DELIMITER.fullmatch(out[first])
    if mark is None:
        return False
    before, fence = mark[1], _FENCES[mark[2]]
    quoted = ">" in before
    if quoted and not all(line.lstrip().startswith(">") for line in out[first:close]):
        return False
    before = before if quoted else _within_list(out, first, before)
    inside = before if quoted else " " * len(before.expandtabs(4))
    out[first] = f"{before}{fence}{info}"
    for index in range(first + 1, min(close + 1, len(out))):
        content = out[index].lstrip("> \t" if quoted else " \t")
        out[index] = inside + (fence if index == close else content) if content else (">" if quoted else "")
    return True


def _within_list(lines: Sequence[str], index: int, before: str) -> str:
    """Return `before` with at most the indentation of the list item above: four more would not begin a block."""
    indent = len(before.expandtabs(4))
    if indent < 4 or before.strip():
        return before
    for line in reversed(lines[max(0, index - _LOOK_BACK) : index]):
        marker = _ITEM.match(line)
        if marker and marker.end() <= indent:
            return " " * marker.end()
    return before
