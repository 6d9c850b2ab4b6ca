"""Whose pages may ask: our own. A page of another site can neither drive the chat nor send it anything.

python-engineio has a check of its own (`cors_allowed_origins`, which NiceGUI sets to everybody). It is not enough: it
believes `X-Forwarded-Host` from whoever sends it, knows nothing of uploads, and tells nobody what to mend.
"""

import logging

from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send
from starlette.websockets import WebSocketClose
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from nicewen.components.visitor import PEER
from nicewen.services.language import words_of

DEFAULT_PORTS = {"http": ":80", "https": ":443"}

LOGGED = 100
"""Foreign origins that are logged, once each; a hostile page may have as many as it likes."""

log = logging.getLogger("nicewen.origin")


class BelievedProxies(ProxyHeadersMiddleware):
    """Uvicorn's own, which believes trusted proxies in who asks and by which scheme; here also in which host is asked.

    Stands before `OwnOrigin`, and in the place of uvicorn's own (`proxy_headers=False`): behind that, who the proxy was
    is no longer known. Of several hosts the first counts, which is the outermost proxy's.
    """

    def __init__(self, app: ASGIApp, trusted_hosts: str) -> None:
        super().__init__(app, trusted_hosts)  # type: ignore[arg-type]  # uvicorn types the same by itself

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:  # type: ignore[override]  # as above
        peer = (scope.get("client") or ("",))[0]
        if scope["type"] != "lifespan" and peer in self.trusted_hosts:
            headers = MutableHeaders(scope=scope)
            if host := headers.get("x-forwarded-host", "").split(",")[0].strip():
                headers["host"] = host
                scope["headers"] = headers.raw
        scope[PEER] = peer  # what follows may name another as the one who asks
        await super().__call__(scope, receive, send)  # type: ignore[arg-type]


class OwnOrigin:
    """ASGI middleware that refuses every request, a websocket's handshake too, whose `Origin` is not the page's own.

    The page's own is the host that was asked; a page by plain HTTP is not that of one by TLS. Requests without an
    `Origin` pass: programs send none, and a browser leaves it out only where a page can neither send anything of its
    own nor read the answer (`Cross-Origin-Resource-Policy` sees to that where a script is loaded).
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self._logged: set[str] = set()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] in {"http", "websocket"}:
            headers = Headers(scope=scope)
            origin, host = headers.get("origin"), headers.get("host", "")
            if origin is not None and not is_own(origin, host, by_tls=scope["scheme"] in {"https", "wss"}):
                self._log(origin, host)
                refusal = WebSocketClose() if scope["type"] == "websocket" else _refusal()
                await refusal(scope, receive, send)
                return
        await self._app(scope, receive, send)

    def _log(self, origin: str, host: str) -> None:
        if origin not in self._logged and len(self._logged) < LOGGED:
            self._logged.add(origin)
            log.warning(
                "refused a request of a page at %a, since this one is at %a; if it is your own page, have the proxy "
                "pass on the host it is asked for (in nginx.conf: proxy_set_header Host $http_host;), or send it as "
                "X-Forwarded-Host with the proxy's address in NICEWEN_TRUSTED_PROXIES",
                origin[:200],
                host[:200],
            )


def is_own(origin: str, host: str, *, by_tls: bool) -> bool:
    """Whether an origin is the page's at a host, as the header names both.

    Where nothing says that a proxy ended TLS, an origin by TLS is as good as one without.
    """
    scheme, _, name = origin.lower().partition("://")
    if scheme not in DEFAULT_PORTS or (scheme == "http" and by_tls):
        return False
    return bool(name) and name.removesuffix(DEFAULT_PORTS[scheme]) == host.lower().removesuffix(DEFAULT_PORTS[scheme])


def _refusal() -> PlainTextResponse:
    return PlainTextResponse(words_of("en")("origin-refused") + "\n", 403)
