"""One answer in a real Chromium, measured at both ends."""

import base64
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any
from urllib.request import ProxyHandler, build_opener
from uuid import uuid4

from playwright.sync_api import Browser, BrowserContext, CDPSession, Page, ViewportSize

from benchmarks import instruments
from benchmarks.stream import Pace
from benchmarks.upstream import Wish
from benchmarks.watching import RESULT, SCRIPT

WIDE: ViewportSize = {"width": 1280, "height": 800}
PATIENCE_SECONDS = 45.0
"""How long after its stream has ended an answer may take to be shown."""

SETTLE_SECONDS = 0.7

DISTURBED_SECONDS = 0.02
"""An upstream that was so late did not get a core when it should have."""


class GivenUpError(Exception):
    """The page did not show the answer's end in time, or lost the conversation.

    `cpu` is the processor time that the server had used by then, in seconds.
    """

    def __init__(self, reason: str, cpu: float) -> None:
        super().__init__(reason)
        self.cpu = cpu


@dataclass(frozen=True, slots=True)
class Measurement:
    """One answer. Seconds, bytes; `first` and `last` from the sending of the words to their being in the DOM."""

    stream: float
    updates: int
    cpu: float
    received: int
    frames: int
    main_thread: float
    first: float
    last: float
    held: float
    collecting: float
    html: int
    upstream_late: float

    @property
    def budget(self) -> float:
        """Bytes that may be sent: 1.5 of the final HTML, and 120 for each frame."""
        return 1.5 * self.html + 120 * self.frames

    @property
    def was_disturbed(self) -> bool:
        """Whether the machine was busy with other things."""
        return self.upstream_late > DISTURBED_SECONDS

    @property
    def updates_per_second(self) -> float:
        """Changes of the answer in the DOM, for each second of stream."""
        return self.updates / self.stream if self.stream else 0.0


class Reader:
    """One conversation in one page, whose answers are measured one by one."""

    def __init__(self, page: Page, cdp: CDPSession, server: str, upstream: str) -> None:
        self._page, self._cdp, self._server, self._upstream = page, cdp, server, upstream
        self._ended = ""
        self._received = self._frames = 0
        self._loads = 0
        page.expose_binding("__benchEnded", lambda _, tag: setattr(self, "_ended", tag))
        page.on("domcontentloaded", lambda _: setattr(self, "_loads", self._loads + 1))
        cdp.on("Network.webSocketFrameReceived", self._note_frame)
        cdp.send("Network.enable")
        cdp.send("Performance.enable")

    def open(self, path: str) -> None:
        """Load the page and wait for its socket."""
        self._page.goto(self._server + path)
        self._page.wait_for_function("window.socket?.connected")
        self._wait(SETTLE_SECONDS)

    def ask(self, shape: str, length: int, pace: Pace) -> Measurement:
        """Ask for an answer and measure it.

        Raises:
            GivenUpError: The end of the answer was not shown in time.
        """
        wish = Wish(shape, length, pace, uuid4().hex[:8])
        box = self._page.locator("textarea[data-testid=question], input[data-testid=question]")
        box.fill(wish.question)
        self._page.evaluate("tag => window.__bench.arm(tag)", wish.tag)
        self._wait(SETTLE_SECONDS)
        asked = f"{self._server}{instruments.PATH}"
        told(asked)
        loads, main_thread = self._loads, self._main_thread()
        self._received = self._frames = 0
        box.press("Enter")
        self._wait_for_end(wish, loads)
        self._wait(SETTLE_SECONDS)
        main_thread = self._main_thread() - main_thread
        server, sent = told(asked), told(f"{self._upstream}/sent?tag={wish.tag}")
        return self._measurement(server, sent, main_thread, self._page.evaluate(RESULT))

    def _measurement(
        self, server: Mapping[str, float], sent: Mapping[str, float], main_thread: float, seen: Mapping[str, float]
    ) -> Measurement:
        return Measurement(
            stream=sent["last"] - sent["first"],
            updates=int(seen["updates"]),
            cpu=server["cpu"],
            received=self._received,
            frames=self._frames,
            main_thread=main_thread,
            first=seen["first"] / 1000 - sent["first"],
            last=seen["last"] / 1000 - sent["last"],
            held=server["held"],
            collecting=server["collecting"],
            html=int(seen["html"]),
            upstream_late=sent["late"],
        )

    def _wait_for_end(self, wish: Wish, loads: int) -> None:
        waited, patience = 0.0, wish.seconds + PATIENCE_SECONDS
        while self._ended != wish.tag:
            self._wait(0.1)
            waited += 0.1
            if waited > patience:
                raise GivenUpError(f"not shown {PATIENCE_SECONDS:.0f} s after its end", self._server_cpu())
            if self._loads != loads:
                self._wait(wish.seconds - waited)  # the server goes on
                raise GivenUpError("the page loaded itself anew", self._server_cpu())

    def _server_cpu(self) -> float:
        return told(f"{self._server}{instruments.PATH}")["cpu"]

    def _main_thread(self) -> float:
        metrics = self._cdp.send("Performance.getMetrics")["metrics"]
        return float(next(metric["value"] for metric in metrics if metric["name"] == "TaskDuration"))

    def _wait(self, seconds: float) -> None:
        self._page.wait_for_timeout(max(0.0, seconds) * 1000)

    def _note_frame(self, event: Mapping[str, Any]) -> None:
        frame = event["response"]
        is_text = frame["opcode"] == 1
        self._received += len(frame["payloadData"].encode() if is_text else base64.b64decode(frame["payloadData"]))
        self._frames += 1


@contextmanager
def reading(browser: Browser, server: str, upstream: str, path: str = "/") -> Iterator[Reader]:
    """Open a page in a browser profile of its own."""
    context: BrowserContext = browser.new_context(locale="en-US", viewport=WIDE)
    with context:
        page = context.new_page()
        page.add_init_script(SCRIPT)
        reader = Reader(page, context.new_cdp_session(page), server, upstream)
        reader.open(path)
        yield reader


def told(url: str) -> Mapping[str, float]:
    """Return what a server tells as JSON."""
    with build_opener(ProxyHandler({})).open(url, timeout=60) as response:
        answer: Mapping[str, float] = json.load(response)
    return answer
