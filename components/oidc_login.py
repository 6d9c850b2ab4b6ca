"""Log-in by an OpenID provider: there, and back."""

from collections.abc import Mapping
from html import escape
from urllib.parse import quote

from fastapi import Request, Response
from itsdangerous import BadSignature
from nicegui import app
from starlette.responses import RedirectResponse

from nicewen.components.door_pages import UNCACHED, door_page
from nicewen.components.password_login import closed, is_logged_in
from nicewen.components.reader import reader_of
from nicewen.components.session_door import COOKIE, LOGIN, keep_cookie, wanted_path
from nicewen.components.visitor import prefix_of, redirect_to
from nicewen.services import Assistant
from nicewen.services.errors import LoginError, StoreError
from nicewen.services.oidc import OpenIdProvider

CALLBACK = f"{LOGIN}/callback"
LOGGED_OUT = f"{LOGIN}?out=1"
WAY_IN = "nicewen-way-in"
WAY_SECONDS = 600
"""How long one may stay at the provider."""


def register_oidc_login(assistant: Assistant, provider: OpenIdProvider) -> None:
    """Make the way to the provider, and the one back, known to NiceGUI's server."""

    @app.get(LOGIN, include_in_schema=False)
    async def log_in(request: Request, to: str = "/", out: str = "") -> Response:
        to = wanted_path(to)
        if await is_logged_in(request, assistant):
            return redirect_to(request, to)
        if out:
            return _stop(request, assistant, "login-logged-out", to=to, status=200)
        try:
            url, kept = await provider.begin(_callback(request))
            way_in = (await assistant.sessions.signing(WAY_IN)).dumps({**kept, "to": to})
        except LoginError as error:
            return _stop(request, assistant, error, to=to, status=502)
        except StoreError as error:
            return closed(request, assistant, error)
        response = RedirectResponse(url, 303, headers=UNCACHED)
        keep_cookie(response, request, WAY_IN, way_in, WAY_SECONDS)
        return response

    @app.get(CALLBACK, include_in_schema=False)
    async def come_back(request: Request) -> Response:
        to = "/"
        try:
            kept = await _kept(request, assistant)
            to = wanted_path(kept.get("to", ""))
            identity = await provider.finish(kept, dict(request.query_params))
            cookie = await assistant.sessions.begin(identity.name, identity.shown)
        except LoginError as error:
            return _stop(request, assistant, error, to=to, status=401)
        except StoreError as error:
            return closed(request, assistant, error)
        response = redirect_to(request, to)
        keep_cookie(response, request, COOKIE, cookie, assistant.sessions.lifetime)
        keep_cookie(response, request, WAY_IN, "", 0)
        return response


async def _kept(request: Request, assistant: Assistant) -> Mapping[str, str]:
    """Return what the browser has kept since it left for the provider; nothing where it did not leave, or long ago."""
    signing = await assistant.sessions.signing(WAY_IN)
    try:
        kept: Mapping[str, str] = signing.loads(request.cookies.get(WAY_IN, ""), max_age=WAY_SECONDS)
    except BadSignature:
        return {}
    return kept


def _callback(request: Request) -> str:
    return f"{request.scope['scheme']}://{request.headers.get('host', '')}{prefix_of(request)}{CALLBACK}"


def _stop(request: Request, assistant: Assistant, why: LoginError | str, *, to: str, status: int) -> Response:
    """Say how it stands, with a button that begins anew; nobody is sent on by themselves."""
    reader = reader_of(request, assistant.settings.language)
    words = reader.words
    is_error = isinstance(why, LoginError)
    said = why.sentence(words.language) if isinstance(why, LoginError) else words(why)
    address = f"{prefix_of(request)}{LOGIN}" + ("" if to == "/" else f"?to={quote(to, safe='')}")
    mark = ' class="wrong" role="alert"' if is_error else ""
    body = f'<p{mark}>{escape(said)}</p><p><a class="button" href="{escape(address)}">{escape(words("login"))}</a></p>'
    return door_page(request, reader, words("login"), body, status=status, door="oidc")
