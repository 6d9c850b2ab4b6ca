"""The last pass: only what this package writes itself may leave it."""

import nh3
from pygments.token import STANDARD_TYPES

_PLAIN_TAGS = (
    "p br hr h1 h2 h3 h4 h5 h6 blockquote ul strong em del code pre sub sup kbd mark summary table tbody thead tr"
)
_MATH_TAGS = (
    "menclose merror mfrac mi mmultiscripts mn mo mover mpadded mphantom mprescripts mroot mrow ms mspace msqrt mstyle"
    " msub msubsup msup mtable mtd mtext mtr munder munderover math"
)
_MATH_ATTRIBUTES = (
    "accent accentunder columnspan depth displaystyle fence form height largeop linethickness lspace mathvariant"
    " maxsize minsize movablelimits notation rowspan rspace scriptlevel separator stretchy symmetric voffset width"
)
_ATTRIBUTES: dict[str, set[str]] = {
    "a": {"href", "title", "target", "rel", "data-src", "id", "aria-label"},
    "details": {"open"},
    "div": {"data-language"},
    "input": {"type", "disabled", "checked"},
    "li": {"id"},
    "ol": {"start"},
    "td": {"align"},
    "th": {"align"},
    **{tag: set(_MATH_ATTRIBUTES.split()) for tag in _MATH_TAGS.split()},
}
_ATTRIBUTES["math"] |= {"display", "data-tex"}
_ALERTS = ("note", "tip", "important", "warning", "caution")
_CLASSES = {
    "a": {"nicewen-image", "nicewen-footnote-back"},
    "code": {"nicewen-formula-source"},
    "div": {"nicewen-alert", "nicewen-code", "nicewen-code-head", "nicewen-formula", "nicewen-pending", "nicewen-table"}
    | {f"nicewen-alert-{name}" for name in _ALERTS},
    "li": {"nicewen-loose", "nicewen-task"},
    "mtd": {"nicewen-math-left", "nicewen-math-right"},
    "p": {"nicewen-alert-title", "nicewen-rest"},
    "pre": {"nicewen-plain"},
    "section": {"nicewen-footnotes"},
    "span": {"nicewen-pending", "nicewen-image-alt", "nicewen-image-host"}
    | {name for name in STANDARD_TYPES.values() if name},
    "sup": {"nicewen-footnote"},
}


def _own_fragment(address: str) -> str | None:
    return address if address.startswith("#nicewen-fn") else None


_CLEANER = nh3.Cleaner(
    tags={*_PLAIN_TAGS.split(), *_ATTRIBUTES, *_CLASSES},
    attributes=_ATTRIBUTES,
    allowed_classes=_CLASSES,
    url_schemes={"http", "https", "mailto"},
    url_relative=_own_fragment,
    link_rel=None,
)


def sanitized(html: str) -> str:
    """Return `html` balanced and without anything that this package does not write; unchanged the second time."""
    return _CLEANER.clean(html)
