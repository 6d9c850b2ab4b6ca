"""The list of conversations and the search in them: one element, whatever the number of rows."""

import asyncio
import logging
from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any

from nicegui import background_tasks, events, ui

from nicewen.services import Assistant
from nicewen.services.errors import StoreError
from nicewen.services.language import Words
from nicewen.services.library import QUERY_LIMIT, TITLE_LIMIT, Entry, Listing

PAGE = 50
"""Rows read at first, and as many more each time the reader comes near the last one."""

REST_SECONDS = 0.4
"""How long changes of the list are let come together: an answer's end is shown, kept and seen in that time."""

SPOKEN = (
    "conversations", "search", "search-hint", "search-none", "close", "rename", "pin", "unpin",
    "archive", "unarchive", "archived", "back-to-list", "none-archived", "none-yet", "delete", "deleted", "undo",
    "was-archived", "was-unarchived", "pinned", "today", "yesterday", "previous-week", "running", "unread", "more",
    "new-title", "untitled", "transfer", "export-md", "export-html", "export-json",
    "account", "log-out", "log-out-hint",
)  # fmt: skip
"""Keys of the sentences that the browser's half says; each begins with `list-` in the language files."""

Row = tuple[str, str, float, int]
"""A row on its way: id, title, Unix seconds of its last change, and a sum of 1 pinned, 2 running, 4 unread."""

log = logging.getLogger(__name__)


class Sidebar(ui.element, component="sidebar.js"):
    """Shows the list to one page. The browser's half draws, sorts and groups the rows; here it is kept up to date.

    A change names the version it builds on. A page that shows another one asks for everything (`resync`).
    """

    def __init__(self, assistant: Assistant, words: Words, listing: Listing, *, user: str, folded: bool) -> None:
        """Show what was read of a user's; `folded` hides the list on wide screens until it is wanted."""
        super().__init__()
        self._assistant = assistant
        self._library = assistant.library
        self._user = user
        self._words = words
        self._archived = False
        self._length = PAGE
        self._version = 0
        self.rows: dict[str, Row] = {}  # what the page shows, by id
        self._more = False
        self._trouble = ""
        self._connected = asyncio.Event()
        self._reading = asyncio.Lock()
        self.classes("nicewen-sidebar")
        self._props["words"] = {key: words(f"list-{key}") for key in SPOKEN}
        self._props["folded"] = folded
        self._props["limits"] = [TITLE_LIMIT, QUERY_LIMIT]
        self._props["current"] = ""
        self._seen = -1  # what was read may be old by now: it is read once more
        self._take(listing)
        self._props["first"] = self._everything()
        for wish, do in {
            "resync": self._resync,
            "more": self._show_more,
            "archived": self._show_archived,
            "act": self._act,
            "look": self._search,
        }.items():
            self.on(wish, do)
        self.client.on_connect(self._connected.set)
        self.client.on_disconnect(self._note_disconnect)
        task = background_tasks.create(self._keep_up(), name="sidebar")
        self.client.on_delete(task.cancel)

    def show_account(self, account: dict[str, object] | None) -> None:
        """Say who is logged in; called while the page is built."""
        self._props["account"] = account

    def show_current(self, conversation_id: str) -> None:
        """Mark the conversation that the page shows."""
        if self._props["current"] != conversation_id:
            with self.props.suspend_updates():
                self._props["current"] = conversation_id
            self.run_method("setCurrent", conversation_id)

    async def _keep_up(self) -> None:
        """Send what changes; while the page has no socket nothing is sent or queued."""
        while not self._library.is_closed:
            await self._connected.wait()
            await self._library.pulse.after(self._seen)
            await asyncio.sleep(REST_SECONDS)
            if not self._connected.is_set():
                continue  # not shown, so it is still new when the page is back
            self._seen = self._library.pulse.count
            try:
                if not self._library.is_closed:
                    await self._refresh()
            except Exception:
                log.exception("the list of conversations could not be brought up to date")

    async def _refresh(self) -> None:
        """Read the list again and send the difference."""
        async with self._reading:
            before, more, trouble = dict(self.rows), self._more, self._trouble
            self._take(await self._listing())
            gone = [known for known in before if known not in self.rows]
            changed = [row for row in self.rows.values() if before.get(row[0]) != row]
            if gone or changed or (more, trouble) != (self._more, self._trouble):
                self._version += 1
                self.run_method("change", self._version, gone, changed, self._more, self._trouble)

    async def _listing(self) -> Listing:
        return await self._library.listing(archived=self._archived, length=self._length, user=self._user)

    def _take(self, listing: Listing) -> None:
        """Note what the page should show; where the list could not be read, what it shows already."""
        if listing.trouble:
            self._trouble = listing.trouble.sentence(self._words.language)
        else:
            self.rows = {entry.id: _row(entry) for entry in listing.entries}
            self._more, self._trouble = listing.has_more, ""

    def _everything(self) -> list[object]:
        return [self._version, list(self.rows.values()), self._more, self._trouble, self._archived]

    def _send_everything(self) -> None:
        self._version += 1
        self.run_method("replace", self._everything())

    def _resync(self, event: events.GenericEventArguments) -> None:
        if event.args != self._version:
            self._send_everything()

    async def _show_more(self, event: events.GenericEventArguments) -> None:
        """Read on; the browser names how many rows it has, since it may ask more than once."""
        if self._more and event.args == len(self.rows):
            self._length = len(self.rows) + PAGE
            await self._refresh()

    async def _show_archived(self, event: events.GenericEventArguments) -> None:
        """Change between what was put away and what was not."""
        async with self._reading:
            self._archived, self._length, self.rows = event.args is True, PAGE, {}
            self._take(await self._listing())
            self._send_everything()

    async def _act(self, event: events.GenericEventArguments) -> None:
        """Do something to a conversation, and say how it went."""
        match event.args:
            case {"what": str(what), "id": str(conversation_id)} if len(conversation_id) <= 64:
                await self._answer(what, conversation_id, event.args)

    async def _answer(self, what: str, conversation_id: str, args: Mapping[str, Any]) -> None:
        doing = self._doing(what, conversation_id, args)
        if doing is None:
            return
        try:
            done, why = await doing, self._words("not-here-title")
        except StoreError as error:
            done, why = False, error.sentence(self._words.language)
        if what != "seen":
            await self._refresh()  # who acts does not wait for others' changes
            self.run_method("done", what, conversation_id, done, "" if done else self._words("list-not-done", why=why))
            if not done:
                self._send_everything()  # what the browser had shown already is taken back

    def _doing(self, what: str, conversation_id: str, args: Mapping[str, Any]) -> Awaitable[bool] | None:
        library = self._library
        match what, args:
            case "rename", {"title": str(title)}:
                return library.rename(conversation_id, title, user=self._user)
            case (("pin" | "unpin"), _):
                return library.pin(conversation_id, pinned=what == "pin", user=self._user)
            case (("archive" | "unarchive"), _):
                return library.archive(conversation_id, archived=what == "archive", user=self._user)
        plain: Mapping[str, Callable[..., Awaitable[bool]]] = {
            "delete": self._assistant.delete_conversation,
            "undelete": library.undelete,
            "seen": library.mark_seen,
        }
        return plain[what](conversation_id, user=self._user) if what in plain else None

    async def _search(self, event: events.GenericEventArguments) -> None:
        """Send what a query finds; `before` goes on where earlier results ended."""
        match event.args:
            case {"query": str(query), "before": int() | None as before}:
                try:
                    found, trouble = await self._library.search(query, before=before, user=self._user), ""
                except StoreError as error:
                    found, trouble = (), error.sentence(self._words.language)
                results = [
                    (one.conversation_id, one.message_id, one.title, _pieces(one.snippet), one.place) for one in found
                ]
                self.run_method("showFound", query, before, results, trouble)

    def _note_disconnect(self) -> None:
        if not self.client.has_socket_connection:
            self._connected.clear()


def _row(entry: Entry) -> Row:
    flags = entry.is_pinned + 2 * entry.is_running + 4 * entry.is_unread
    return (entry.id, entry.title, entry.updated_at, flags)


def _pieces(snippet: Sequence[Any]) -> list[tuple[str, int]]:
    return [(part.text, int(part.is_match)) for part in snippet]
