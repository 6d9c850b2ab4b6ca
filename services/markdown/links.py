"""Which addresses become links, where a bare address ends, and what stands in for an image."""

import re
from html import escape
from urllib.parse import urlsplit

from nicewen.services.markdown import caps

_HARMLESS = re.compile(r"(?:https?://[^\s/?#\\]|mailto:[^\s?])", re.IGNORECASE)
_UNSAFE = re.compile(r'[\x00-\x20"<>\\^`{|}\x7f-\xa0\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff]')
_CLICK = 'target="_blank" rel="noopener noreferrer nofollow"'

# Han, kana, CJK and full-width punctuation, typographic quotation marks and dashes; also the end of `**bold**`, code
# and a table's cell. An address inside `](…)`, `<…>` or a reference definition is not bare and may hold all of these.
_FOREIGN = "\u2014\u2018-\u201f\u2026\u2e80-\u9fff\uf900-\ufaff\ufe30-\ufe4f\uff01-\uffee\U00020000-\U0003ffff"
_ADDRESS = re.compile(rf"(?:[hH][tT][tT][pP][sS]?://|[wW]{{3}}\.)(?:(?!\*\*|~~)[^\s<`|{_FOREIGN}])*+")
_NOT_BARE = ("](", "<", "]: ", '"', "'", "=")
_END = re.compile(rf"\*\*|~~|`|[{_FOREIGN}]")


def with_ends(text: str) -> str:
    """Return `text` with `<` and `STOP` where a bare address ends but comrak would go on; `unstopped` removes both."""
    if "://" not in text and "www." not in text.lower():
        return text
    return _ADDRESS.sub(_with_end, text)


def _with_end(match: re.Match[str]) -> str:
    text, start = match.string, match.start()
    goes_on = text[max(0, start - 3) : start].endswith(_NOT_BARE) or not _END.match(text, match.end())
    return match[0] if goes_on else f"{match[0]}<{caps.STOP}"


def safe_address(address: str) -> str | None:
    """Return the address ready for an attribute, or None unless it is http, https or mailto."""
    if not _HARMLESS.match(address):
        return None
    return escape(_UNSAFE.sub(_percent_encoded, address))


def link(address: str, title: str, content: str) -> str:
    """Return a link around `content` (HTML); `address` comes from `safe_address`."""
    tip = f' title="{escape(title[: caps.TITLE_CHARACTERS])}"' if title else ""
    return f'<a href="{address}"{tip} {_CLICK}>{content}</a>'


def image_chip(address: str, alt: str) -> str:
    """Return a link that names an image's host and its description (HTML); nothing is loaded before a click."""
    host = escape(_host(address), quote=False)
    label = f'<span class="nicewen-image-alt">{alt}</span> ' if alt else ""
    return (
        f'<a class="nicewen-image" href="{address}" data-src="{address}" {_CLICK}>'
        f'{label}<span class="nicewen-image-host">{host}</span></a>'
    )


def _percent_encoded(match: re.Match[str]) -> str:
    return "".join(f"%{byte:02X}" for byte in match[0].encode())


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # an unclosed bracket of an IPv6 address
        return ""
