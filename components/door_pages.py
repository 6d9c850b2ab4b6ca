"""Pages for those who are not let in yet: plain HTML without a script, since nothing else may be asked for."""

from collections.abc import Sequence
from functools import cache
from html import escape
from importlib.resources import files

from starlette.requests import HTTPConnection
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from nicewen.components.reader import Reader
from nicewen.components.visitor import prefix_of

DOOR = "X-Nicewen-Door"
"""The header that says that Nicewen itself has answered, and which kind of log-in it wants."""

UNCACHED = {"Cache-Control": "no-store", "Vary": "Cookie"}
"""NiceGUI lets browsers keep all that lies under its own path, refusals too; so they count for the same cookie only."""

_PAGE = """<!doctype html>
<html lang="{lang}" data-theme="{theme}" data-path="{prefix}">
<head><meta charset="utf-8"><title>{title} · Nicewen</title>
<meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover">
<link rel="icon" href="data:,"><style>{style}</style></head>
<body><main class="{shape}"><p class="brand">Nicewen</p><h1>{title}</h1>{body}</main></body></html>
"""


def door_page(
    connection: HTTPConnection, reader: Reader, title: str, body: str, *, status: int, door: str, wide: bool = False
) -> Response:
    """Return a page; `body` is HTML."""
    html = _PAGE.format(
        lang=reader.words.tag,
        theme=reader.theme,
        prefix=escape(prefix_of(connection)),
        title=escape(title),
        style=_style(),
        shape="wide" if wide else "",
        body=body,
    )
    return HTMLResponse(html, status, headers={**UNCACHED, DOOR: door, "Vary": "Accept-Language, Cookie"})


def refusal(
    connection: HTTPConnection, reader: Reader, title: str, sentences: Sequence[str], *, status: int, door: str
) -> Response:
    """Say why somebody is not let in: as a page where a person reads it, else as text."""
    if "text/html" not in connection.headers.get("accept", ""):
        return PlainTextResponse("\n".join((title, *sentences)) + "\n", status, headers={**UNCACHED, DOOR: door})
    body = "".join(f"<p>{escape(sentence)}</p>" for sentence in sentences)
    return door_page(connection, reader, title, body, status=status, door=door, wide=True)


@cache
def _style() -> str:
    return files("nicewen.components").joinpath("door.css").read_text("utf-8")
