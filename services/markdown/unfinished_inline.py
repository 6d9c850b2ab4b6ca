"""Unfinished emphasis, code, links and formulas at the end of a paragraph, closed or left out."""

import re

from nicewen.services.markdown.unfinished_formulas import FORMULA_ENDS, formula_end, without_formula

_TOKEN = re.compile(
    r"<(?:https?://|mailto:)[^\s<>]*>?|</?(?:sub|sup|kbd|mark)>|\\[()\[\]]|\\.|`+|\$\$?|\*+|_+|~{1,2}|!?\["
    r"|\]\((?:[^()\n]++|\([^()\n]*+\))*+\)|\]\(|\]",
    re.DOTALL | re.IGNORECASE,
)
_HALF = re.compile(
    r"(?:\\\n?|!|<(?:/?[a-z]{0,9}|br ?/?|https?:/{0,2}|mailto:|[a-z0-9][\w.+-]{0,60}@?)|\$\$?|&#?\w{0,8})\Z",
    re.IGNORECASE | re.ASCII,
)
_MARK = re.compile(r"\[(?:\^[^\[\]\s]{0,30}\]?:?|[^\[\]\n]{0,3}\]?)\Z")  # of a footnote or a source
_HALF_ADDRESS = re.compile(
    r"<(?:https?://|mailto:)[^\s<>]+\Z|<[\w.+-]+@[a-z0-9-]+(?:\.[a-z0-9-]+)*(\.?)\Z", re.IGNORECASE | re.ASCII
)
_NOTHING = re.compile(r"(?:[*_~\s]|<\w+>)*")
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
                return _finished(_with_code(text, token.start(), mark), closers, None)
            position = whole = end
        elif mark in FORMULA_ENDS:
            end = formula_end(text, mark, position)
            if end < 0:
                return _finished(without_formula(text, token), closers, None)
            position, whole = end or position, end or whole
        elif mark[0] in "*_~":
            if not _emphasis(text, token, closers):
                return _finished(text[: token.start()], closers, None)
        elif mark[0] == "<":
            _tag(token, closers)
        elif mark in ("[", "!["):
            closers.append(("]", token.start()))
        elif mark[0] == "]" and (opener := _taken(closers, "]")) and not _goes_on(mark, position, text):
            is_mark = token.end() == len(text) and _MARK.match(text, opener[1])
            shown = text[: opener[1]] if is_mark else _label(text, opener[1], token.start())
            return _finished(shown, closers, None)  # a half link: show what it says
    return _finished(text, closers, whole)


def _finished(text: str, closers: list[tuple[str, int]], whole: int | None = 0) -> str:
    """Append the closers of emphasis, the last opened first, and take half links' brackets away.

    What stands before `whole`, or all, is not looked at for the first half of something.
    """
    if whole is not None:
        text = _without_half(text, whole)
        closers = [closer for closer in closers if closer[1] < len(text)]
    for end, start in reversed(closers):
        if end == "]":
            text = _label(text, start, len(text))
        elif _NOTHING.fullmatch(text, start):
            text = text[:start].rstrip()
        else:
            text = text.rstrip() + end
    return text


def _without_half(text: str, whole: int) -> str:
    """Leave out what may be the first half of a mark, and end an address."""
    for pattern, after in (_HALF, "\\"), (_MARK, "\\!"):
        half = pattern.search(text, whole)
        if half and text[: half.start()][-1:] not in tuple(after):
            text = text[: half.start()]
    address = _HALF_ADDRESS.search(text, whole)
    return f"{text.removesuffix(address[1] or '')}>" if address else text


def _tag(token: re.Match[str], closers: list[tuple[str, int]]) -> None:
    """Read a tag of a pair; other text between `<` and `>` is an address, in which nothing is a mark."""
    mark = token[0].lower()
    if mark.startswith("</"):
        _taken(closers, mark)
    elif mark[1] in "sk" or mark == "<mark>":
        closers.append((f"</{mark[1:]}", token.start()))


def _goes_on(mark: str, position: int, text: str) -> bool:
    """Tell whether what `]` belongs to is complete: a whole link, or brackets with something else behind them."""
    return mark != "](" and (mark != "]" or position < len(text))


def _emphasis(text: str, token: re.Match[str], closers: list[tuple[str, int]]) -> bool:
    """Read one run of delimiters; False where the text ends with it and it may be the first half of one."""
    mark, before, after = token[0], text[: token.start()][-1:], text[token.end() :][:1]
    if not after and closers and closers[-1][0].startswith(mark) and closers[-1][0] != mark:
        return False
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


def _with_code(text: str, start: int, mark: str) -> str:
    content = text[start + len(mark) :].rstrip("`").removesuffix("\\")  # in a table, a bar may follow
    return f"{text[:start]}{mark}{content}{mark}" if content.strip() else text[:start].rstrip()


def _label(text: str, start: int, end: int) -> str:
    opener = 2 if text.startswith("![", start) else 1
    return text[:start] + text[start + opener : end]
