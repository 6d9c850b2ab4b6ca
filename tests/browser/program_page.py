"""A page as a program has it: without a browser, so that it can send what no browser would."""

import json
import re
import time
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import httpx
import socketio

from browser.nicewen_process import RunningNicewen
from browser.people import COOKIE, client_id_in

ELEMENTS = re.compile(r"parseElements\(String\.raw`(.*?)`\)", re.DOTALL)
SECONDS = 15


class Page:
    """A page as a program has it: its elements, its events, and its socket."""

    def __init__(self, nicewen: RunningNicewen, person: httpx.Client, path: str) -> None:
        self._nicewen, self._person = nicewen, person
        reply = person.get(path)
        self.html = reply.text
        self.id = client_id_in(self.html)
        found = ELEMENTS.search(self.html)
        assert found, self.html[-3_000:]
        plain = found[1]
        for entity, sign in {"&lt;": "<", "&gt;": ">", "&#96;": "`", "&#36;": "$", "&amp;": "&"}.items():
            plain = plain.replace(entity, sign)
        self.elements: Mapping[str, Any] = json.loads(plain)
        self.heard: list[tuple[str, Any]] = []
        self.socket = socketio.Client(reconnection=False)
        self.socket.on("*", lambda event, *data: self.heard.append((event, data)))

    def connect(self, page_id: str = "", **query: str) -> None:
        query = {"implicit_handshake": "true", **query}
        names = {"client_id": page_id or self.id, "tab_id": "t", "document_id": "d", "next_message_id": "0", **query}
        self.socket.connect(
            f"{self._nicewen.url}/?" + "&".join(f"{name}={value}" for name, value in names.items()),
            headers={"Cookie": f"{COOKIE}={self._person.cookies[COOKIE]}"},
            transports=["websocket"],
            socketio_path="/_nicegui_ws/socket.io",
        )

    def close(self) -> None:
        self.socket.disconnect()
        if self.socket.eio.ws is not None:
            self.socket.eio.ws.close()  # of a connection that was refused

    def listeners(self) -> Iterator[tuple[str, str, str]]:
        """Yield each event that the page listens to: element, listener, and the event's name."""
        for element_id, element in self.elements.items():
            for event in element.get("events", []):
                yield element_id, event["listener_id"], f"{element['tag']} {event['type']}"

    def listener(self, name: str) -> tuple[str, str]:
        return next((element, listener) for element, listener, named in self.listeners() if named.endswith(name))

    def send(self, element: str, listener: str, *args: object, page_id: str = "") -> None:
        message: dict[str, Any] = {
            "id": int(element),
            "client_id": page_id or self.id,
            "listener_id": listener,
            "args": [],
        }
        message["args"] = [None if arg is None else json.dumps(arg) for arg in args]
        self.socket.emit("event", message)

    def wait_for(self, holds: Callable[["Page"], object]) -> Any:
        deadline = time.monotonic() + SECONDS
        while not (found := holds(self)):
            assert time.monotonic() < deadline, self.heard[-5:]
            time.sleep(0.02)  # the socket's own thread hears it
        return found
