"""The way in that the settings name."""

from fastapi import Response
from nicegui import app

from nicewen.components.door import Door, Doorkeeper
from nicewen.components.leaving import Leaving
from nicewen.components.partition import keep_apart
from nicewen.components.proxy_door import ProxyDoorkeeper
from nicewen.services import Assistant

STATE = "/session"
"""What a page asks when its connection is refused: 204 while its reader is let in."""


def guard(assistant: Assistant) -> None:
    """Put the door that the settings name before everything; where everybody may come in there is none.

    Middleware that is added later stands before it.
    """
    keeper = _doorkeeper(assistant)
    if keeper is not None:
        app.add_middleware(Door, keeper=keeper)
        keep_apart()
        app.get(STATE, include_in_schema=False)(_let_in)


def _doorkeeper(assistant: Assistant) -> Doorkeeper | None:
    match assistant.settings.auth:
        case "proxy":
            return ProxyDoorkeeper(assistant.settings)
        case "password":
            return _by_password(assistant)
        case "oidc":
            return _by_provider(assistant)
        case _:
            return None


def _by_password(assistant: Assistant) -> Doorkeeper:
    from nicewen.components.password_login import register_logout, register_password_login
    from nicewen.components.session_door import SessionDoorkeeper

    register_password_login(assistant)
    register_logout(assistant, _leaving(assistant))
    return SessionDoorkeeper(assistant, "password")


def _by_provider(assistant: Assistant) -> Doorkeeper:
    from nicewen.components.oidc_login import CALLBACK, LOGGED_OUT, register_oidc_login
    from nicewen.components.password_login import register_logout
    from nicewen.components.session_door import SessionDoorkeeper
    from nicewen.services.oidc import OpenIdProvider

    register_oidc_login(assistant, OpenIdProvider(assistant.settings))
    register_logout(assistant, _leaving(assistant), leads_to=LOGGED_OUT)
    return SessionDoorkeeper(assistant, "oidc", frozenset({CALLBACK}))


def _leaving(assistant: Assistant) -> Leaving:
    leaving = Leaving(assistant.sessions)
    app.on_startup(leaving.begin)
    app.on_shutdown(leaving.end)
    return leaving


def _let_in() -> Response:
    return Response(status_code=204, headers={"Cache-Control": "no-store"})
