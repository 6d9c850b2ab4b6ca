"""One streamed POST, from the connection to JSON: shared by every provider that speaks HTTP."""

import asyncio
import json
import logging
import re
import ssl
import time
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Iterator, Mapping
from contextlib import aclosing, contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import httpx
from httpx_sse import EventSource

from nicewen.services.errors import AnswerError, CutShort, TimedOut, Unreachable
from nicewen.services.providers.pace import REST_SECONDS, Pace
from nicewen.services.providers.provider import ignore
from nicewen.services.redaction import Redactor

ERROR_BODY_LIMIT = 1_000_000
"""Bytes read of a body that is not a stream; an error is far smaller, a whole answer in JSON too."""

DEAD_WITHIN = 1.0
"""Seconds in which a connection that died in the pool fails: a round trip, and no more."""

log = logging.getLogger(__name__)

_LINE_END = re.compile("\r\n|\r|\n")  # str.splitlines also splits at U+2028, which JSON may hold raw
_T = TypeVar("_T")

_json = json.JSONDecoder(strict=False)  # some services leave control characters raw inside strings


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds without progress before an attempt is given up; comments do not count as progress."""

    connect: float = 10.0
    first_data: float = 120.0
    stall: float = 60.0


@dataclass(frozen=True, slots=True)
class Frame:
    """One JSON value the service sent, or a body that holds none (`payload` is None, `text` is what came).

    `status` is the response's HTTP status, `event` the stream's event name, `streamed` whether it came in a stream.
    """

    payload: Any
    event: str = ""
    status: int = 200
    text: str = ""
    streamed: bool = True
    headers: Mapping[str, str] | None = None


async def frames(
    client: httpx.AsyncClient,
    url: str,
    *,
    headers: Mapping[str, str],
    body: object,
    timeouts: Timeouts,
    redactor: Redactor,
    received: Callable[[str], None] = ignore,
) -> AsyncGenerator[Frame]:
    """Post `body` as JSON and yield what comes back: the frames of a stream, else those found in the body.

    Keys are masked in what is yielded, not in what `received` is told: each event's data, or the body, as it came. A
    connection from the pool that the service had already closed is replaced once; nothing was read from it.

    Raises:
        Unreachable, TimedOut, CutShort: The connection failed, in this order of its life.
    """
    loop = asyncio.get_running_loop()
    request = client.build_request(
        "POST", url, headers=dict(headers), json=body, timeout=httpx.Timeout(None, connect=timeouts.connect)
    )
    with our_errors(request.url.host, timeouts):
        due = loop.time() + timeouts.first_data
        limit = ("error-first-data-timeout", timeouts.first_data)
        response = await _in_time(_opened(client, request), due, *limit)
        pace = Pace()
        async with aclosing(response), aclosing(_frames_of(response, redactor, received)) as arriving:
            while (frame := await _in_time(anext(arriving, None), due, *limit)) is not None:
                has_read_all = pace.note()
                yield frame
                if has_read_all:
                    await asyncio.sleep(REST_SECONDS)
                pace.begin()
                due = loop.time() + timeouts.stall
                limit = ("error-stall-timeout", timeouts.stall)


async def _in_time(step: Awaitable[_T], due: float, key: str, seconds: float) -> _T:
    try:
        async with asyncio.timeout_at(due):
            return await step
    except TimeoutError as error:
        raise TimedOut(key, seconds=_number(seconds)) from error


async def _opened(client: httpx.AsyncClient, request: httpx.Request) -> httpx.Response:
    """Send, and once more where the pool's connection turns out to be dead.

    Dead means that it was not opened for this request and failed at once; a service that takes its time before it
    hangs up may have begun to answer, and would be paid twice.
    """
    connected = False

    async def watch(name: str, _: object) -> None:
        nonlocal connected
        connected = connected or name.startswith("connection.connect")

    request.extensions["trace"] = watch
    began = time.monotonic()
    try:
        return await client.send(request, stream=True)
    except (httpx.RemoteProtocolError, httpx.ReadError, httpx.WriteError):
        if connected or time.monotonic() - began > DEAD_WITHIN:
            raise
        log.debug("an idle connection had been closed by the service; sending once more on a new one")
        return await client.send(request, stream=True)


async def _frames_of(
    response: httpx.Response, redactor: Redactor, received: Callable[[str], None]
) -> AsyncGenerator[Frame]:
    content_type = response.headers.get("content-type", "")
    if response.status_code >= 400 or "text/event-stream" not in content_type:
        body = await _limited_body(response)
        received(body)
        for frame in _frames_in_body(body, response, redactor):
            yield frame
        return
    async with aclosing(EventSource(_tolerant(response)).aiter_sse()) as events:
        async for event in events:
            name = event.event.strip()
            if event.data.strip() or name == "error":
                received(event.data)
                is_clean = redactor.finds_nothing(event.data)
                for payload in _payloads(event.data):
                    if is_clean:
                        yield Frame(payload, event=name, text=event.data)
                    else:
                        yield Frame(redactor.in_json(payload), event=name, text=redactor(event.data))


def _tolerant(response: httpx.Response) -> httpx.Response:
    """Return the stream with a blank line at its end, without which httpx-sse drops the last event."""

    async def ended() -> AsyncIterator[bytes]:
        async for piece in response.aiter_bytes():
            yield piece
        yield b"\n\n"

    # utf-8-sig: a byte order mark would otherwise hide the first field
    return httpx.Response(200, headers={"content-type": "text/event-stream; charset=utf-8-sig"}, content=ended())


def _payloads(data: str) -> Iterator[Any]:
    """Yield the JSON in one event: normally one value; several where the blank line between events was missing."""
    for candidate in ([data], data.split("\n") if "\n" in data else [], [data.replace("\n", "")]):
        values = [_parsed(line) for line in candidate]
        if values and any(value is not None for value in values):
            yield from (value for value in values if value is not None)
            return
    yield None


def _parsed(text: str) -> Any:
    try:
        return _json.decode(text.strip())
    except (ValueError, RecursionError):
        return None


def _frames_in_body(body: str, response: httpx.Response, redactor: Redactor) -> Iterator[Frame]:
    """Find the JSON of a body that is not a stream, whatever its label says: whole, or on `data:` lines."""
    lines = (line.partition("data:")[2] for line in _LINE_END.split(body) if line.startswith("data:"))
    values = [value for value in (_parsed(body), *map(_parsed, lines)) if value is not None]
    for value in values or [None]:
        payload = redactor.in_json(value)
        yield Frame(payload, status=response.status_code, text=redactor(body), streamed=False, headers=response.headers)


async def _limited_body(response: httpx.Response) -> str:
    body = bytearray()
    async for piece in response.aiter_bytes():
        body += piece
        if len(body) > ERROR_BODY_LIMIT:
            break
    return bytes(body[:ERROR_BODY_LIMIT]).decode("utf-8", "replace")


async def remaining(received: AsyncGenerator[Frame], *, seconds: float = 1.0) -> list[Frame]:
    """Return what still comes after the answer has ended; whatever goes wrong now no longer matters to it.

    Reading to the end gives the connection back to the pool, so the next question needs no new one.
    """
    rest: list[Frame] = []
    try:
        async with asyncio.timeout(seconds):
            async for frame in received:
                rest.append(frame)  # noqa: PERF401 (what came before a time-out counts)
    except (TimeoutError, AnswerError) as error:
        log.debug("after the end of an answer: %r", error)
    return rest


@contextmanager
def our_errors(host: str, timeouts: Timeouts) -> Iterator[None]:
    """Turn httpx's errors and time-outs into ours."""
    try:
        yield
    except httpx.ConnectTimeout as error:
        raise TimedOut("error-connect-timeout", host=host, seconds=_number(timeouts.connect), retryable=True) from error
    except (httpx.ReadTimeout, TimeoutError) as error:
        raise TimedOut("error-first-data-timeout", seconds=_number(timeouts.first_data)) from error
    except httpx.ConnectError as error:
        if _is_tls(error):
            raise Unreachable("error-tls", host=host) from error
        raise Unreachable("error-unreachable", host=host, retryable=True) from error
    except httpx.ProxyError as error:
        raise Unreachable("error-unreachable", host=host, retryable=True) from error
    except (httpx.TransportError, httpx.DecodingError) as error:
        raise CutShort("error-cut-short") from error


def _is_tls(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLError):
            return True
        error = error.__cause__ or error.__context__
    return False


def _number(seconds: float) -> str:
    return f"{seconds:g}"
