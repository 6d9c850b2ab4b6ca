"""What a page's websocket agrees on with the browser, and what half a request gets, at a real server."""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import socketio
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from browser.engine import ENGINE
from browser.nicewen_process import RunningNicewen, running_nicewen
from nicewen.components.socket_requests import SocketRequests

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",  # as browsers ask
}

MISSING = "“Connection: Upgrade” is missing"


@pytest.fixture(scope="module")
def nicewen() -> Iterator[RunningNicewen]:
    with running_nicewen("http://127.0.0.1:1", NICEWEN_PROVIDER="demo") as running:
        yield running
        assert "Traceback" not in running.log, running.log


def test_messages_are_compressed_within_little_memory(nicewen: RunningNicewen) -> None:
    with closing(HTTPConnection(urlsplit(nicewen.url).netloc, timeout=10)) as connection:
        connection.request("GET", f"{ENGINE}websocket", headers=HANDSHAKE)
        extension = connection.getresponse().headers["Sec-WebSocket-Extensions"]
    agreed = {part.strip() for part in extension.split(";")}
    assert agreed == {
        "permessage-deflate",
        "client_no_context_takeover",
        "server_max_window_bits=12",
        "client_max_window_bits=12",
    }


def test_half_a_handshake_is_told_what_it_lacks_and_the_log_too(nicewen: RunningNicewen) -> None:
    half = {name: value for name, value in HANDSHAKE.items() if name != "Connection"}
    for transport, status in (("websocket", 400), ("websocket", 400), ("polling", 200)):
        with closing(HTTPConnection(urlsplit(nicewen.url).netloc, timeout=10)) as connection:
            connection.request("GET", f"{ENGINE}{transport}", headers=half)
            reply = connection.getresponse()
            assert reply.status == status
            assert (MISSING in reply.read().decode()) == (status == 400)
    assert nicewen.log.count(MISSING) == 1


async def through(app: ASGIApp, *received: Message) -> int:
    """Send a request to the socket's address through an app, and return the response's status."""
    sent: list[Message] = []
    messages = iter(received)

    async def receive() -> Message:
        return next(messages)

    async def send(message: Message) -> None:
        sent.append(message)

    path, _, query = f"{ENGINE}polling".partition("?")
    scope: Scope = {"type": "http", "method": "POST", "path": path, "query_string": query.encode(), "headers": []}
    await SocketRequests(app)(scope, receive, send)
    return int(sent[0]["status"])


async def test_who_has_left_before_the_request_was_read_raises_nothing() -> None:
    server = socketio.AsyncServer(async_mode="asgi")
    app = socketio.ASGIApp(server, socketio_path="/_nicegui_ws/socket.io")
    assert await through(app, {"type": "http.disconnect"}) == 400
    await server.shutdown()


async def test_a_request_that_was_looked_at_is_passed_on_whole() -> None:
    async def app(scope: Scope, receive: Receive, send: Send) -> None:
        assert await Request(scope, receive).body() == b"abc"
        await PlainTextResponse("read")(scope, receive, send)

    first = {"type": "http.request", "body": b"ab", "more_body": True}
    assert await through(app, first, {"type": "http.request", "body": b"c"}) == 200
