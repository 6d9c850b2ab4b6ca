"""A DashScope of its own process that sends answers of a wanted shape at exact times, and notes when it did.

`python -m benchmarks.upstream` prints its address. A question says what is wanted (see `Wish`). A slow reader does not
slow the schedule; `/sent?tag=…` tells the times of the first and the last piece.
"""

import asyncio
import json
import re
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from aiohttp import web

from benchmarks.shapes import text_of
from benchmarks.stream import PIECES_PER_SECOND, Pace, pieces_of
from dashscope_simulator.frames import STREAM, chunk, frame

PATH = "/api/v1/services/aigc/text-generation/generation"
WAIT_SECONDS = 0.2
"""From the question to the first piece."""

WISH = re.compile(r"shape=(\w+) length=(\d+) piece=(\d+) tag=(\w+)(?: hold=(\d+))?")


@dataclass(frozen=True, slots=True)
class Wish:
    """The answer that a question asks for; `tag` tells it from all others; its end waits for `hold` seconds."""

    shape: str
    length: int
    pace: Pace
    tag: str
    hold: int = 0

    @property
    def question(self) -> str:
        """The question's text."""
        wish = f"shape={self.shape} length={self.length} piece={self.pace.piece} tag={self.tag}"
        return f"Please answer: {wish} hold={self.hold}"

    @property
    def seconds(self) -> float:
        """How long the answer takes to be sent."""
        return self.length / self.pace.piece / PIECES_PER_SECOND

    @property
    def pieces(self) -> Sequence[str]:
        """What is sent, in order: the first and the last piece are words that a page can be watched for."""
        gap = " " if self.shape == "paragraph" else "\n\n"
        text = text_of(self.shape, self.length).rstrip()
        return [f"START{self.tag}{gap}", *pieces_of(text, self.pace), f"{gap}END{self.tag}"]


@dataclass(slots=True)
class Sent:
    """When the pieces of one answer were written; Unix seconds. `late` is the worst delay behind the schedule."""

    first: float = 0.0
    last: float = 0.0
    late: float = 0.0


class Upstream:
    """Answers questions and remembers the times."""

    def __init__(self) -> None:
        self._sent: dict[str, Sent] = {}

    def app(self) -> web.Application:
        app = web.Application(client_max_size=1 << 28)
        app.router.add_post(PATH, self._answer)
        app.router.add_get("/sent", self._times)
        return app

    async def _answer(self, request: web.Request) -> web.StreamResponse:
        wish = wish_of(await request.json())
        frames = frames_of(wish)
        response = web.StreamResponse(headers={"Content-Type": STREAM})
        if request.transport is not None:
            request.transport.set_write_buffer_limits(high=1 << 28)
        await response.prepare(request)
        await asyncio.sleep(WAIT_SECONDS)
        sent = self._sent[wish.tag] = Sent()
        start = time.perf_counter()
        for number, one in enumerate(frames[:-1]):
            due = start + number / PIECES_PER_SECOND
            await asyncio.sleep(max(0.0, due - time.perf_counter()))
            sent.late = max(sent.late, time.perf_counter() - due)
            sent.last = time.time()
            sent.first = sent.first or sent.last
            await response.write(one)
        await asyncio.sleep(wish.hold)
        await response.write(frames[-1])
        await response.write_eof()
        return response

    async def _times(self, request: web.Request) -> web.Response:
        return web.json_response(asdict(self._sent[request.query["tag"]]))


def wish_of(body: dict[str, dict[str, list[dict[str, str]]]]) -> Wish:
    """Read what the last message asks for."""
    found = WISH.search(body["input"]["messages"][-1]["content"])
    if found is None:
        raise web.HTTPBadRequest
    shape, length, piece, tag, hold = found.groups()
    return Wish(shape, int(length), Pace("", int(piece)), tag, int(hold or 0))


def frames_of(wish: Wish) -> Sequence[bytes]:
    """Return a frame for each piece, and the one that ends the answer."""
    payloads = [chunk(piece, tokens=number) for number, piece in enumerate(wish.pieces, 1)]
    payloads.append(chunk("", "stop", len(payloads)))
    return [frame({**payload, "request_id": wish.tag}, number) for number, payload in enumerate(payloads, 1)]


async def serve() -> None:
    """Serve on a free port until a signal comes."""
    ended = asyncio.Event()
    for name in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(name, ended.set)
    runner = web.AppRunner(Upstream().app(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sys.stdout.write(json.dumps({"url": f"http://127.0.0.1:{runner.addresses[0][1]}"}) + "\n")
    sys.stdout.flush()
    await ended.wait()
    await runner.cleanup()


if __name__ == "__main__":
    asyncio.run(serve())
