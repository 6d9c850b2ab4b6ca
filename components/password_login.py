"""The page on which people log in with a password, and the way out."""

from functools import partial
from html import escape
from urllib.parse import parse_qs

from fastapi import Request, Response
from nicegui import app
from starlette.background import BackgroundTask

from nicewen.components.door_pages import door_page, refusal
from nicewen.components.leaving import Leaving
from nicewen.components.reader import reader_of
from nicewen.components.session_door import COOKIE, LOGIN, LOGOUT, keep_cookie, session_of, wanted_path
from nicewen.components.visitor import prefix_of, redirect_to
from nicewen.services import Assistant
from nicewen.services.accounts import name_as_written
from nicewen.services.errors import StoreError
from nicewen.services.throttle import Throttle

FORM_LIMIT = 20_000
"""Bytes of what a log-in form sends."""

_FORM = """{wrong}<form method="post" action="{action}">
<input type="hidden" name="to" value="{to}">
<label>{name_label}<input name="name" value="{name}" autocomplete="username" autocapitalize="none" spellcheck="false"
 maxlength="200" required{name_focus}></label>
<label>{password_label}<input name="password" type="password" autocomplete="current-password" maxlength="1000"
 required{password_focus}></label>
<button type="submit">{submit}</button></form>"""


def register_password_login(assistant: Assistant) -> None:
    """Make the log-in known to NiceGUI's server. Forms of other sites' pages are refused by `OwnOrigin`."""
    throttle = Throttle()

    @app.get(LOGIN, include_in_schema=False)
    async def log_in_page(request: Request, to: str = "/") -> Response:
        if await is_logged_in(request, assistant):
            return redirect_to(request, wanted_path(to))
        return _form(request, assistant, to=wanted_path(to))

    @app.post(LOGIN, include_in_schema=False)
    async def log_in(request: Request) -> Response:
        sent = await _sent(request)
        name, to = name_as_written(sent.get("name", ""))[:200], wanted_path(sent.get("to", ""))
        show = partial(_form, request, assistant, to=to, name=name)
        with throttle.trying(name, request.client.host if request.client else "") as one:
            if one.seconds:
                return show(wrong="login-too-often", status=429, seconds=one.seconds)
            try:
                generation = await assistant.accounts.admit(name, sent.get("password", ""))
                one.succeeded = generation is not None
                cookie = await assistant.sessions.begin(name, generation=generation) if one.succeeded else ""
            except StoreError as error:
                return closed(request, assistant, error)
        if not cookie:
            return show(wrong="login-wrong", status=401)
        response = redirect_to(request, to)
        keep_cookie(response, request, COOKIE, cookie, assistant.sessions.lifetime)
        return response


def register_logout(assistant: Assistant, leaving: Leaving, *, leads_to: str = LOGIN) -> None:
    """Make the way out known to NiceGUI's server: it ends all sessions of the person, in every browser."""

    @app.post(LOGOUT, include_in_schema=False)
    async def log_out(request: Request) -> Response:
        try:
            session = await session_of(request, assistant)
            if session is not None:
                await assistant.sessions.end_all(session.user)
        except StoreError as error:
            return closed(request, assistant, error)
        response = redirect_to(request, leads_to)
        response.background = BackgroundTask(leaving.close_ended)  # else the page that asks would not hear this answer
        keep_cookie(response, request, COOKIE, "", 0)
        return response


async def is_logged_in(request: Request, assistant: Assistant) -> bool:
    """Whether somebody who asks for the log-in has no need of it."""
    try:
        return await session_of(request, assistant) is not None
    except StoreError:
        return False


def closed(request: Request, assistant: Assistant, error: StoreError) -> Response:
    """Say that nobody can come or go just now."""
    reader = reader_of(request, assistant.settings.language)
    said = error.sentence(reader.words.language)
    return refusal(request, reader, reader.words("door-closed"), [said], status=503, door=str(assistant.settings.auth))


async def _sent(request: Request) -> dict[str, str]:
    """Return the fields of a form; of one that is too long, none."""
    body = b""
    async for piece in request.stream():
        body += piece
        if len(body) > FORM_LIMIT:
            return {}
    try:
        fields = parse_qs(body.decode("utf-8", "replace"), keep_blank_values=True, max_num_fields=10)
    except ValueError:  # more fields
        return {}
    return {name: values[0] for name, values in fields.items()}


def _form(
    request: Request,
    assistant: Assistant,
    *,
    to: str,
    name: str = "",
    wrong: str = "",
    status: int = 200,
    seconds: int = 0,
) -> Response:
    reader = reader_of(request, assistant.settings.language)
    words = reader.words
    said = words(wrong, minutes=-(-seconds // 60)) if wrong else ""
    focus, none = " autofocus", ""
    body = _FORM.format(
        wrong=f'<p class="wrong" role="alert">{escape(said)}</p>' if said else "",
        action=escape(prefix_of(request) + LOGIN),
        to=escape(to),
        name=escape(name),
        name_label=escape(words("login-name")),
        password_label=escape(words("login-password")),
        submit=escape(words("login")),
        name_focus=none if name else focus,
        password_focus=focus if name else none,
    )
    response = door_page(request, reader, words("login"), body, status=status, door="password")
    if seconds:
        response.headers["Retry-After"] = str(seconds)
    return response
