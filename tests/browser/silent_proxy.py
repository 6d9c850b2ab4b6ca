"""A line that can die without a word: a TCP proxy that goes silent, comes back, or is cut."""

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from urllib.parse import urlsplit


class SilentProxy:
    """Forwards TCP between `url` and one server, from a thread of its own.

    While silent it keeps every connection open, accepts new ones, and forwards nothing: no byte, no end. What was
    held is forwarded when it comes back.
    """

    def __init__(self, target: str) -> None:
        parts = urlsplit(target)
        self._target = (parts.hostname or "", parts.port or 80)
        self._connections: set[asyncio.Task[None]] = set()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="silent proxy", daemon=True)
        self._speaks = asyncio.Event()
        self._speaks.set()
        self.url = ""

    def open(self) -> None:
        """Begin to listen."""
        self._thread.start()
        self._server = asyncio.run_coroutine_threadsafe(
            asyncio.start_server(self._serve, "127.0.0.1", 0), self._loop
        ).result(5)
        self.url = f"http://127.0.0.1:{self._server.sockets[0].getsockname()[1]}"

    def go_silent(self) -> None:
        """From now on forward nothing."""
        self._loop.call_soon_threadsafe(self._speaks.clear)

    def come_back(self) -> None:
        """Forward what was held, and all that follows."""
        self._loop.call_soon_threadsafe(self._speaks.set)

    def cut(self) -> None:
        """Close every connection at once; new ones are served."""
        asyncio.run_coroutine_threadsafe(self._cut(), self._loop).result(5)

    def close(self) -> None:
        """Stop listening, close every connection and end the thread."""
        self._loop.call_soon_threadsafe(self._server.close)
        self.cut()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(5)
        self._loop.close()

    async def _cut(self) -> None:
        connections = list(self._connections)
        for connection in connections:
            connection.cancel()
        await asyncio.gather(*connections, return_exceptions=True)

    def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = self._loop.create_task(self._connect(reader, writer))
        self._connections.add(task)
        task.add_done_callback(self._connections.discard)

    async def _connect(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            await self._speaks.wait()
            far_reader, far_writer = await asyncio.open_connection(*self._target)
            try:
                async with asyncio.TaskGroup() as both:
                    both.create_task(self._forward(reader, far_writer))
                    both.create_task(self._forward(far_reader, writer))
            except* OSError:
                pass  # one side went away
            finally:
                far_writer.transport.abort()
        finally:
            writer.transport.abort()

    async def _forward(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Forward one direction up to its end."""
        while piece := await reader.read(65_536):
            await self._speaks.wait()
            writer.write(piece)
            await writer.drain()
        await self._speaks.wait()
        writer.write_eof()


@contextmanager
def silent_proxy(target: str) -> Iterator[SilentProxy]:
    """Run a proxy in front of the server at this address."""
    proxy = SilentProxy(target)
    proxy.open()
    try:
        yield proxy
    finally:
        proxy.close()
