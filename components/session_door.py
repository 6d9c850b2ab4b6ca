"""People who log in here: a cookie says who they are."""

from typing import Literal
from urllib.parse import quote, urlencode

from starlette.requests import HTTPConnection
from starlette.responses import PlainTextResponse, Response

from nicewen.components.door_pages import DOOR, UNCACHED, refusal
from nicewen.components.reader import reader_of
from nicewen.components.visitor import SESSION, path_in, prefix_of, redirect_to
from nicewen.services import Assistant
from nicewen.services.errors import StoreError
from nicewen.services.sessions import Session

COOKIE = "nicewen-session"
LOGIN, LOGOUT = "/login", "/logout"
WANTED_LIMIT = 2_000
"""Characters of an address to return to."""

Kind = Literal["password", "oidc"]


class SessionDoorkeeper:
    """Knows people by their session; who has none is led to the log-in and back to the page that was wanted."""

    def __init__(self, assistant: Assistant, kind: Kind, open_paths: frozenset[str] = frozenset()) -> None:
        self._assistant = assistant
        self._kind = kind
        self.open_paths = frozenset({LOGIN, LOGOUT}) | open_paths

    async def answer(self, connection: HTTPConnection) -> str | Response:
        """Return the name in the session."""
        try:
            session = await session_of(connection, self._assistant)
        except StoreError as error:
            reader = reader_of(connection, self._assistant.settings.language)
            said = error.sentence(reader.words.language)
            return refusal(connection, reader, reader.words("door-closed"), [said], status=503, door=self._kind)
        if session is not None:
            connection.scope[SESSION] = session
            return session.user
        if connection.scope["type"] == "http" and _is_page(connection):
            if _keeps_prefix(connection):
                reader = reader_of(connection, self._assistant.settings.language)
                said = reader.words("doctor-url-path-kept", path=f"{prefix_of(connection)}/")
                return refusal(connection, reader, reader.words("door-closed"), [said], status=404, door=self._kind)
            return _to_login(connection, self._kind)
        return PlainTextResponse("Log in first.\n", 401, headers={**UNCACHED, DOOR: self._kind})


async def session_of(connection: HTTPConnection, assistant: Assistant) -> Session | None:
    """Return the session of who asks.

    Raises:
        StoreError: It cannot be told just now.
    """
    cookie = connection.cookies.get(COOKIE, "")
    return await assistant.sessions.found(cookie) if cookie else None


def keep_cookie(response: Response, connection: HTTPConnection, name: str, value: str, seconds: float) -> None:
    """Have a browser keep something that no script can read and no other site's page can send."""
    response.set_cookie(
        name,
        value,
        max_age=int(seconds),
        path=prefix_of(connection) or "/",
        secure=connection.scope["scheme"] in {"https", "wss"},
        httponly=True,
        samesite="lax",
    )


def wanted_path(text: str) -> str:
    """Return the page to return to, if it is one of ours; else the first one."""
    is_local = text.startswith("/") and not text.startswith("//") and "\\" not in text
    return text if is_local and text.isascii() and text.isprintable() and len(text) <= WANTED_LIMIT else "/"


def _is_page(connection: HTTPConnection) -> bool:
    return connection.scope["method"] == "GET" and "text/html" in connection.headers.get("accept", "")


def _keeps_prefix(connection: HTTPConnection) -> bool:
    """Whether a proxy names its path and leaves it there: the log-in would not be found, and lead to itself."""
    prefix = prefix_of(connection)
    return bool(prefix) and path_in(connection.scope).startswith(f"{prefix}/")


def _to_login(connection: HTTPConnection, kind: Kind) -> Response:
    query = connection.scope["query_string"].decode("latin-1")
    wanted = wanted_path(quote(path_in(connection.scope), safe="/") + (f"?{query}" if query else ""))
    was_in = {"out": "1"} if COOKIE in connection.cookies else {}  # a provider might let in again who has logged out
    query = urlencode({**was_in, **({} if wanted == "/" else {"to": wanted})})
    response = redirect_to(connection, f"{LOGIN}?{query}" if query else LOGIN)
    response.headers[DOOR] = kind
    return response
