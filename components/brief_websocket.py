"""The websocket between a page and the server, with little memory for what it compresses."""

from typing import Any

from uvicorn.protocols.websockets.websockets_sansio_impl import WebSocketsSansIOProtocol
from websockets.extensions.permessage_deflate import ServerPerMessageDeflateFactory


class BriefWebSocket(WebSocketsSansIOProtocol):
    """Costs 27 kB a page: NiceGUI's own choice (wsproto) takes 300 kB, uvicorn's own settings 46 kB.

    The server compresses within 4 kB, with tables that suit small messages (a page's whole traffic is 0.2 % longer so);
    what a browser sends is compressed message by message, so that between two nothing is held for it.
    """

    def __init__(self, *arguments: Any, **options: Any) -> None:
        super().__init__(*arguments, **options)
        if self.conn.available_extensions:
            self.conn.available_extensions = [_DEFLATE]


_DEFLATE = ServerPerMessageDeflateFactory(
    client_no_context_takeover=True,
    server_max_window_bits=12,
    client_max_window_bits=12,
    compress_settings={"memLevel": 3},
)
