"""What a page's websocket agrees on with the browser, and what half a request gets, at a real server."""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import pytest
import socketio
from starlette.types import Message, Scope

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


def test_half_a_handshake_is_told_what_it_lacks(nicewen: RunningNicewen) -> None:
    half = {name: value for name, value in HANDSHAKE.items() if name != "Connection"}
    with closing(HTTPConnection(urlsplit(nicewen.url).netloc, timeout=10)) as connection:
        connection.request("GET", f"{ENGINE}websocket", headers=half)
        reply = connection.getresponse()
        assert reply.status == 400
        assert "“Connection: Upgrade” is missing" in reply.read().decode()


@pytest.mark.parametrize("has_left", [True, False])
async def test_who_has_left_before_the_request_was_read_raises_nothing(*, has_left: bool) -> None:
    sent: list[Message] = []

    async def receive() -> Message:
        return {"type": "http.disconnect"} if has_left else {"type": "http.request", "body": b""}

    async def send(message: Message) -> None:
        sent.append(message)

    path, _, query = f"{ENGINE}polling".partition("?")
    scope: Scope = {"type": "http", "method": "GET", "path": path, "query_string": query.encode(), "headers": []}
    server = socketio.AsyncServer(async_mode="asgi")
    await SocketRequests(socketio.ASGIApp(server, socketio_path="/_nicegui_ws/socket.io"))(scope, receive, send)
    assert sent[0]["status"] == (400 if has_left else 200)
    await server.shutdown()
