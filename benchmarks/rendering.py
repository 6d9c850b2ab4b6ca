"""One text rendered and encoded as a page is shown it, flush by flush: processor time and bytes, without a browser."""

import gc
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Self

from nicegui import Client, ui
from nicegui import json as wire
from nicegui.elements.markdown import prepare_content

from benchmarks.shapes import text_of
from benchmarks.stream import Pace, flushes_of, pieces_of
from nicewen.components.streaming_markdown import StreamingMarkdown
from nicewen.services.markdown import LiveDocument
from nicewen.services.markdown.highlighting import highlighted

NICEWEN, AT_FLUSHES, AT_PIECES = "Nicewen", "ui.markdown", "ui.markdown per token"


@dataclass(frozen=True, slots=True)
class Case:
    """A text and the way it is shown."""

    shape: str
    size: int
    pace: Pace
    way: str = NICEWEN


@dataclass(frozen=True, slots=True)
class Cost:
    """What a case has cost: seconds of processor time, bytes to the page and of the HTML it ends with.

    `longest` is one call without the `collecting` in it, which is the longest pause of Python's garbage collector and
    depends on all that the process holds. `length` is in characters; where the time was up before the end, the text is
    not `is_whole`.
    """

    case: Case
    length: int
    is_whole: bool
    calls: int
    seconds: float
    longest: float
    collecting: float
    sent: int
    html: int

    @property
    def per_character(self) -> float:
        """Microseconds of processor time for each character."""
        return self.seconds / self.length * 1e6

    @property
    def budget(self) -> float:
        """Bytes that may be sent: 1.5 of the HTML, and 120 for each frame."""
        return 1.5 * self.html + 120 * self.calls


class CountedMarkdown(StreamingMarkdown):
    """The real component; what it would send is encoded and counted."""

    sent = 0

    def run_method(self, name: str, *args: Any, timeout: float = 1) -> Any:  # noqa: ARG002  # as NiceGUI names it
        """Encode the call as `Element.run_method`, `Outbox` and Socket.IO together would."""
        code = f"return runMethod({self.id}, {wire.dumps(name)}, {wire.dumps(args)})"
        self.sent += _frame_bytes("run_javascript", {"code": code, "_id": 12345})


class WholeMarkdown(ui.markdown):
    """NiceGUI's own, given the whole text so far; what it would send is encoded and counted."""

    sent = 0
    text = ""

    def add(self, text: str) -> None:
        """Render all, and encode the update that the page would get."""
        self.text += text
        self.set_content(self.text)
        self.sent += _frame_bytes("update", {self.id: self._to_dict(), "_id": 12345})


class Clock:
    """Adds up the processor time of calls, and keeps the longest; while it is open it watches the garbage collector."""

    def __init__(self, limit: float) -> None:
        self.calls, self.seconds, self.longest, self.collecting = 0, 0.0, 0.0, 0.0
        self._limit = limit
        self._collected = self._collection_began = 0.0

    def __enter__(self) -> Self:
        gc.collect()
        gc.callbacks.append(self._note_collection)
        return self

    def __exit__(self, *_: object) -> None:
        gc.callbacks.remove(self._note_collection)

    def run(self, call: Callable[..., object], *arguments: object) -> Self:
        """Call it."""
        began, collected = time.thread_time(), self._collected
        call(*arguments)
        took = time.thread_time() - began
        self.calls, self.seconds = self.calls + 1, self.seconds + took
        self.longest = max(self.longest, took - (self._collected - collected))
        return self

    @property
    def is_up(self) -> bool:
        """Whether the case is to be given up."""
        return self.seconds > self._limit

    def cost(self, case: Case, length: int, sent: int, html: str, *, is_whole: bool) -> Cost:
        """Return the sum."""
        size = len(html.encode())
        return Cost(case, length, is_whole, self.calls, self.seconds, self.longest, self.collecting, sent, size)

    def _note_collection(self, phase: str, _: object) -> None:
        if phase == "start":
            self._collection_began = time.thread_time()
        else:
            took = time.thread_time() - self._collection_began
            self._collected += took
            self.collecting = max(self.collecting, took)


def cost_of(case: Case, limit: float) -> Cost:
    """Show the case's text to its end, or until `limit` seconds are used up."""
    return streamed(case, limit) if case.way == NICEWEN else given(case, limit)


def streamed(case: Case, limit: float) -> Cost:
    """Show a `LiveDocument` by a `StreamingMarkdown`."""
    text, length = text_of(case.shape, case.size), 0
    with blank_page(), Clock(limit) as clock:
        highlighted.cache_clear()  # what another case has highlighted would come for nothing
        document = LiveDocument("bench-")
        view = CountedMarkdown(document, live=True)
        for flush in flushes_of(pieces_of(text, case.pace)):
            for piece in flush:
                document.append(piece)
                length += len(piece)
            if clock.run(view.show_changes).is_up:
                break
        clock.run(document.close)
        while document.is_behind:
            clock.run(view.show_changes)
        return clock.cost(case, length, view.sent, document.html, is_whole=length == len(text))


def given(case: Case, limit: float) -> Cost:
    """Show the text by a `ui.markdown`, set at each flush or at each piece."""
    text = text_of(case.shape, case.size)
    pieces = pieces_of(text, case.pace)
    prepare_content.cache_clear()
    with blank_page(), Clock(limit) as clock:
        view = WholeMarkdown("")
        for step in flushes_of(pieces) if case.way == AT_FLUSHES else ([piece] for piece in pieces):
            if clock.run(view.add, "".join(step)).is_up:
                break
        html = str(view.props["innerHTML"])
        return clock.cost(case, len(view.text), view.sent, html, is_whole=view.text == text)


@contextmanager
def blank_page() -> Iterator[None]:
    """Open a page that nobody looks at."""
    client = Client(ui.page(""), request=None)
    with client:
        yield
    client.delete()


def _frame_bytes(event: str, content: object) -> int:
    """Return the length of a Socket.IO frame."""
    return len(f"42{wire.dumps([event, content])}".encode())
