"""The end of an unfinished text, closed so that it looks as it will when the rest has come."""

import re

from nicewen.services.markdown.formula_fences import fenced
from nicewen.services.markdown.raw_lines import opener_of
from nicewen.services.markdown.unfinished_html import unfinished_html
from nicewen.services.markdown.unfinished_inline import closed_inline

LONGEST = 5_000  # characters of one paragraph that are looked at; a longer one is shown as it stands

_MARKERS_ONLY = re.compile(r"[ \t>]*(?:[-+*=_#~`|: \t]+|\d{1,9}[.)]?[ \t]*|\$\$?|\\[\[(]?)?")
_STARTS_BLOCK = re.compile(r"[ \t>]*(?:[-+*|]|\d{1,9}[.)]|#{1,6})(?:[ \t]|(?<=\|))")
_MARKER = re.compile(r"(?:[ \t>]*(?:[-+*]|\d{1,9}[.)]|#{1,6})[ \t]+(?:\[[ xX]\][ \t])?)*[ \t>]*")
_HALF_MARKER = re.compile(r"\[(?:[ xX]\]?)?|\d{1,9}[.)]?|#{1,6}")
_HALF_ALERT = re.compile(r"[ \t]*>[ \t>]*\[!?[a-zA-Z]*\]?[ \t]*")
_ENDS = re.compile(r"[ \t>]*(?:\||#{1,6}[ \t])")  # what its line feed ends
_CLOSES_BLOCK = re.compile(r"[ \t>]*(?:`{3,}|~{3,}|\$\$|\\\])[ \t]*")
_DEFINITION = re.compile(r"[ \t>]*\[(?!\^)[^\[\]]+\]:(?:[ \t]|\Z)")
_BLANK = re.compile(r"[ \t>]*")


def closed(text: str, raw: str = "") -> str:
    """Return `text` with its last paragraph, row or code line closed; `raw` is what it begins in (see `raw_after`)."""
    lines = text.split("\n")
    state = fenced(lines if lines[-1] else lines[:-1], raw)  # what comes after a line feed may be no blank line
    opener = opener_of(state.raw)
    if opener[:1] in ("`", "~"):
        lines = _without_half_fence(lines, opener)
    elif opener == "<":
        lines = _closed_html(lines)
    elif not state.raw and state.open_formula is None:
        lines = _closed_paragraph(lines)
    return "\n".join(lines)


def _closed_html(lines: list[str]) -> list[str]:
    """Close what a line that begins with a tag has begun: a paragraph, or an HTML block in which there is Markdown."""
    first = len(lines) - 1
    while first > 0 and not _BLANK.fullmatch(lines[first - 1]):
        first -= 1
    run = "\n".join(lines[first:])
    if len(run) > LONGEST:
        return lines
    html = unfinished_html(run)
    if html is None:
        return _closed_paragraph(lines)
    markdown = "\n".join(_closed_paragraph(html.markdown.split("\n")))
    return [*lines[:first], html.before + markdown + html.after]


def _closed_paragraph(lines: list[str]) -> list[str]:
    if not _MARKERS_ONLY.fullmatch(lines[-1]):
        return _closed_lines(lines)
    before = lines[:-1]  # the last may become a rule, a heading's underline, a list or a table
    if not before or _BLANK.fullmatch(before[-1]) or _CLOSES_BLOCK.fullmatch(lines[-1]):
        return [*before, ""]
    if _is_table_head(before, len(before) - 1):
        return [*before[:-1], *_table_head(before[-1])]
    has_ended = _ENDS.match(before[-1]) or _CLOSES_BLOCK.fullmatch(before[-1])
    return [*before, ""] if has_ended else _closed_lines([*before, ""])


def _closed_lines(lines: list[str]) -> list[str]:
    first = _paragraph_start(lines)
    paragraph = "\n".join(lines[first:])
    if not paragraph or len(paragraph) > LONGEST:
        return lines
    if _is_table_head(lines, len(lines) - 1):
        return [*lines[:-1], *_table_head(lines[-1])]
    marker = _MARKER.match(paragraph)
    begin = marker.end() if marker else 0
    rest = "" if begin and _HALF_MARKER.fullmatch(paragraph, begin) else closed_inline(paragraph[begin:])
    goes_on = first and not _BLANK.fullmatch(lines[first - 1])
    is_mark = rest.strip() == "|" or (goes_on and not rest.strip())  # alone it would be text
    if is_mark or _HALF_ALERT.fullmatch(paragraph) or _DEFINITION.match(lines[-1]):
        return [*lines[:first], ""]
    return [*lines[:first], paragraph[:begin] + rest]


def _paragraph_start(lines: list[str]) -> int:
    """Return the line where the last paragraph, list item or table row begins."""
    index = len(lines) - 1
    if index > 0 and not lines[index]:
        index -= 1
    while index > 0 and not _STARTS_BLOCK.match(lines[index]):
        if _BLANK.fullmatch(lines[index - 1]) or _CLOSES_BLOCK.fullmatch(lines[index - 1]):
            break
        index -= 1
    return index


def _is_table_head(lines: list[str], index: int) -> bool:
    """Tell whether a line that begins with `|` begins a block of its own: it will be a table's head."""
    if not lines[index].startswith("|"):
        return False
    return index == 0 or _BLANK.fullmatch(lines[index - 1]) is not None


def _table_head(line: str) -> list[str]:
    """Return the row with its last cell closed, and the line that makes it a table's head."""
    row = closed_inline(line.rstrip())
    row = row if row.endswith("|") else f"{row}|"
    columns = len(re.findall(r"(?<!\\)\|", row)) - 1
    return [row, "|" + "-|" * columns]


def _without_half_fence(lines: list[str], fence: str) -> list[str]:
    """Leave out a last line that may become the closing fence."""
    last = lines[-1].strip(" \t>")
    return [*lines[:-1], ""] if last and not last.strip(fence[0]) and len(lines) > 1 else lines
