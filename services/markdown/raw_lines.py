"""Which lines are raw: code between fences and HTML, where Markdown and formulas mean nothing."""

import re

_CONTAINERS = r"([ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*)"
_CODE_FENCE = re.compile(_CONTAINERS + r"(`{3,}(?=[^`]*$)|~{3,})(.*)")
_HTML = re.compile(
    _CONTAINERS + r"(<!--|<\?|<!\[CDATA\[|<![a-z]|<(?:script|pre|style|textarea)(?=[\s>]|$)|</?[a-z])", re.IGNORECASE
)
_HTML_ENDS = {
    "<!--": "-->",
    "<?": "?>",
    "<![cdata[": "]]>",
    "<script": "</script>",
    "<pre": "</pre>",
    "<style": "</style>",
    "<textarea": "</textarea>",
}
_TAG = "<"


def raw_after(raw: str, line: str) -> str:
    """Return what the text is inside after `line`: a code fence's characters, an HTML opener, or nothing.

    `raw` is what it was inside before. Before the characters stands ">" where a quotation holds it, or as many blanks
    as the list item's words are indented by; it ends with them. An item that began on an earlier line is not followed,
    so this can differ from what the parser finds; it is the same for the same lines, which growing documents need.
    """
    raw = "" if raw and _has_left(raw, line) else raw
    inside = opener_of(raw)
    if inside.startswith("<"):
        return "" if _ends_html(inside, line) else raw
    mark = _CODE_FENCE.fullmatch(line) if "```" in line or "~~~" in line else None
    if mark is None:
        return raw or _html_opener(line)
    if not raw:
        return _container(mark[1]) + mark[2]
    is_there = not mark[1].strip(" \t>") and (">" in mark[1]) == (raw[0] == ">")
    closes = mark[2][0] == inside[0] and len(mark[2]) >= len(inside) and not mark[3].strip()
    return "" if is_there and closes else raw


def opener_of(raw: str) -> str:
    """Return the fence's characters or the HTML opener alone."""
    return raw.lstrip("> ")


def _container(prefix: str) -> str:
    """Return what tells the lines that stay inside the containers which one line begins with."""
    if ">" in prefix:
        return ">"
    return " " * len(prefix.expandtabs(4)) if prefix.strip() else ""


def _has_left(raw: str, line: str) -> bool:
    words = line.expandtabs(4).lstrip(" ")
    if raw[0] == ">":
        return not words.startswith(">")
    needed = len(raw) - len(opener_of(raw))
    return bool(words) and len(line.expandtabs(4)) - len(words) < needed


def _html_opener(line: str) -> str:
    if "<" not in line or not (mark := _HTML.match(line)):
        return ""
    opener = mark[2].lower()
    if opener not in _HTML_ENDS and not opener.startswith("<!"):
        opener = _TAG
    return "" if _ends_html(opener, line) else _container(mark[1]) + opener


def _ends_html(opener: str, line: str) -> bool:
    if opener == _TAG:
        return not line.strip()
    return _HTML_ENDS.get(opener, ">") in line.lower()
