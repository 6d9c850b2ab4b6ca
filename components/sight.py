"""Whether a view can be seen just now: its page has a socket, and the view itself is mounted there."""

import asyncio
from collections.abc import Callable

from nicegui import Client, events, ui

CALM_SECONDS = 1.0
"""How long after a new connection NiceGUI's own repetition of messages is over."""


class Sight:
    """Follows a page's connections and, in a host's page, whether the view is unmounted (a closed dialog, a tab)."""

    def __init__(
        self,
        client: Client,
        log: ui.element,
        *,
        may_unmount: bool,
        on_again: Callable[[], None],
        on_lost: Callable[[], None],
    ) -> None:
        """Begin to follow; `on_again` is called when what was sent may not be shown, `on_lost` when nobody looks."""
        self._client = client
        self._on_again = on_again
        self._on_lost = on_lost
        self._is_mounted = not may_unmount
        self._mounting: object = None  # a number of the browser's, another one each time
        self._seen = asyncio.Event()
        self._connections = 1 if client.has_socket_connection else 0
        self._look()
        client.on_connect(self._note_connect)
        client.on_disconnect(self._note_disconnect)
        self._handlers = client.connect_handlers[-1], client.disconnect_handlers[-1]
        if may_unmount:
            log.on("shown", self._note_shown)
            log.on("hidden", self._note_hidden)

    @property
    def is_clear(self) -> bool:
        """Whether somebody can see the view."""
        return self._seen.is_set()

    async def clear(self) -> None:
        """Wait until somebody can see the view."""
        await self._seen.wait()

    def end(self) -> None:
        """Follow no longer; the page may live on without the view."""
        connect, disconnect = self._handlers
        client = self._client  # its lists may be walked through just now, so they are not changed
        client.connect_handlers = [one for one in client.connect_handlers if one is not connect]
        client.disconnect_handlers = [one for one in client.disconnect_handlers if one is not disconnect]

    async def _note_connect(self) -> None:
        """Go on; on a connection that is not the first, repeat what may have been lost between the two."""
        self._look()
        self._connections += 1
        if self._connections > 1:
            await asyncio.sleep(CALM_SECONDS)
            if self.is_clear:
                self._on_again()

    def _note_disconnect(self) -> None:
        self._look()

    def _note_shown(self, event: events.GenericEventArguments) -> None:
        self._is_mounted = True
        self._look()
        if event.args != self._mounting:
            self._mounting = event.args
            self._on_again()

    def _note_hidden(self) -> None:
        self._is_mounted = False
        self._look()

    def _look(self) -> None:
        if self._client.has_socket_connection and self._is_mounted:
            self._seen.set()
        else:
            self._seen.clear()
            self._on_lost()
