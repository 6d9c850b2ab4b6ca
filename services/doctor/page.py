"""How a page arrives through a proxy: what is missing is told by what comes back."""

import re
import ssl
import time
from collections.abc import AsyncIterator
from urllib.parse import urlsplit

import httpx

from nicewen.services.doctor.finding import Finding, ill, unknown, well
from nicewen.services.trust import trusting_context

PATIENCE = 15.0
PIECES_SECONDS = 1.0
"""How long `/healthz/pieces` pauses between its two pieces."""

PROCESS = "X-Nicewen-Process"
"""The header in which a probe's answer names the process that gives it."""

PROBES = 16
"""So many probes are sent: two processes that take turns, or are drawn by lot, are told from one."""

_PREFIX = re.compile(r"""["'(]([^"'()\s]*)/_nicegui/\d|data-path="([^"]*)\"""")  # a page's own, or the log-in's
_DOOR = "X-Nicewen-Door"
_UPGRADE = {
    "Connection": "Upgrade",
    "Upgrade": "websocket",
    "Sec-WebSocket-Version": "13",
    "Sec-WebSocket-Key": "dGhlIHNhbXBsZSBub25jZQ==",  # RFC 6455's own example; nothing depends on its being random
}
_READER = {"Accept": "text/html"}
_SOCKET = "/_nicegui_ws/socket.io/?EIO=4&transport=websocket"
_POLLING = "/_nicegui_ws/socket.io/?EIO=4&transport=polling"


async def findings_about_page(url: str) -> AsyncIterator[Finding]:
    """Yield what is found at the address that people open, up to what nothing behind it can work without."""
    base = url.rstrip("/")
    path = urlsplit(base).path
    async with httpx.AsyncClient(verify=trusting_context(), timeout=PATIENCE, follow_redirects=False) as client:
        try:
            page = await _page(client, base)
        except httpx.HTTPError as error:
            yield _unreachable(base, error)
            return
        place = _place(page, base)
        yield place
        if place.state == "ill":
            return
        prefix = _sub_path(page.text, path)
        yield prefix
        if urlsplit(base).scheme == "https":
            yield _scheme(page)
        yield _door(page.headers.get(_DOOR, ""), page.status_code)
        yield await _processes(client, base)
        yield await _websocket(client, base, has_door=_DOOR in page.headers)
        yield await _origin(client, base)
        yield await _buffering(client, base)
        yield await _metrics(client, base)


async def _page(client: httpx.AsyncClient, base: str) -> httpx.Response:
    """Return the first page, or the log-in to which it leads."""
    page = await client.get(f"{base}/", headers=_READER)
    to_login = _DOOR in page.headers and urlsplit(page.headers.get("location", "")).path.endswith("/login")
    return await client.get(f"{base}/login?out=1", headers=_READER) if to_login else page


def _scheme(page: httpx.Response) -> Finding:
    """Tell whether Nicewen knows that the page came by https, by a header that it sends then alone."""
    is_known = "Cross-Origin-Opener-Policy" in page.headers
    return well("scheme", "doctor-scheme-well") if is_known else ill("scheme", "doctor-scheme-missing")


def _door(door: str, status: int) -> Finding:
    """Tell how the page asks who somebody is; a proxy that should have said it for us has not, or is not believed."""
    if not door:
        return well("auth", "doctor-door-none")
    if door == "proxy":
        return ill("auth", "doctor-door-proxy-unknown" if status == 403 else "doctor-door-proxy-missing")
    return well("auth", f"doctor-door-{door}")


def _unreachable(base: str, error: httpx.HTTPError) -> Finding:
    host = urlsplit(base).netloc
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, ssl.SSLError) and cause.reason in {"WRONG_VERSION_NUMBER", "RECORD_LAYER_FAILURE"}:
            return ill("reach", "doctor-url-plain", host=host)
        if isinstance(cause, ssl.SSLError):
            return ill("reach", "doctor-url-tls", host=host, reason=getattr(cause, "verify_message", "") or str(cause))
        cause = cause.__cause__ or cause.__context__
    return ill("reach", "doctor-url-unreachable", host=host)


def _proxys_own(page: httpx.Response, base: str) -> Finding | None:
    """Tell what the proxy answers by itself."""
    if page.status_code in {502, 503, 504}:
        return ill("reach", "doctor-url-bad-gateway", status=str(page.status_code))
    if page.status_code == 400 and "HTTPS port" in page.text:  # nginx's words
        return ill("reach", "doctor-url-tls-port", url=base.replace("http:", "https:", 1) + "/")
    return None


def _place(page: httpx.Response, base: str) -> Finding:
    """Tell whether this is Nicewen's page."""
    path = urlsplit(base).path
    if (said := _proxys_own(page, base)) is not None:
        return said
    if page.is_redirect and _DOOR in page.headers:  # not even the log-in is where it belongs
        return ill("reach", "doctor-url-path-kept", path=f"{path}/")
    if page.is_redirect:
        return ill("reach", "doctor-url-redirect", to=page.headers.get("location", ""))
    if "/_nicegui/" not in page.text and _DOOR not in page.headers:
        return ill("reach", "doctor-url-not-nicewen", status=str(page.status_code), path=f"{path}/")
    if page.status_code == 404:
        return ill("reach", "doctor-url-path-kept", path=f"{path}/")
    return well("reach", "doctor-url-well", url=f"{base}/")


def _sub_path(html: str, path: str) -> Finding:
    """Compare the path by which the page asks for its parts with the one it is opened by."""
    found = _PREFIX.search(html)
    said = next((one for one in found.groups() if one is not None), "") if found else ""
    if said == path:
        return well("sub-path", "doctor-path-well", path=path or "/")
    if path and said == path + path:
        return ill("sub-path", "doctor-path-twice", path=path)
    if not path:
        return ill("sub-path", "doctor-path-surplus", said=said)
    return ill("sub-path", "doctor-path-missing", path=path, said=said or "/")


async def _processes(client: httpx.AsyncClient, base: str) -> Finding:
    """Tell whether a browser stays with the process that built its page, by who answers it each time."""
    names = set()
    for _ in range(PROBES):
        try:
            reply = await client.get(f"{base}/healthz?exclude=database", headers={"Connection": "close"})
        except httpx.HTTPError:
            return unknown("processes", "doctor-processes-unknown", status="–")
        if PROCESS not in reply.headers:
            return unknown("processes", "doctor-processes-unknown", status=str(reply.status_code))
        names.add(reply.headers[PROCESS])
    if len(names) > 1:
        return ill("processes", "doctor-processes-mixed", count=str(len(names)))
    return well("processes", "doctor-processes-well")


async def _websocket(client: httpx.AsyncClient, base: str, *, has_door: bool) -> Finding:
    try:
        async with client.stream("GET", base + _SOCKET, headers=_UPGRADE) as reply:
            if reply.status_code == 101 or (has_door and reply.status_code == 403):  # the door closes a websocket so
                return well("websocket", "doctor-websocket-well")
            return ill("websocket", "doctor-websocket-missing", status=str(reply.status_code))
    except httpx.HTTPError:
        return ill("websocket", "doctor-websocket-missing", status="–")


async def _origin(client: httpx.AsyncClient, base: str) -> Finding:
    """Tell whether Nicewen takes the page for its own, by asking as its script does."""
    origin = "{0.scheme}://{0.netloc}".format(urlsplit(base))
    try:
        reply = await client.get(base + _POLLING, headers={"Origin": origin})
        status = 200 if _DOOR in reply.headers else reply.status_code  # our own page is asked who it is; others are not
    except httpx.HTTPError:
        return unknown("origin", "doctor-origin-unknown", status="–")
    if status == 403:
        return ill("origin", "doctor-origin-refused", origin=origin)
    if status != 200:
        return unknown("origin", "doctor-origin-unknown", status=str(status))
    return well("origin", "doctor-origin-well", origin=origin)


async def _buffering(client: httpx.AsyncClient, base: str) -> Finding:
    """Tell whether pieces come one by one, by the time between the first and the last."""
    try:
        async with client.stream("GET", f"{base}/healthz/pieces", headers={"Accept-Encoding": "identity"}) as reply:
            times = [time.monotonic() async for _ in reply.aiter_raw()]
            if reply.status_code != 200 or not times:
                return unknown("buffering", "doctor-buffering-unknown", status=str(reply.status_code))
    except httpx.HTTPError:
        return unknown("buffering", "doctor-buffering-unknown", status="–")
    if times[-1] - times[0] < PIECES_SECONDS / 2:
        return ill("buffering", "doctor-buffering-held")
    return well("buffering", "doctor-buffering-well")


async def _metrics(client: httpx.AsyncClient, base: str) -> Finding:
    try:
        is_open = (await client.get(f"{base}/metrics")).status_code in {200, 501}
    except httpx.HTTPError:
        is_open = False
    path = urlsplit(base).path
    return ill("metrics", "doctor-metrics-open", path=path) if is_open else well("metrics", "doctor-metrics-well")
