"""Between one person's pages and another's connection stands a wall.

NiceGUI lets whoever knows a page's id send events to it. Ids are random, yet nobody's privacy is to rest on that.
"""

from collections.abc import Callable
from inspect import isawaitable
from typing import Any
from urllib.parse import parse_qs

from nicegui import Client
from nicegui import core as nicegui_core
from socketio.exceptions import ConnectionRefusedError as RefusedConnectionError

from nicewen.components.visitor import user_in, user_of

SPACE = "/"
OPENING = "connect"


def keep_apart() -> None:
    """Have NiceGUI's socket take from a connection only what concerns pages of the one who opened it."""
    handlers = nicegui_core.sio.handlers[SPACE]
    for event, handler in list(handlers.items()):
        if event == OPENING:
            handlers[event] = _guarded_opening(handler)
        elif event != "disconnect":  # names no page
            handlers[event] = _guarded(handler)


def _guarded(handler: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(sid: str, message: object, *more: object) -> Any:
        if not (isinstance(message, dict) and _is_own(sid, message.get("client_id"))):
            return False
        result = handler(sid, message, *more)
        return await result if isawaitable(result) else result

    return handle


def _guarded_opening(handler: Callable[..., Any]) -> Callable[..., Any]:
    async def handle(sid: str, environ: dict[str, Any], *more: object) -> Any:
        for client_id in parse_qs(environ.get("QUERY_STRING", "")).get("client_id", []):
            if not _is_own(sid, client_id):
                raise RefusedConnectionError("Implicit handshake failed")  # the page loads anew, as its reader's own
        return await handler(sid, environ, *more)

    return handle


def _is_own(sid: str, client_id: object) -> bool:
    """Whether a page, if there is one of this id, was given to the person whose connection this is."""
    client = Client.instances.get(client_id) if isinstance(client_id, str) else None
    environ = nicegui_core.sio.get_environ(sid)
    if client is None or environ is None:
        return client is None
    return user_of(client.request) == user_in(environ["asgi.scope"])
