"""Whose pages may ask: by plain requests to a real server, and through its middleware as proxies would ask."""

from collections.abc import Iterator
from contextlib import closing
from http.client import HTTPConnection
from urllib.parse import urlsplit

import httpx
import pytest
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.types import Receive, Scope, Send

from browser.engine import ENGINE, HANDSHAKE
from browser.nicewen_process import RunningNicewen, running_nicewen
from nicewen.components.origin import BelievedProxies, OwnOrigin, is_own

FOREIGN = ["http://evil.example", "http://127.0.0.1:1", "null", ""]
WAYS = {  # each with the status that its own page gets
    "websocket": ("GET", f"{ENGINE}websocket", HANDSHAKE, 101),
    "polling": ("GET", f"{ENGINE}polling", {}, 200),
    "preflight": ("OPTIONS", f"{ENGINE}polling", {"Access-Control-Request-Method": "POST"}, 200),
    "upload": ("POST", "/_nicegui/client/none/upload/1", {}, 404),
    "post": ("POST", "/healthz", {}, 405),
    "page": ("GET", "/", {}, 200),
}


@pytest.fixture(scope="module")
def nicewen() -> Iterator[RunningNicewen]:
    with running_nicewen("http://127.0.0.1:1", NICEWEN_PROVIDER="demo") as running:
        yield running


def replied(nicewen: RunningNicewen, way: str, **headers: str) -> tuple[int, str, str]:
    """Return status, body and whom the browser may show it to."""
    method, path, more, _ = WAYS[way]
    with closing(HTTPConnection(urlsplit(nicewen.url).netloc, timeout=10)) as connection:
        connection.request(method, path, headers={**more, **headers})
        reply = connection.getresponse()
        body = "" if reply.status == 101 else reply.read().decode()
        return reply.status, body, reply.headers.get("Access-Control-Allow-Origin", "")


@pytest.mark.parametrize("origin", FOREIGN)
@pytest.mark.parametrize("way", WAYS)
def test_another_sites_page_is_refused(nicewen: RunningNicewen, way: str, origin: str) -> None:
    status, _, shown_to = replied(nicewen, way, Origin=origin)
    assert (status, shown_to) == (403, "")


@pytest.mark.parametrize("way", WAYS)
def test_the_own_page_and_programs_are_let_in(nicewen: RunningNicewen, way: str) -> None:
    assert replied(nicewen, way, Origin=nicewen.url)[0] == WAYS[way][3]
    assert replied(nicewen, way)[0] == WAYS[way][3]


def test_what_was_refused_is_logged_once_with_its_mend(nicewen: RunningNicewen) -> None:
    for _ in range(2):
        assert replied(nicewen, "polling", Origin="https://chat.example:8443")[1].startswith("This request came from")
    (line,) = [line for line in nicewen.log.splitlines() if "'https://chat.example:8443'" in line]
    assert f"this one is at '{urlsplit(nicewen.url).netloc}'" in line
    assert "proxy_set_header Host $http_host;" in line
    assert "NICEWEN_TRUSTED_PROXIES" in line


@pytest.mark.parametrize(
    ("origin", "host", "by_tls", "expected"),
    [
        ("http://chat.example", "chat.example", False, True),
        ("https://chat.example", "chat.example", True, True),
        ("https://chat.example", "chat.example", False, True),
        ("http://chat.example", "chat.example", True, False),
        ("https://Chat.Example", "chat.example:443", True, True),
        ("http://chat.example:80", "chat.example", False, True),
        ("https://chat.example:8443", "chat.example:8443", True, True),
        ("https://chat.example:8443", "chat.example", True, False),
        ("https://chat.example", "chat.example:8443", True, False),
        ("http://[::1]:8080", "[::1]:8080", False, True),
        ("https://evil-chat.example", "chat.example", True, False),
        ("https://chat.example.evil.example", "chat.example", True, False),
        ("null", "null", False, False),
        ("https://", "", True, False),
        ("file://chat.example", "chat.example", False, False),
    ],
)
def test_an_origin_is_the_pages_own_where_host_and_port_are(
    origin: str, host: str, by_tls: bool, expected: bool
) -> None:
    assert is_own(origin, host, by_tls=by_tls) is expected


async def asked_through(proxy: str, trusted: str, **headers: str) -> httpx.Response:
    """Ask as a proxy at this address does, which names the chat's host to be `inner`."""

    async def tell(scope: Scope, receive: Receive, send: Send) -> None:
        await PlainTextResponse(str(Request(scope).url))(scope, receive, send)

    door = BelievedProxies(OwnOrigin(tell), trusted_hosts=trusted)
    transport = httpx.ASGITransport(door, client=(proxy, 1))
    async with httpx.AsyncClient(transport=transport) as client:
        sent = {"Origin": "https://chat.example", **{name.replace("_", "-"): value for name, value in headers.items()}}
        return await client.post("http://inner/", headers=sent)


async def test_a_trusted_proxy_may_name_the_host_that_was_asked() -> None:
    headers = {"X_Forwarded_Host": "chat.example, inner.example", "X_Forwarded_Proto": "https"}
    assert (await asked_through("10.0.0.7", "10.0.0.0/8", **headers)).text == "https://chat.example/"
    assert (await asked_through("10.0.0.7", "127.0.0.1, 192.0.2.0/24", **headers)).status_code == 403
    assert (await asked_through("10.0.0.7", "10.0.0.0/8")).status_code == 403
