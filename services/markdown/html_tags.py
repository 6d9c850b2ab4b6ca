"""HTML in the text: a few harmless tags render where they stand in pairs, everything else shows as text."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape
from textwrap import dedent

from nicewen.services.markdown import caps

_INLINE = re.compile(r"<(/?)(br|sub|sup|kbd|mark)\s*/?>", re.IGNORECASE)
_INLINE_TAGS = re.compile(r"(</?(?:br|sub|sup|kbd|mark)\s*/?>)", re.IGNORECASE)
_DETAILS_TAGS = re.compile(r"(</?details(?:\s+open)?\s*>)", re.IGNORECASE)
_SUMMARY_TAGS = re.compile(r"(</?summary\s*>)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Tag:
    """An opening or closing tag; it counts only together with its other half."""

    name: str
    closing: bool
    source: str
    line: int = 0
    paragraph: str = ""
    """HTML of the paragraph at whose end it stands, if it does."""

    @property
    def shown(self) -> str:
        """The tag as text (HTML), for one without its other half."""
        source = escape(self.source, quote=False)
        if self.paragraph:
            return f"{self.paragraph.removesuffix('</p>')}{source}</p>"
        return f"<p>{source}</p>" if self.name == "details" else source

    @property
    def html(self) -> str:
        """The tag itself."""
        if self.closing:
            return f"{self.paragraph}\n</{self.name}>".lstrip()
        return f"<{self.name} open>" if "open" in self.source.lower() else f"<{self.name}>"


def is_details_end(source: str) -> bool:
    """Tell whether this is `</details>`."""
    return source.startswith("</") and _DETAILS_TAGS.fullmatch(source) is not None


def inline_tag(source: str) -> str | Tag:
    """Return `<br>`, one half of a pair, or the source as text."""
    match = _INLINE.fullmatch(source)
    if match is None:
        return escape(source, quote=False)
    name = match[2].lower()
    return "<br>" if name == "br" else Tag(name, bool(match[1]), source)


def paired(parts: Sequence[str | Tag]) -> list[str]:
    """Return `parts` as HTML: tags that match each other as tags, the others as text."""
    finished = [part for part in parts if isinstance(part, str)]
    if len(finished) == len(parts):
        return finished
    pairs = pairs_of(parts)
    ends = {*pairs, *pairs.values()}
    return [part if isinstance(part, str) else part.html if i in ends else part.shown for i, part in enumerate(parts)]


def with_closers(parts: Sequence[str | Tag], line: int) -> list[str | Tag]:
    """Return `parts` with the closing tags that are still to come, for a text that ends with this line."""
    pairs = pairs_of(parts)
    unpaired = [part for at, part in enumerate(parts) if isinstance(part, Tag) and not part.closing and at not in pairs]
    missing = [Tag(tag.name, True, f"</{tag.name}>", line) for tag in unpaired[: -caps.INLINE_HTML_DEPTH - 1 : -1]]
    ends = set(pairs_of([*parts, *missing]).values())
    return [*parts, *(tag for at, tag in enumerate(missing, start=len(parts)) if at in ends)]


def pairs_of(parts: Sequence[str | Tag]) -> dict[int, int]:
    """Return the index of each opening tag with that of its closing one.

    Pairs never cross and hold at most `caps.INLINE_HTML_DEPTH` levels of others. Whether two tags are a pair depends
    only on what stands between them, so a growing document that no longer looks at what is before finds the same.
    """
    pairs: dict[int, int] = {}
    open_at: list[_Open] = []
    for index, part in enumerate(parts):
        if not isinstance(part, Tag):
            continue
        if not part.closing:
            open_at.append(_Open(index, part))
        elif opener := _opener(open_at, part):
            levels = opener.levels + 1
            if levels <= caps.INLINE_HTML_DEPTH:
                pairs[opener.index] = index
            if open_at:
                open_at[-1].levels = max(open_at[-1].levels, levels)
    return pairs


@dataclass(slots=True)
class _Open:
    index: int
    tag: Tag
    levels: int = 0
    """How many pairs stand inside each other after this tag."""


def _opener(open_at: list[_Open], closer: Tag) -> _Open | None:
    """Take the nearest tag of the closer's name off `open_at`; what was opened after it stays text."""
    for back in range(1, min(len(open_at), caps.INLINE_HTML_DEPTH) + 1):
        found = open_at[-back]
        if closer.line - found.tag.line > caps.DETAILS_LINES:
            open_at.clear()  # all before it are still farther away
            return None
        if found.tag.name == closer.name:
            found.levels = max(opened.levels for opened in open_at[-back:])
            del open_at[-back:]
            return found
    return None


def block_parts(source: str, line: int, markdown: Callable[[str], str]) -> list[str | Tag]:
    """Return an HTML block cut at `<details>` tags; what stands between is finished HTML.

    Where it has such tags or a summary, what is between them is read as Markdown, unlike in CommonMark: people expect
    it, and models leave the blank lines out.
    """
    if not _DETAILS_TAGS.search(source) and not _SUMMARY_TAGS.search(source):
        return [*_paragraph(caps.unstopped(source))]
    if source.count("<") > caps.HTML_MARKS:
        markdown = _plain
    parts: list[str | Tag] = []
    for index, piece in enumerate(_DETAILS_TAGS.split(source)):
        if index % 2:
            parts.append(Tag("details", piece.startswith("</"), piece, line))
        else:
            parts.extend(_between(piece, markdown))
        line += piece.count("\n")
    return parts


def _between(source: str, markdown: Callable[[str], str]) -> list[str]:
    """Return summaries and what else is in a piece of an HTML block."""
    pieces = _SUMMARY_TAGS.split(source)
    found: list[str] = []
    for index, piece in enumerate(pieces):
        if index % 2 or not piece.strip():
            continue
        opener, closer = pieces[index - 1 : index] or [""], pieces[index + 1 : index + 2] or [""]
        inner = markdown(dedent(piece).strip("\n"))
        if opener[0][:2] not in ("", "</") and closer[0][:2] == "</":
            inner = f"<summary>{_without_paragraph(inner)}</summary>"
        found.append(inner)
    return found


def _without_paragraph(html: str) -> str:
    is_one = html.startswith("<p>") and html.find("</p>") == len(html) - len("</p>")
    return html[len("<p>") : -len("</p>")] if is_one else html


def _plain(source: str) -> str:
    return "".join(_paragraph(caps.unstopped(source)))


def _paragraph(source: str) -> list[str]:
    """Return HTML that does not render as a paragraph of text; its Markdown is not read, as in CommonMark."""
    inner = "".join(paired([inline_tag(part) for part in _INLINE_TAGS.split(source)])).strip("\n")
    return [f"<p>{inner}</p>"] if inner.strip() else []
