"""Markdown in, HTML blocks out: any text of up to a million characters, in bounded time and harmless.

The order: caps, line-based rewriting (formulas, ends of addresses), `comrak`, our own HTML, `nh3`.
"""

import re
from collections.abc import Generator, Sequence
from dataclasses import dataclass
from sys import maxsize
from typing import cast

from nicewen.services.markdown import caps
from nicewen.services.markdown.flow import flow_html
from nicewen.services.markdown.formula_fences import fenced
from nicewen.services.markdown.grouping import Block, Piece, grouped, piece_of, plain_piece
from nicewen.services.markdown.highlighting import Growing
from nicewen.services.markdown.inline import Place, TooDeepError
from nicewen.services.markdown.leaves import Leaf
from nicewen.services.markdown.links import with_ends
from nicewen.services.markdown.long_paragraphs import cut
from nicewen.services.markdown.parser import Node, deep_blocks, kind, lines_of, parsed
from nicewen.services.markdown.sanitizing import sanitized

_FOOTNOTE = re.compile(r"^[ \t>]*\[\^[^\]\n]+\]:", re.MULTILINE)
_TOO_DEEP = "<!---->"


@dataclass(frozen=True, slots=True)
class Reading:
    """What one text was read as."""

    blocks: list[Block]
    open_line: int | None
    """First line (from 0) of what a later line may still change although other blocks have begun after it."""

    @property
    def stable(self) -> tuple[int, int]:
        """How many blocks, and how many leaves of the container after them, no later line can change."""
        blocks, open_line = self.blocks, self.open_line
        count = len(blocks) - 1
        if count > 0 and blocks[count].first_line < blocks[count - 1].first_line:
            count -= 1  # the footnotes are not at the end of the text
        if open_line is not None:
            count = min(count, sum(block.last_line < open_line for block in blocks))
        if count < 0:
            return 0, 0
        return count, blocks[count].final if open_line is None else 0


def render(text: str, prefix: str = "") -> str:
    """Return the HTML of `text`; footnote ids contain `prefix`, which tells messages on one page apart."""
    return "\n".join(block.html for block in blocks(text, prefix))


def blocks(text: str, prefix: str = "") -> list[Block]:
    """Return the top-level blocks of `text` in the order of their lines; footnotes are one block at the end."""
    return read(cut(caps.normalised(text)), prefix).blocks


def read(
    text: str, prefix: str = "", raw: str = "", *, unfinished: bool = False, growing: Growing | None = None
) -> Reading:
    """Read normalised text whose first line stands inside `raw`, as `fenced` of the text before it tells.

    With `unfinished` a formula or `<details>` that is still open at the end is shown as it will look.
    """
    slices = reading(text, prefix, raw, unfinished=unfinished, growing=growing)
    while True:
        try:
            next(slices)
        except StopIteration as end:
            return cast("Reading", end.value)


def reading(
    text: str, prefix: str = "", raw: str = "", *, unfinished: bool = False, growing: Growing | None = None
) -> Generator[None, None, Reading]:
    """Read like `read`, stopping after each block so that something else can go on in between."""
    lines = text.split("\n")
    with_fences = fenced(lines, raw, unfinished=unfinished)
    tree, deep = _tree("\n".join(with_fences.lines))
    place = Place(_id_part(prefix), growing_code=growing, growing_line=_last_line(lines) if unfinished else maxsize)
    notes = [node for node in tree.children if kind(node) == "FootnoteDefinition"]
    pieces: list[Piece] = []
    for node in tree.children:
        first = lines_of(node)[0] - 1
        if first in deep:
            pieces.append(plain_piece(lines, first, deep[first]))
        elif kind(node) != "FootnoteDefinition":
            pieces.append(piece_of(node, lines, place))
        yield
    found, open_details = grouped(pieces, len(lines), unfinished=unfinished)
    open_lines = [line for line in (with_fences.open_formula, open_details) if line is not None]
    if not unfinished:  # what refers to them may be settled; then the parser leaves them out, so all wait for the end
        found += _footnotes(notes, place)
    return Reading(found, min(open_lines, default=None))


def _tree(text: str) -> tuple[Node, dict[int, int]]:
    """Parse; what is too deep for that becomes an empty comment, and is returned with its first and last line."""
    source = with_ends(caps.stopped(text))
    footnotes = len(_FOOTNOTE.findall(source)) <= caps.FOOTNOTES
    deep: dict[int, int] = {}
    if caps.may_be_deep(source):
        lines = source.split("\n")
        for first, last in deep_blocks(source, caps.DEPTH, footnotes=footnotes):
            lines[first - 1 : last] = [_TOO_DEEP] + [""] * (last - first)
            deep[first - 1] = last - 1
        source = "\n".join(lines)
    return parsed(source, footnotes=footnotes), deep


def _footnotes(notes: list[Node], place: Place) -> list[Block]:
    """Return one block, which says where the last definition is: other blocks may stand after that."""
    if not notes:
        return []
    items = "\n".join(_footnote(node, number, place) for number, node in enumerate(notes, start=1))
    html = sanitized(f'<section class="nicewen-footnotes"><ol>\n{items}\n</ol></section>')
    first, last = max(lines_of(node) for node in notes)
    return [Block(first - 1, last - 1, [Leaf(html)])]


def _footnote(node: Node, number: int, place: Place) -> str:
    name = f"{place.prefix}{number}"
    back = f'<a href="#nicewen-fnref-{name}" class="nicewen-footnote-back" aria-label="{number}">↩</a>'
    try:
        content = flow_html(node.children, place.inside())
    except (TooDeepError, caps.TooLargeError):
        content = ""
    before, after = (content[: -len("</p>")], "</p>") if content.endswith("</p>") else (content, "")
    return f'<li id="nicewen-fn-{name}">{before} {back}{after}</li>'


def _last_line(lines: Sequence[str]) -> int:
    """Return the last line that is not blank, counted from 1."""
    return next((number for number in range(len(lines), 0, -1) if lines[number - 1].strip(" \t>")), 1)


def _id_part(prefix: str) -> str:
    safe = re.sub(r"[^A-Za-z0-9_-]", "", prefix)
    return f"{safe}-" if safe else ""
