"""Which lines are raw: code between fences and HTML, where Markdown and formulas mean nothing."""

import re

_CONTAINERS = r"[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*"
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

    `raw` is what it was inside before. Lines that are indented out of a list item are not followed, so this can
    differ from what the parser finds; it is the same for the same lines, which is what growing documents need.
    """
    if raw.startswith("<"):
        return "" if _ends_html(raw, line) else raw
    mark = _CODE_FENCE.fullmatch(line) if "```" in line or "~~~" in line else None
    if mark is None:
        return raw or _html_opener(line)
    if not raw:
        return mark[1]
    closes = mark[1][0] == raw[0] and len(mark[1]) >= len(raw) and not mark[2].strip()
    return "" if closes else raw


def _html_opener(line: str) -> str:
    if "<" not in line or not (mark := _HTML.match(line)):
        return ""
    opener = mark[1].lower()
    if opener not in _HTML_ENDS and not opener.startswith("<!"):
        opener = _TAG
    return "" if _ends_html(opener, line) else opener


def _ends_html(opener: str, line: str) -> bool:
    if opener == _TAG:
        return not line.strip()
    return _HTML_ENDS.get(opener, ">") in line.lower()
