"""What a page's websocket agrees on with the browser, by a plain request to a real server."""

from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

from browser.nicewen_process import running_nicewen

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
    "Sec-WebSocket-Extensions": "permessage-deflate; client_max_window_bits",  # as browsers ask
}


def test_messages_are_compressed_within_little_memory() -> None:
    with (
        running_nicewen("http://127.0.0.1:1", NICEWEN_PROVIDER="demo") as nicewen,
        closing(HTTPConnection(urlsplit(nicewen.url).netloc, timeout=10)) as connection,
    ):
        connection.request("GET", "/_nicegui_ws/socket.io/?EIO=4&transport=websocket", headers=HANDSHAKE)
        extension = connection.getresponse().headers["Sec-WebSocket-Extensions"]
    agreed = {part.strip() for part in extension.split(";")}
    assert agreed == {
        "permessage-deflate",
        "client_no_context_takeover",
        "server_max_window_bits=12",
        "client_max_window_bits=12",
    }
