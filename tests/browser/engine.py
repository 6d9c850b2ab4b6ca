"""How NiceGUI's socket is asked for by a program."""

HANDSHAKE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",
}
ENGINE = "/_nicegui_ws/socket.io/?EIO=4&transport="
