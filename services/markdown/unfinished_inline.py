"""Unfinished emphasis, code, links and formulas at the end of a paragraph, closed or left out."""

import re

_TOKEN = re.compile(r"\\[()\[\]]|\\.|`+|\$\$?|\*+|_+|~{1,2}|!?\[|\]\([^)\n]*\)|\]\(|\]", re.DOTALL)
_HALF = re.compile(r"(?:\\|!|<[/a-zA-Z]*|\$\$?|&#?\w{0,8})\Z")
_FORMULA_ENDS = {"$": "$", "$$": "$$", "\\(": "\\)", "\\[": "\\]"}
_OPENS_AFTER = re.compile(r"[\s(（\[{“‘「『《,，。、；;：:！!？?|>\"'*_~—-]|[\u2e80-\u9fff]")


def closed_inline(text: str) -> str:
    """Return `text` with everything closed that is still open at its end.

    Approximate on purpose: it decides what an unfinished paragraph looks like, never what a finished one is.
    """
    closers: list[tuple[str, int]] = []  # what ends it, where it began
    position = whole = 0  # what stands before `whole` is code and formulas that have ended
    while token := _TOKEN.search(text, position):
        position, mark = token.end(), token[0]
        if mark[0] == "`":
            end = _code_end(text, mark, position)
            if end < 0:
                return _finished(_with_code(text, token.start(), mark), closers)
            position = whole = end
        elif mark in _FORMULA_ENDS:
            end = _formula_end(text, mark, position)
            if end < 0:
                return _finished(_with_source(text, token.start(), position), closers)
            position, whole = end or position, end or whole
        elif mark[0] in "*_~":
            if not _emphasis(text, token, closers):
                return _finished(text[: token.start()], closers)
        elif mark in ("[", "!["):
            closers.append(("]", token.start()))
        elif mark[0] == "]" and (opener := _taken(closers, "]")) and not _goes_on(mark, position, text):
            return _finished(_label(text, opener[1], token.start()), closers)  # a half link: show what it says
    return _finished(text, closers, whole)


def _finished(text: str, closers: list[tuple[str, int]], whole: int = 0) -> str:
    """Append the closers of emphasis, the last opened first, and take half links' brackets away."""
    half = _HALF.search(text, whole)
    if half and text[: half.start()][-1:] != "\\":
        text = text[: half.start()]
    for end, start in reversed(closers):
        if end == "]":
            text = _label(text, start, len(text))
        elif not text[start:].strip("*_~ \t\n"):
            text = text[:start].rstrip()
        else:
            text = text.rstrip() + end
    return text


def _goes_on(mark: str, position: int, text: str) -> bool:
    """Tell whether what `]` belongs to is complete: a whole link, or brackets with something else behind them."""
    return mark != "](" and (mark != "]" or position < len(text))


def _emphasis(text: str, token: re.Match[str], closers: list[tuple[str, int]]) -> bool:
    """Read one run of delimiters; False where the text ends with it and it may be the first half of one."""
    mark, before, after = token[0], text[: token.start()][-1:], text[token.end() :][:1]
    if before and not before.isspace() and _taken(closers, mark):
        return True
    if not after:
        return False
    opens = mark[0] != "_" or not before or _OPENS_AFTER.match(before)
    if opens and not after.isspace() and mark != "~":
        closers.append((mark, token.start()))
    return True


def _taken(closers: list[tuple[str, int]], end: str) -> tuple[str, int] | None:
    """Take the nearest opener that `end` closes off the list, with what was opened inside it."""
    for index in range(len(closers) - 1, -1, -1):
        if closers[index][0] == end:
            found = closers[index]
            del closers[index:]
            return found
    return None


def _code_end(text: str, mark: str, position: int) -> int:
    for run in re.finditer("`+", text[position:]):
        if run[0] == mark:
            return position + run.end()
    return -1


def _formula_end(text: str, mark: str, position: int) -> int:
    """Return where the formula ends, -1 if it is unfinished, 0 if this is no formula (a price, a lone `$`)."""
    end = text.find(_FORMULA_ENDS[mark], position)
    if end >= 0:
        return end + len(mark)
    following = text[position : position + 1]
    return 0 if mark == "$" and (not following or following.isspace() or following.isdigit()) else -1


def _with_code(text: str, start: int, mark: str) -> str:
    content = text[start + len(mark) :].rstrip("`")
    return f"{text[:start]}{mark}{content}{mark}" if content.strip() else text[:start].rstrip()


def _with_source(text: str, start: int, position: int) -> str:
    """Show an unfinished formula as code: half of a formula means something else than the whole."""
    content = text[position:].rstrip("\\")
    fence = "`" * (max((len(run) for run in re.findall("`+", content)), default=0) + 1)
    return f"{text[:start]}{fence} {content} {fence}" if content.strip() else text[:start].rstrip()


def _label(text: str, start: int, end: int) -> str:
    opener = 2 if text.startswith("![", start) else 1
    return text[:start] + text[start + opener : end]
