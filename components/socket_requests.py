"""Plain requests to the socket's address that python-engineio 4.15 cannot answer; the log would get their traceback."""

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nicewen.components.door import SOCKET
from nicewen.components.visitor import path_in
from nicewen.services.language import words_of


class SocketRequests:
    """ASGI middleware: a half handshake is told what it lacks, and a request whose sender has left goes no further."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not path_in(scope).startswith(SOCKET):
            await self._app(scope, receive, send)
            return
        first = await receive()
        if first["type"] == "http.disconnect":
            await PlainTextResponse(status_code=400)(scope, receive, send)  # nobody reads it; ASGI wants a response
        elif Headers(scope=scope).get("upgrade", "").lower() == "websocket":
            await PlainTextResponse(words_of("en")("socket-not-upgraded") + "\n", 400)(scope, receive, send)
        else:
            await self._app(scope, _with(first, receive), send)


def _with(first: Message, receive: Receive) -> Receive:
    """Return what gives the first message again, then the others."""
    read = [first]

    async def next_message() -> Message:
        return read.pop() if read else await receive()

    return next_message
