"""The only module that knows `comrak`: text in, syntax tree out."""

import re
from typing import Any

import comrak

Node = comrak.AstNode


def _extensions(*, footnotes: bool) -> comrak.ExtensionOptions:
    return comrak.ExtensionOptions(
        table=True,
        strikethrough=True,
        tasklist=True,
        autolink=True,
        footnotes=footnotes,
        alerts=True,
        math_dollars=True,
        math_latex=True,
        cjk_friendly_emphasis=True,
    )


_WITH_FOOTNOTES = _extensions(footnotes=True)
_WITHOUT_FOOTNOTES = _extensions(footnotes=False)
_SOURCE_LINES = comrak.RenderOptions(sourcepos=True)
_XML_TAG = re.compile(r'<(/?)\w+(?: sourcepos="(\d+):\d+-(\d+):\d+")?[^>]*?(/?)>')


def parsed(text: str, *, footnotes: bool = True) -> Node:
    """Return the syntax tree of `text`; every level of nesting takes stack, so see `deep_blocks` first.

    Its nodes do not know their parents: comrak's take no part in Python's collection of cycles (0.2.8), so that every
    tree, some 90 bytes for each character, would stay for ever.
    """
    root = comrak.parse_document(text, _WITH_FOOTNOTES if footnotes else _WITHOUT_FOOTNOTES)
    nodes = [root]
    for node in nodes:
        children = node.children
        for child in children:
            child.parent = None
        nodes += children
    return root


def kind(node: Node) -> str:
    """Return the name of comrak's node type: `Paragraph`, `Strong`, `TableRow` …"""
    return type(node.node_value).__name__


def value(node: Node) -> Any:
    """Return what the node's type carries (comrak's own record, a string or a boolean)."""
    return node.node_value.value  # type: ignore[attr-defined]  # the stub's base class leaves it out


def name_of(choice: object) -> str:
    """Return the name of one of comrak's choices: `Left`, `Bullet`, `Note` …"""
    return str(choice).rpartition(":")[2]


def lines_of(node: Node) -> tuple[int, int]:
    """Return the node's first and last line, counted from 1."""
    place = node.sourcepos
    return place.start.line, max(place.start.line, place.end.line if place.end.column else place.end.line - 1)


def deep_blocks(text: str, depth: int, *, footnotes: bool = True) -> list[tuple[int, int]]:
    """Return first and last line of the top-level blocks with more than `depth` levels.

    Measured on comrak's XML, whose writer has no recursion; costs about as much as parsing twice.
    """
    options = _WITH_FOOTNOTES if footnotes else _WITHOUT_FOOTNOTES
    xml = comrak.markdown_to_xml(text, options, render_options=_SOURCE_LINES)
    level, block = 0, (0, 0)
    deep: list[tuple[int, int]] = []
    for tag in _XML_TAG.finditer(xml):
        if tag[1]:
            level -= 1
        elif not tag[4]:
            level += 1
            if level == 2 and tag[2]:
                block = int(tag[2]), int(tag[3])
            if level > depth and (not deep or deep[-1] != block):
                deep.append(block)
    return deep
