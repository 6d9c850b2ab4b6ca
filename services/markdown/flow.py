"""Blocks as HTML: paragraphs, lists, quotations, tables, code."""

from collections.abc import Callable, Sequence
from html import escape

from nicewen.services.markdown import caps
from nicewen.services.markdown.formula_fences import FORMULA, UNFINISHED, original
from nicewen.services.markdown.formulas import formula, formula_source
from nicewen.services.markdown.highlighting import code_block
from nicewen.services.markdown.html_tags import Tag, block_parts, paired
from nicewen.services.markdown.inline import Place, inline_html
from nicewen.services.markdown.parser import Node, kind, lines_of, name_of, value


def block_html(node: Node, place: Place) -> str:
    """Return the HTML of one block that is not raw HTML; raises `TooDeepError` beyond `caps.DEPTH`."""
    return _WRITERS.get(kind(node), _other)(node, place)


def parts_of(node: Node, place: Place) -> list[str | Tag]:
    """Return a block as HTML, with `<details>` tags apart: their other half may be another block."""
    if kind(node) != "HtmlBlock":
        return [block_html(node, place)]
    return block_parts(original(caps.unstopped(value(node).literal)), lines_of(node)[0] - 1)


def flow_html(nodes: Sequence[Node], place: Place) -> str:
    """Return the HTML of blocks that follow each other."""
    inner = place.inside()
    return "\n".join(paired([part for node in nodes for part in parts_of(node, inner)]))


def plain(text: str) -> str:
    """Return `text` as it is, for what no parser may see."""
    text = caps.unstopped(text)
    pieces = (text[start : start + caps.PLAIN_CHARACTERS] for start in range(0, len(text), caps.PLAIN_CHARACTERS))
    return "\n".join(
        f'<pre class="nicewen-plain">{escape(piece.strip(chr(10)), quote=False)}</pre>' for piece in pieces
    )


def _other(node: Node, place: Place) -> str:
    return flow_html(node.children, place)


def _paragraph(node: Node, place: Place) -> str:
    return f"<p>{inline_html(node, place)}</p>"


def _heading(node: Node, place: Place) -> str:
    level = value(node).level
    return f"<h{level}>{inline_html(node, place)}</h{level}>"


def _rule(_node: Node, _place: Place) -> str:
    return "<hr>"


def _quotation(node: Node, place: Place) -> str:
    return f"<blockquote>\n{flow_html(node.children, place)}\n</blockquote>"


def _alert(node: Node, place: Place) -> str:
    alert = value(node)
    name = name_of(alert.alert_type).lower()
    title = caps.unstopped(alert.title or "")[: caps.TITLE_CHARACTERS]
    head = f'<p class="nicewen-alert-title">{escape(title, quote=False)}</p>\n' if title else ""
    return f'<div class="nicewen-alert nicewen-alert-{name}">\n{head}{flow_html(node.children, place)}\n</div>'


def _list(node: Node, place: Place) -> str:
    shape = value(node)
    inner = place.inside()
    items = "\n".join(_item(item, inner, tight=shape.tight) for item in node.children)
    if name_of(shape.list_type) == "Bullet":
        return f"<ul>\n{items}\n</ul>"
    start = f' start="{shape.start}"' if shape.start != 1 else ""
    return f"<ol{start}>\n{items}\n</ol>"


def _item(node: Node, place: Place, *, tight: bool) -> str:
    inner = place.inside()
    parts: list[str | Tag] = []
    for child in node.children:
        parts += [inline_html(child, inner)] if tight and kind(child) == "Paragraph" else parts_of(child, inner)
    content = "\n".join(paired(parts))
    if kind(node) != "TaskItem":
        return f"<li>{content}</li>"
    checked = " checked" if value(node).symbol else ""
    return f'<li class="nicewen-task"><input type="checkbox" disabled{checked}> {content}</li>'


def _code(node: Node, _place: Place) -> str:
    code = value(node)
    literal, info = caps.unstopped(code.literal), caps.unstopped(code.info)
    if info in (FORMULA, UNFINISHED):
        shown = formula(literal, display=True) if info == FORMULA else formula_source(literal.strip())
        return f'<div class="nicewen-formula">{shown}</div>'
    return code_block(original(literal), info)


def _table(node: Node, place: Place) -> str:
    shape = value(node)
    if shape.num_columns * shape.num_rows > caps.TABLE_CELLS:
        raise caps.TooLargeError
    aligned = [_ALIGNMENTS.get(name_of(alignment), "") for alignment in shape.alignments]
    inner = place.inside().inside()
    rows = [_row(row, aligned, inner) for row in node.children]
    body = f"\n<tbody>\n{chr(10).join(rows[1:])}\n</tbody>" if len(rows) > 1 else ""
    return f'<div class="nicewen-table"><table>\n<thead>\n{rows[0]}\n</thead>{body}\n</table></div>'


def _row(node: Node, aligned: Sequence[str], place: Place) -> str:
    tag = "th" if value(node) else "td"
    cells = (
        f"<{tag}{align}>{inline_html(cell, place)}</{tag}>" for cell, align in zip(node.children, aligned, strict=False)
    )
    return f"<tr>{''.join(cells)}</tr>"


_ALIGNMENTS = {"Left": ' align="left"', "Center": ' align="center"', "Right": ' align="right"'}
_WRITERS: dict[str, Callable[[Node, Place], str]] = {
    "Paragraph": _paragraph,
    "Heading": _heading,
    "ThematicBreak": _rule,
    "BlockQuote": _quotation,
    "Alert": _alert,
    "List": _list,
    "CodeBlock": _code,
    "Table": _table,
}
