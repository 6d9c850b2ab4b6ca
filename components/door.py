"""The door in front of everything: who is asking is known before anything else is looked at."""

from typing import Protocol

from nicegui import Client
from nicegui import core as nicegui_core
from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose

from nicewen.components.probes import PROBES
from nicewen.components.visitor import USER, path_in, user_in, user_of

SOCKET = "/_nicegui_ws"
CLIENT = "/_nicegui/client/"


class Doorkeeper(Protocol):
    """Decides who comes in, in one of the ways that NICEWEN_AUTH names."""

    open_paths: frozenset[str]
    """What can be asked for by those who are not known yet."""

    async def answer(self, connection: HTTPConnection) -> str | Response:
        """Return the name of who asks, or what one who is not let in gets."""


class Door:
    """ASGI middleware that lets nobody in without a name, and nobody to what is another's.

    Behind it a request's scope has the name; see `user_of`. Health and readiness stay open, and `/metrics`, which asks
    for an address of its own. It stands behind `OwnOrigin`: pages of other sites are refused before.
    """

    def __init__(self, app: ASGIApp, *, keeper: Doorkeeper) -> None:
        self._app = app
        self._keeper = keeper
        self._open = PROBES | keeper.open_paths

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] not in {"http", "websocket"} or path_in(scope) in self._open:
            await self._app(scope, receive, send)
            return
        answer = await self._keeper.answer(HTTPConnection(scope))
        if isinstance(answer, Response):
            await _refuse(answer, scope, receive, send)
            return
        scope[USER] = answer
        if _is_anothers(scope):
            await _refuse(PlainTextResponse("Not Found\n", 404), scope, receive, send)
            return
        await self._app(scope, receive, send)


async def _refuse(response: Response, scope: Scope, receive: Receive, send: Send) -> None:
    is_socket = scope["type"] == "websocket"  # there a status of our own would make uvicorn 0.54 log an error
    await (WebSocketClose() if is_socket else response)(scope, receive, send)


def _is_anothers(scope: Scope) -> bool:
    """Whether a page, or a connection, that a request names was given to somebody else."""
    path = path_in(scope)
    connection = HTTPConnection(scope)
    if path.startswith(CLIENT):
        client = Client.instances.get(path.removeprefix(CLIENT).split("/")[0])
        return client is not None and user_of(client.request) != user_of(connection)
    if path.startswith(SOCKET):
        environs = (nicegui_core.sio.environ.get(sid) for sid in connection.query_params.getlist("sid"))
        return any(one is not None and user_in(one["asgi.scope"]) != user_of(connection) for one in environs)
    return False
