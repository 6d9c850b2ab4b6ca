"""Response headers that keep a page from running what is not its own, and from asking anyone else for anything."""

import secrets
from collections.abc import Callable

from jinja2 import BaseLoader, Environment
from nicegui.client import templates
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from nicewen.components.door_pages import DOOR

_NONCE = "nicewen.nonce"
"""Where a request keeps the word by which its page's scripts are known."""

_MARKED_SCRIPT = f"<script nonce=\"{{{{ request.scope['{_NONCE}'] }}}}\""

PAGE = (
    "default-src 'none'; script-src 'self' 'nonce-{nonce}' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: {image_sources}; font-src 'self'; connect-src 'self'; base-uri 'none'; "
    "form-action 'self'; frame-ancestors {frame_ancestors}"
)
"""What a page may do. NiceGUI evaluates each message that calls a method, and writes style sheets and attributes."""

DOOR_PAGE = (
    "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'self'; "
    "frame-ancestors {frame_ancestors}"
)
"""What a page before the log-in may do: look as it does, and send its form."""

NOTHING = "default-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; sandbox"
"""What everything else may do where a browser shows it as a document: a probe, a script, an image, a refusal."""

ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",  # with "no-referrer" a form's Origin would be "null"
    "Permissions-Policy": ", ".join(
        f"{feature}=()" for feature in ("camera", "display-capture", "geolocation", "microphone", "payment", "usb")
    ),
    "Cross-Origin-Resource-Policy": "same-origin",
}


class SecurityHeaders:
    """ASGI middleware that adds a Content-Security-Policy and its companions to every response.

    A response that has a policy of its own keeps it. From now on each script in NiceGUI's page, and no other inline
    script, carries the nonce of its request.
    """

    def __init__(self, app: ASGIApp, *, frame_ancestors: str, image_sources: str) -> None:
        self._app = app
        self._sources = {"frame_ancestors": frame_ancestors, "image_sources": image_sources}
        if not isinstance(templates.env.loader, _Marked):
            templates.env.loader = _Marked(templates.env.loader)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                headers.setdefault("Content-Security-Policy", self._policy(headers, scope[_NONCE]))
                headers.update(ALWAYS)
                if scope["scheme"] == "https":  # without TLS a browser complains of it
                    headers["Cross-Origin-Opener-Policy"] = "same-origin"
            await send(message)

        if scope["type"] == "http":
            scope[_NONCE] = secrets.token_urlsafe(16)
        await self._app(scope, receive, send_with_headers if scope["type"] == "http" else send)

    def _policy(self, headers: Headers, nonce: str) -> str:
        if headers.get("X-NiceGUI-Content") == "page":
            return PAGE.format(nonce=nonce, **self._sources)
        is_door_page = DOOR in headers and headers.get("Content-Type", "").startswith("text/html")
        return DOOR_PAGE.format(**self._sources) if is_door_page else NOTHING


class _Marked(BaseLoader):
    """Marks the scripts that stand in a template, before anything is filled in that could bring others."""

    def __init__(self, loader: BaseLoader | None) -> None:
        self._loader = loader or BaseLoader()

    def get_source(self, environment: Environment, template: str) -> tuple[str, str | None, Callable[[], bool] | None]:
        source, name, is_fresh = self._loader.get_source(environment, template)
        return source.replace("<script", _MARKED_SCRIPT), name, is_fresh
