"""What machines ask: `/healthz`, `/readyz` and, where prometheus-client is installed, `/metrics`."""

import asyncio
import secrets
from collections.abc import AsyncIterator, Callable
from importlib.util import find_spec
from ipaddress import ip_address

from fastapi import Request, Response
from fastapi.responses import JSONResponse, PlainTextResponse, StreamingResponse
from nicegui import Client, app

from nicewen.services import Assistant, Settings
from nicewen.services.doctor.page import PIECES_SECONDS, PROCESS
from nicewen.services.errors import StoreError
from nicewen.services.language import words_of

DATABASE_SECONDS = 3.0
"""How long the database may take to answer a probe."""

UNCACHED = {"Cache-Control": "no-store"}
IDENTITY = {PROCESS: secrets.token_hex(4)}
"""Says which of several processes answers."""

PROBES = frozenset({"/healthz", "/healthz/pieces", "/readyz", "/metrics"})
"""What machines ask for without a log-in."""


def register_probes(assistant: Assistant) -> None:
    """Make the addresses known to NiceGUI's server, and have the assistant counted."""

    @app.get("/healthz", include_in_schema=False)
    async def health(exclude: str = "") -> Response:
        """Say whether this process and its database answer; with `?exclude=database`, only the process."""
        return _probe({} if exclude == "database" else {"database": await _database(assistant)})

    @app.get("/healthz/pieces", include_in_schema=False)
    async def pieces() -> Response:
        """Send two pieces with a pause between them: whoever gets them at once has a proxy that holds them back."""
        return StreamingResponse(_pieces(), media_type="text/plain", headers=UNCACHED)

    @app.get("/readyz", include_in_schema=False)
    async def readiness() -> Response:
        """Say whether new questions are welcome here."""
        drain = "draining" if assistant.is_draining else "ok"
        return _probe({"database": await _database(assistant), "questions": drain})

    show = _metrics(assistant)

    @app.get("/metrics", include_in_schema=False)
    async def metrics(request: Request) -> Response:
        """Show the numbers to this machine and to trusted proxies."""
        words = words_of("en")
        if not may_see_metrics(assistant.settings, request.client.host if request.client else ""):
            return PlainTextResponse(words("metrics-not-for-you") + "\n", 403)
        if show is None:
            return PlainTextResponse(words("metrics-not-installed") + "\n", 501)
        return Response(show(), media_type="text/plain; version=0.0.4; charset=utf-8")


def may_see_metrics(settings: Settings, address: str) -> bool:
    """Whether a request from this address is answered; it is the one behind the proxies that are trusted."""
    try:
        return ip_address(address).is_loopback or settings.trusts(address)
    except ValueError:
        return False


def open_pages() -> int:
    """Return how many pages are connected."""
    return sum(client.has_socket_connection for client in list(Client.instances.values()))


def _metrics(assistant: Assistant) -> Callable[[], bytes] | None:
    if find_spec("prometheus_client") is None:
        return None
    from nicewen.services.metrics import Metrics  # noqa: PLC0415 (an extra)

    metrics = Metrics(running_answers=lambda: assistant.running_answers, open_pages=open_pages)
    assistant.observers.append(metrics)
    return metrics.text


async def _database(assistant: Assistant) -> str:
    try:
        async with asyncio.timeout(DATABASE_SECONDS):
            await assistant.try_database()
    except TimeoutError:
        return f"no answer within {DATABASE_SECONDS:g} s"
    except StoreError as error:
        return str(error)
    return "ok"


def _probe(parts: dict[str, str]) -> Response:
    is_well = all(state == "ok" for state in parts.values())
    return JSONResponse({"process": "ok", **parts}, 200 if is_well else 503, headers=UNCACHED | IDENTITY)


async def _pieces() -> AsyncIterator[bytes]:
    yield b"first\n"
    await asyncio.sleep(PIECES_SECONDS)
    yield b"last\n"
