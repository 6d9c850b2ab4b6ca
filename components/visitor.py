"""Who asks, as the door has written it into a request."""

import re

from starlette.requests import HTTPConnection
from starlette.responses import RedirectResponse
from starlette.types import Scope

from nicewen.services.conversation import NOBODY

PEER = "nicewen.peer"
"""The key of a scope under which stands whose connection it is: a proxy's address, or the browser's own."""

USER = "nicewen.user"
"""The key of a scope under which stands the name of who asks."""

SESSION = "nicewen.session"
"""The key of a scope under which stands the session, of those who log in here."""

_PREFIX = re.compile(r"(/[A-Za-z0-9._~!$&'()*+,=:@%-]+)*/?")


def user_of(connection: HTTPConnection) -> str:
    """Return the name of who asks; nobody's where nobody needs to say it."""
    return user_in(connection.scope)


def user_in(scope: Scope) -> str:
    """Return the same, of a scope."""
    return str(scope.get(USER, NOBODY))


def account_in(scope: Scope) -> dict[str, object] | None:
    """Return what the page tells its reader of who they are, and whether they can log out; None where nobody says it.

    A proxy's people log out there.
    """
    if USER not in scope:
        return None
    session = scope.get(SESSION)
    return {"name": session.shown if session else scope[USER], "leaves": session is not None}


def path_in(scope: Scope) -> str:
    """Return the path that is asked for, as the routes know it."""
    root, path = str(scope.get("root_path", "")), str(scope["path"])
    return path[len(root) :] if root and path.startswith(f"{root}/") else path


def redirect_to(connection: HTTPConnection, path: str) -> RedirectResponse:
    """Lead a browser to one of our pages; NiceGUI's own middleware puts what a proxy says before it."""
    headers = {"Cache-Control": "no-store", "Vary": "Cookie"}
    return RedirectResponse(str(connection.scope.get("root_path", "")) + path, 303, headers=headers)


def prefix_of(connection: HTTPConnection) -> str:
    """Return the path under which the browser sees the page, without a slash at its end; "" at a root.

    What a proxy says of it is taken only where it is a plain path.
    """
    said = connection.headers.get("x-forwarded-prefix", "")
    return (said if _PREFIX.fullmatch(said) else "").rstrip("/") + str(connection.scope.get("root_path", ""))
