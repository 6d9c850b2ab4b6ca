"""The end of an unfinished text, closed so that it looks as it will when the rest has come."""

import re

from nicewen.services.markdown.formula_fences import fenced
from nicewen.services.markdown.raw_lines import opener_of
from nicewen.services.markdown.unfinished_inline import closed_inline

LONGEST = 5_000  # characters of one paragraph that are looked at; a longer one is shown as it stands

_MARKERS_ONLY = re.compile(r"[ \t>]*(?:[-+*=_#~`|: \t]+|\d{1,9}[.)]?[ \t]*|\$\$?|\\[\[(]?)?")
_STARTS_BLOCK = re.compile(r"[ \t>]*(?:[-+*|]|\d{1,9}[.)]|#{1,6})(?:[ \t]|(?<=\|))")
_MARKER = re.compile(r"(?:[ \t>]*(?:[-+*]|\d{1,9}[.)]|#{1,6})[ \t]+(?:\[[ xX]\][ \t])?)*[ \t>]*")
_HALF_CHECKBOX = re.compile(r"\[(?:[ xX]\]?)?")
_DETAILS = re.compile(r"^[ \t]*<(/?)details\b[^>\n]*>", re.MULTILINE | re.IGNORECASE)
_BLANK = re.compile(r"[ \t>]*")


def closed(text: str, raw: str = "") -> str:
    """Return `text` with its last paragraph, row or code line closed; `raw` is what it begins in (see `raw_after`)."""
    lines = text.split("\n")
    state = fenced(lines, raw)
    opener = opener_of(state.raw)
    if opener[:1] in ("`", "~"):
        lines = _without_half_fence(lines, opener)
        lines += [opener] if opener == state.raw and "<details" in text.lower() else []
    elif state.open_formula is not None and lines[-1].strip(" \t>") in ("$", "\\"):
        lines.pop()
    elif not state.raw and state.open_formula is None:
        lines = _closed_paragraph(lines)
    return _with_closed_details("\n".join(lines))


def _closed_paragraph(lines: list[str]) -> list[str]:
    if _MARKERS_ONLY.fullmatch(lines[-1]):  # may become a rule, a heading's underline, a list or a table
        lines = [*lines[:-1], ""]
        if len(lines) < 2 or not _is_table_head(lines, len(lines) - 2):
            return lines
        lines.pop()
    first = _paragraph_start(lines)
    paragraph = "\n".join(lines[first:])
    if not paragraph or len(paragraph) > LONGEST:
        return lines
    if _is_table_head(lines, len(lines) - 1):
        return [*lines[:-1], *_table_head(lines[-1])]
    marker = _MARKER.match(paragraph)
    begin = marker.end() if marker else 0
    rest = "" if begin and _HALF_CHECKBOX.fullmatch(paragraph, begin) else closed_inline(paragraph[begin:])
    return [*lines[:first], paragraph[:begin] + rest]


def _paragraph_start(lines: list[str]) -> int:
    """Return the line where the last paragraph, list item or table row begins."""
    index = len(lines) - 1
    while index > 0 and not _STARTS_BLOCK.match(lines[index]) and not _BLANK.fullmatch(lines[index - 1]):
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


def _with_closed_details(text: str) -> str:
    level = sum(-1 if tag[1] else 1 for tag in _DETAILS.finditer(text))
    return text + "\n\n</details>" * min(max(level, 0), 20)
