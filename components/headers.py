"""Response headers that keep a page from asking anyone else for anything."""

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob: https: http:; font-src 'self' data:; connect-src 'self'; object-src 'none'; "
    "base-uri 'self'; form-action 'self'; frame-ancestors {frame_ancestors}"
)  # NiceGUI needs the two 'unsafe-…' for its templates and method calls; images come from elsewhere only after a click


class SecurityHeaders:
    """ASGI middleware that adds a Content-Security-Policy and its companions to every response.

    A response that has a policy of its own keeps it.
    """

    def __init__(self, app: ASGIApp, *, frame_ancestors: str) -> None:
        self._app = app
        self._policy = _POLICY.format(frame_ancestors=frame_ancestors)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", self._policy)
                headers["X-Content-Type-Options"] = "nosniff"
                headers["Referrer-Policy"] = "same-origin"  # with "no-referrer" a form's Origin would be "null"
            await send(message)

        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)
