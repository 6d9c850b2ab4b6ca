"""What stands inside a paragraph, heading or cell, as HTML."""

import re
from html import escape
from sys import maxsize
from typing import NamedTuple

from nicewen.services.markdown import caps
from nicewen.services.markdown.formulas import formula
from nicewen.services.markdown.highlighting import Growing
from nicewen.services.markdown.html_tags import Tag, inline_tag, paired
from nicewen.services.markdown.links import image_chip, link, safe_address
from nicewen.services.markdown.parser import Node, kind, value

_WRAPPERS = {"Strong": "strong", "Emph": "em", "Strikethrough": "del"}


class TooDeepError(Exception):
    """A block has more levels than `caps.DEPTH`; it is shown plain. Never leaves this package."""


class Place(NamedTuple):
    """Where a node stands: how deep, whether inside a link, and what ids begin with."""

    prefix: str
    depth: int = 0
    linked: bool = False
    growing_code: Growing | None = None
    growing_line: int = maxsize
    """The last line of a text that grows, counted from 1: what ends there is not finished."""

    def inside(self, *, linked: bool = False) -> "Place":
        """Return the place one level deeper."""
        if self.depth >= caps.DEPTH:
            raise TooDeepError
        return Place(self.prefix, self.depth + 1, linked or self.linked, self.growing_code, self.growing_line)


def inline_html(parent: Node, place: Place, *, without_last: int = 0) -> str:
    """Return the HTML of everything inside `parent`, but for so many nodes at its end."""
    children = parent.children
    children = children[: len(children) - without_last] if without_last else children
    if len(children) == 1 and kind(children[0]) == "Text":
        return text_html(value(children[0]))
    inner = place.inside()
    return "".join(paired([_part(node, inner) for node in children]))


def text_html(text: str) -> str:
    """Return `text` escaped, without the marks that were put into it before parsing."""
    return escape(caps.escaped(text), quote=False)


def _part(node: Node, place: Place) -> str | Tag:  # noqa: PLR0911  # one line for each kind of node
    match kind(node):
        case "Text":
            return text_html(value(node))
        case "SoftBreak":
            return "\n"
        case "LineBreak":
            return "<br>\n"
        case "Strong" | "Emph" | "Strikethrough" as name:
            tag = _WRAPPERS[name]
            return f"<{tag}>{inline_html(node, place)}</{tag}>"
        case "Code":
            return f"<code>{escape(caps.unstopped(value(node).literal), quote=False)}</code>"
        case "Math":
            math = value(node)
            if math.literal == caps.PENDING:
                return '<span class="nicewen-pending"></span>'
            return formula(caps.unstopped(math.literal), display=math.display_math)
        case "Link":
            return _link(node, place)
        case "Image":
            return _image(node, place)
        case "FootnoteReference":
            return _footnote_reference(node, place)
        case "HtmlInline":
            return inline_tag(caps.unstopped(value(node)))
        case _:
            return inline_html(node, place)


def _link(node: Node, place: Place) -> str:
    target = value(node)
    address = None if place.linked else safe_address(caps.unstopped(target.url))
    if address is None:
        return inline_html(node, place)
    return link(address, caps.unstopped(target.title), inline_html(node, place.inside(linked=True)))


def _image(node: Node, place: Place) -> str:
    alt = re.sub(r"<[^>]*>", "", inline_html(node, place.inside(linked=True)))
    address = None if place.linked else safe_address(caps.unstopped(value(node).url))
    if address is None or address.lower().startswith("mailto:"):
        return alt
    return image_chip(address, alt)


def _footnote_reference(node: Node, place: Place) -> str:
    reference = value(node)
    if place.linked:
        return f'<sup class="nicewen-footnote">{reference.ix}</sup>'
    number = f"{reference.ix}" if reference.ref_num == 1 else f"{reference.ix}-{reference.ref_num}"
    return (
        f'<sup class="nicewen-footnote"><a href="#nicewen-fn-{place.prefix}{reference.ix}"'
        f' id="nicewen-fnref-{place.prefix}{number}">{reference.ix}</a></sup>'
    )
