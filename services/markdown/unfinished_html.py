"""The end of HTML that is still being written: which part of it is Markdown, and half a tag left out."""

import re
from typing import NamedTuple

_BEGIN = r"^[ \t>]*(?:(?:[-+*]|\d{1,9}[.)])[ \t]+)*"
_BLOCK = re.compile(  # CommonMark's sixth kind of HTML block, which may interrupt a paragraph
    _BEGIN
    + r"</?(?:address|article|aside|base|basefont|blockquote|body|caption|center|col|colgroup|dd|details|dialog|dir"
    r"|div|dl|dt|fieldset|figcaption|figure|footer|form|frame|frameset|h[1-6]|head|header|hr|html|iframe|legend|li|link"
    r"|main|menu|menuitem|nav|noframes|ol|optgroup|option|p|param|search|section|summary|table|tbody|td|tfoot|th|thead"
    r"|title|tr|track|ul)(?:[ \t]|/?>|$)",
    re.MULTILINE | re.IGNORECASE,
)
_LONE_TAG = re.compile(_BEGIN + r"</?[a-zA-Z][\w-]*(?:[ \t][^<>\n]*)?/?>[ \t]*\n")  # the seventh kind
_HALF_TAG = re.compile(r"</?[a-zA-Z]*(?:[ \t]+\w*)?\Z")
_BEFORE_MARKDOWN = re.compile(r"</?(?:details(?:\s+open)?|summary)\s*>", re.IGNORECASE)


class UnfinishedHtml(NamedTuple):
    """An HTML block in three parts."""

    before: str
    markdown: str
    """What is to be closed."""
    after: str
    """What ends the block then."""


def unfinished_html(run: str) -> UnfinishedHtml | None:
    """Return the lines without a blank one at the end of a text in parts, or None where they are a paragraph."""
    if not _BLOCK.search(run) and not _LONE_TAG.match(run):
        return None
    run = _HALF_TAG.sub("", run)
    tags = list(_BEFORE_MARKDOWN.finditer(run))
    if not tags:
        return UnfinishedHtml(run, "", "")
    begin = tags[-1].end()
    return UnfinishedHtml(run[:begin], run[begin:], "</summary>" if tags[-1][0][:2].lower() == "<s" else "")
