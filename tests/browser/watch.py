"""Watching a page for what may never happen: errors in the console, and requests to anybody else."""

from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit

from playwright.sync_api import ConsoleMessage, Dialog, Page, Request, WebSocket

NETWORK = ("net::ERR_", "WebSocket connection", "Failed to fetch", "websocket error", "xhr poll error")


class Watch:
    """Collects what is wrong with the pages of one test; `faults` is empty at its end, or the test fails."""

    def __init__(self) -> None:
        self.faults: list[str] = []
        self.lines: list[str] = []
        self.navigations = 0
        self.sockets = 0
        self._network_is_cut = False
        self._expected: list[str] = []

    def add(self, page: Page, own: str) -> None:
        """Watch a page of Nicewen at this address."""
        host = urlsplit(own).netloc
        page.on("console", self._note_console)
        page.on("pageerror", lambda error: self._note(f"page error: {error}"))
        page.on("request", lambda request: self._note_request(request, host))
        page.on("dialog", self._note_dialog)
        page.on("websocket", lambda opened: self._note_websocket(opened, host))

    @contextmanager
    def cutting_the_network(self) -> Iterator[None]:
        """While a test cuts the network, and until the page has recovered, network errors are no faults."""
        self._network_is_cut = True
        yield
        self._network_is_cut = False

    def expect(self, words: str) -> None:
        """Take console errors with these words as right."""
        self._expected.append(words)

    def _note_console(self, message: ConsoleMessage) -> None:
        self.lines.append(message.text)
        if message.type == "error":
            self._note(f"console: {message.text} ({message.location['url']})")

    def _note(self, fault: str) -> None:
        if any(words in fault for words in self._expected):
            return
        if not (self._network_is_cut and any(words in fault for words in NETWORK)):
            self.faults.append(fault)

    def _note_dialog(self, dialog: Dialog) -> None:
        dialog.dismiss()
        self.faults.append(f"a script opened a dialog: {dialog.message}")

    def _note_request(self, request: Request, host: str) -> None:
        parts = urlsplit(request.url)
        if request.is_navigation_request() and request.frame.parent_frame is None:
            self.navigations += 1
        if parts.scheme not in {"data", "blob"} and parts.netloc != host:
            self.faults.append(f"request to another host: {request.url}")

    def _note_websocket(self, opened: WebSocket, host: str) -> None:
        self.sockets += 1
        if urlsplit(opened.url).netloc != host:
            self.faults.append(f"websocket to another host: {opened.url}")
