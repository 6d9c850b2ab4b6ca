"""Blocks as HTML. Containers (lists, tables, quotations, code) also in pieces: their shell and their kids."""

import re
from collections.abc import Callable, Sequence
from functools import partial
from html import escape
from typing import NamedTuple

from nicewen.services.markdown import caps, highlighting
from nicewen.services.markdown.formula_fences import FORMULA, UNFINISHED, original
from nicewen.services.markdown.formulas import formula
from nicewen.services.markdown.html_tags import Tag, block_parts, is_details_end, paired, with_closers
from nicewen.services.markdown.inline import Place, inline_html
from nicewen.services.markdown.leaves import with_kids
from nicewen.services.markdown.parser import Node, kind, lines_of, name_of, parsed, value

_WORDS = re.compile(r"[^\W\d_](?:[^\W_]| (?=[^\W_])|[，。！？、：；])*")


class Kid(NamedTuple):
    """An item, row, quoted block or line; source lines are counted from 1."""

    first_line: int
    last_line: int
    write: Callable[[], str]


class Container(NamedTuple):
    """A block in pieces; `shell` is HTML whose innermost last element holds the kids."""

    shell: str
    kids: Sequence[Kid]
    final: int
    """So many kids from the first will not change when more lines come."""
    head: int = 0
    """So many lines from the first one must stand before any rest of it for the parser to know what it is."""

    @property
    def html(self) -> str:
        """All of it."""
        return with_kids(self.shell, [kid.write() for kid in self.kids])


def container_of(node: Node, place: Place) -> Container | None:
    """Return a block in pieces, or None where it is none of these."""
    name = kind(node)
    if name == "CodeBlock" and (not value(node).fenced or value(node).info in (FORMULA, UNFINISHED)):
        return None
    return _CONTAINERS[name](node, place) if name in _CONTAINERS else None


def block_html(node: Node, place: Place) -> str:
    """Return the HTML of one block that is not raw HTML; raises `TooDeepError` beyond `caps.DEPTH`."""
    container = container_of(node, place)
    return container.html if container else _WRITERS.get(kind(node), _other)(node, place)


def parts_of(node: Node, place: Place) -> list[str | Tag]:
    """Return a block as HTML, with `<details>` tags apart: their other half may be another block."""
    if kind(node) == "Paragraph":
        return _paragraph_parts(node, place)
    if kind(node) != "HtmlBlock":
        return [block_html(node, place)]
    return block_parts(original(value(node).literal), lines_of(node)[0] - 1, partial(_markdown, place=place))


def _markdown(text: str, place: Place) -> str:
    """Return a piece of an HTML block as Markdown, or plain where it may be too deep for the parser."""
    if _WORDS.fullmatch(text):
        return f"<p>{text}</p>"  # most summaries; parsing would cost 20 times as much
    return plain(text) if caps.may_be_deep(text) else flow_html(parsed(text, footnotes=False).children, place)


def flow_html(nodes: Sequence[Node], place: Place) -> str:
    """Return the HTML of blocks that follow each other."""
    inner = place.inside()
    parts = [part for node in nodes for part in parts_of(node, inner)]
    is_growing = bool(nodes) and lines_of(nodes[-1])[1] >= place.growing_line
    return "\n".join(paired(with_closers(parts, place.growing_line) if is_growing else parts))


def plain(text: str) -> str:
    """Return `text` as it is, for what no parser may see."""
    text = caps.unstopped(text)
    pieces = (text[start : start + caps.PLAIN_CHARACTERS] for start in range(0, len(text), caps.PLAIN_CHARACTERS))
    return "\n".join(
        f'<pre class="nicewen-plain">{escape(piece.strip(chr(10)), quote=False)}</pre>' for piece in pieces
    )


def _other(node: Node, place: Place) -> str:
    return flow_html(node.children, place)


def _paragraph(node: Node, place: Place, *, closers: int = 0) -> str:
    first = node.children[0] if node.children else None
    is_rest = first is not None and kind(first) == "Text" and value(first).startswith(caps.CONTINUED)
    opening = '<p class="nicewen-rest">' if is_rest else "<p>"
    return f"{opening}{inline_html(node, place, without_last=closers)}</p>"


def _paragraph_parts(node: Node, place: Place) -> list[str | Tag]:
    """Return a paragraph, with the `</details>` that may stand right behind its last word apart."""
    inlines, closers = node.children, 0
    while closers < len(inlines) and kind(inlines[-1 - closers]) == "HtmlInline":
        if not is_details_end(value(inlines[-1 - closers])):
            break
        closers += 1
    paragraph = _paragraph(node, place, closers=closers)
    if not closers:
        return [paragraph]
    line, source = lines_of(node)[1] - 1, value(inlines[-1])
    return [Tag("details", True, source, line, "" if number else paragraph) for number in range(closers)]


def _heading(node: Node, place: Place) -> str:
    level = value(node).level
    return f"<h{level}>{inline_html(node, place)}</h{level}>"


def _rule(_node: Node, _place: Place) -> str:
    return "<hr>"


def _indented_code_or_formula(node: Node, _place: Place) -> str:
    code = value(node)
    literal = caps.unstopped(code.literal)
    if code.info not in (FORMULA, UNFINISHED):
        return with_kids(
            highlighting.code_shell(""),
            [highlighting.code_line(line) for line in highlighting.highlighted(original(literal), "")],
        )
    if code.info == UNFINISHED:
        return '<div class="nicewen-formula nicewen-pending"></div>'
    return f'<div class="nicewen-formula">{formula(literal, display=True)}</div>'


def _list(node: Node, place: Place) -> Container:
    """Return a list; whether an item stands apart from the next is its own affair, so no later one changes it."""
    shape, inner, items = value(node), place.inside(), node.children
    lines = [lines_of(item) for item in items]
    kids = []
    for index, item in enumerate(items):
        loose = index + 1 < len(items) and lines[index + 1][0] - lines[index][1] > 1
        kids.append(Kid(*lines[index], partial(_item, item, inner, loose=loose)))
    start = f' start="{shape.start}"' if shape.start != 1 else ""
    shell = "<ul></ul>" if name_of(shape.list_type) == "Bullet" else f"<ol{start}></ol>"
    return Container(shell, kids, len(kids) - 1)


def _item(node: Node, place: Place, *, loose: bool) -> str:
    inner = place.inside()
    parts: list[str | Tag] = []
    is_growing = lines_of(node)[1] >= place.growing_line
    for index, child in enumerate(node.children):
        first = index == 0 and kind(child) == "Paragraph"
        parts += [inline_html(child, inner)] if first else parts_of(child, inner)
    content = "\n".join(paired(with_closers(parts, place.growing_line) if is_growing else parts))
    is_task = kind(node) == "TaskItem"
    classes = " ".join(["nicewen-loose"] * loose + ["nicewen-task"] * is_task)
    if is_task:
        content = f'<input type="checkbox" disabled{" checked" if value(node).symbol else ""}> {content}'
    return f'<li class="{classes}">{content}</li>' if classes else f"<li>{content}</li>"


def _quotation(node: Node, place: Place) -> Container:
    """Return a quotation; what follows the final kids is parsed alone, so it may not look like an alert's head."""
    kids = node.children
    final = max(0, len(kids) - 1)
    while final and _is_like_alert(kids[final]):
        final -= 1
    return Container("<blockquote></blockquote>", _quoted(node, place), final)


def _is_like_alert(node: Node) -> bool:
    first = node.children[0] if node.children else None
    return first is not None and kind(first) == "Text" and value(first).startswith("[!")


def _alert(node: Node, place: Place) -> Container:
    alert = value(node)
    name = name_of(alert.alert_type).lower()
    title = caps.unstopped(alert.title or "")[: caps.TITLE_CHARACTERS]
    head = f'<p class="nicewen-alert-title">{escape(title, quote=False)}</p>' if title else ""
    shell = f'<div class="nicewen-alert nicewen-alert-{name}">{head}<div></div></div>'
    return Container(shell, _quoted(node, place), max(0, len(node.children) - 1), head=1)


def _quoted(node: Node, place: Place) -> list[Kid]:
    inner = place.inside()
    return [Kid(*lines_of(child), partial(flow_html, [child], inner)) for child in node.children]


def _table(node: Node, place: Place) -> Container:
    shape = value(node)
    if shape.num_columns > caps.TABLE_COLUMNS:
        raise caps.TooLargeError
    aligned = [_ALIGNMENTS.get(name_of(alignment), "") for alignment in shape.alignments]
    inner = place.inside().inside()
    head, *rows = node.children
    shell = (
        f'<div class="nicewen-table"><table><thead>{_row(head, aligned, inner)}</thead><tbody></tbody></table></div>'
    )
    kids = [Kid(*lines_of(row), partial(_row, row, aligned, inner)) for row in rows]
    return Container(shell, kids, max(0, len(kids) - 1), head=2)


def _row(node: Node, aligned: Sequence[str], place: Place) -> str:
    """Return a row without the empty cells at its end: the parser fills short rows up, which a text could abuse."""
    tag = "th" if value(node) else "td"
    cells = node.children
    while cells and tag == "td" and not cells[-1].children:
        cells = cells[:-1]
    html = (f"<{tag}{align}>{inline_html(cell, place)}</{tag}>" for cell, align in zip(cells, aligned, strict=False))
    return f"<tr>{''.join(html)}</tr>"


def _code(node: Node, place: Place) -> Container:
    code = value(node)
    language = highlighting.language_of(caps.unstopped(code.info))
    *whole, last = highlighting.slices_of(original(caps.unstopped(code.literal)), language)
    lines = [line for part in whole for line in highlighting.highlighted(part, language)]
    final = len(lines)
    highlight = place.growing_code.lines if place.growing_code else highlighting.highlighted
    lines += highlight(last, language)
    begin = lines_of(node)[0] + 1
    kids = [
        Kid(begin + index, begin + index, partial(highlighting.code_line, line)) for index, line in enumerate(lines)
    ]
    return Container(highlighting.code_shell(language), kids, final, head=1)


_ALIGNMENTS = {"Left": ' align="left"', "Center": ' align="center"', "Right": ' align="right"'}
_CONTAINERS: dict[str, Callable[[Node, Place], Container]] = {
    "List": _list,
    "BlockQuote": _quotation,
    "Alert": _alert,
    "Table": _table,
    "CodeBlock": _code,
}
_WRITERS: dict[str, Callable[[Node, Place], str]] = {
    "Paragraph": _paragraph,
    "Heading": _heading,
    "ThematicBreak": _rule,
    "CodeBlock": _indented_code_or_formula,
}
