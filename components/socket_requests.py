"""Plain requests to the socket's address that python-engineio 4.15 cannot answer; the log would get their traceback."""

import logging

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nicewen.components.door import SOCKET
from nicewen.components.visitor import path_in
from nicewen.services.language import words_of

log = logging.getLogger("nicewen.socket")


class SocketRequests:
    """ASGI middleware: a half handshake is told what it lacks, and a request whose sender has left goes no further."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._has_told = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or not path_in(scope).startswith(SOCKET):
            await self._app(scope, receive, send)
            return
        first = await receive()
        if first["type"] == "http.disconnect":
            # nobody reads it, but without one NiceGUI's middleware raises "No response returned."
            await PlainTextResponse(status_code=400)(scope, receive, send)
        elif _is_half_a_handshake(HTTPConnection(scope)):
            await PlainTextResponse(self._tell() + "\n", 400)(scope, receive, send)
        else:
            await self._app(scope, _with(first, receive), send)

    def _tell(self) -> str:
        sentence = words_of("en")("socket-not-upgraded")
        if not self._has_told:
            self._has_told = True
            log.warning("%s", sentence)
        return sentence


def _is_half_a_handshake(request: HTTPConnection) -> bool:
    """Whether it wants a websocket; a whole handshake would not have come as a plain request."""
    wants = request.headers.get("upgrade", "").lower() == "websocket"
    return wants and request.query_params.get("transport") == "websocket"


def _with(first: Message, receive: Receive) -> Receive:
    """Return what gives the first message again, then the others."""
    read = [first]

    async def next_message() -> Message:
        return read.pop() if read else await receive()

    return next_message
