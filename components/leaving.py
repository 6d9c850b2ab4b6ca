"""Log-out reaches what is open: pages of a session that has ended go to the log-in, and their connections close."""

import asyncio
import logging
from contextlib import suppress

from nicegui import Client
from nicegui import core as nicegui_core
from starlette.types import Scope

from nicewen.components.visitor import SESSION
from nicewen.services.errors import StoreError
from nicewen.services.sessions import Session, Sessions

LOOK_SECONDS = 2.0
"""How often it is looked whether a session has ended elsewhere: in another process, by a command, or by its age."""

CLOSE_SECONDS = 2.0
"""How long a connection is given to take its last words."""

_GO = """
const prefix = window.path_prefix ?? "", here = location.pathname.slice(prefix.length) + location.search;
location.replace(`${prefix}/login?out=1&to=${encodeURIComponent(here)}`);
"""
"""Not by loading again: at a provider where one is still logged in that would lead back in at once."""

log = logging.getLogger("nicewen.door")


class Leaving:
    """Closes what is open of sessions that have ended. `begin` and `end` frame its life."""

    def __init__(self, sessions: Sessions) -> None:
        self._sessions = sessions
        self._watch: asyncio.Task[None] | None = None

    async def begin(self) -> None:
        """Look from now on."""
        self._watch = asyncio.create_task(self._keep_looking(), name="ended sessions")

    async def end(self) -> None:
        """Look no longer."""
        if self._watch is not None:
            self._watch.cancel()
            with suppress(asyncio.CancelledError):
                await self._watch

    async def _keep_looking(self) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            try:
                users = {session.user for session in (*_of_pages().values(), *_of_connections().values())}
                if users:
                    await self._sessions.look_at(users)
                    await self.close_ended()
            except StoreError as error:
                log.info("whether sessions have ended elsewhere cannot be told: %s", error)
            except Exception:
                log.exception("ended sessions could not be closed")

    async def close_ended(self) -> None:
        """Send pages to the log-in, and hang up; NiceGUI lets them go then."""
        for client, session in _of_pages().items():
            if not await self._sessions.counts(session):
                await _send_away(client)
        ended = [sid for sid, session in _of_connections().items() if not await self._sessions.counts(session)]
        await asyncio.gather(*(_hang_up(sid) for sid in ended))


def _of_pages() -> dict[Client, Session]:
    return {
        client: session
        for client in list(Client.instances.values())
        if client._request is not None and (session := _session_in(client._request.scope))
    }


def _of_connections() -> dict[str, Session]:
    return {
        sid: session
        for sid, environ in list(nicegui_core.sio.environ.items())
        if (session := _session_in(environ["asgi.scope"]))
    }


def _session_in(scope: Scope) -> Session | None:
    found = scope.get(SESSION)
    return found if isinstance(found, Session) else None


async def _send_away(client: Client) -> None:
    if client.has_socket_connection:
        message = {"code": _GO, "_id": client.outbox.next_message_id}
        await nicegui_core.sio.emit("run_javascript", message, room=client.id)


async def _hang_up(sid: str) -> None:
    try:
        async with asyncio.timeout(CLOSE_SECONDS):
            await nicegui_core.sio.eio.disconnect(sid)
    except TimeoutError:
        log.info("a connection did not take its last words in time")
