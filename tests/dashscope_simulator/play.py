"""Plays a reply on a real connection."""

import asyncio
import math
import socket
import struct
import time

from aiohttp import web
from aiohttp.client_exceptions import ClientConnectionResetError

from dashscope_simulator.pieces import Abort, Pause, cut
from dashscope_simulator.profile import Reply
from dashscope_simulator.question import Options
from dashscope_simulator.records import Record

LONGEST = 86_400.0  # seconds; stands for a pause without end
RESET = struct.pack("ii", 1, 0)  # SO_LINGER with zero seconds makes close() send a reset


class AbortedError(Exception):
    """The profile broke the connection on purpose."""


async def play(reply: Reply, options: Options, request: web.Request, record: Record) -> web.StreamResponse:
    """Sends the reply piece by piece and ends the record with what became of it."""
    response = web.StreamResponse(status=reply.status, headers=dict(reply.headers))
    try:
        for event in reply.before:
            await happen(event, request)
        if "content-length" not in reply.headers:
            response.enable_chunked_encoding()
        await response.prepare(request)
        await send(reply, options, request, response, record)
        record.end("complete")
        await response.write_eof()
    except AbortedError:
        record.end("aborted")
    except (asyncio.CancelledError, ClientConnectionResetError, ConnectionError):
        record.end("cancelled")
        raise
    except Exception:
        record.end("error")
        raise
    return response


async def send(
    reply: Reply, options: Options, request: web.Request, response: web.StreamResponse, record: Record
) -> None:
    """Writes the frames, paced from the first one by absolute deadlines."""
    if options.delay:
        await asyncio.sleep(options.delay)
    start = time.monotonic()
    for piece in reply.pieces:
        if not isinstance(piece, bytes):
            await happen(piece, request)
            continue
        if options.rate:
            await asyncio.sleep(max(0.0, start + record.frames_sent / options.rate - time.monotonic()))
        for part in cut(piece, options.split):
            await response.write(part)
            if options.split != "whole":
                await asyncio.sleep(0)
        record.first_byte = record.first_byte or time.time()
        record.frames_sent += 1


async def happen(event: Pause | Abort, request: web.Request) -> None:
    if isinstance(event, Pause):
        await asyncio.sleep(LONGEST if math.isinf(event.seconds) else event.seconds)
        return
    transport = request.transport
    if transport is not None:
        if event.reset:
            opened = transport.get_extra_info("socket")
            opened.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, RESET)
        transport.abort()
    raise AbortedError
