"""All conversations of a person as a list: read page by page, searched, renamed, pinned, put away, deleted."""

import asyncio
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from nicewen.services.conversation import NOBODY, Conversation
from nicewen.services.errors import StoreError
from nicewen.services.keeper import Keeper
from nicewen.services.pulse import Pulse
from nicewen.services.store import ConversationRow, Found, Trouble

TITLE_LIMIT = 200
"""Characters of a title that a person gives."""

QUERY_LIMIT = 200
"""Characters of a query that are looked for."""

FOUND_AT_ONCE = 30

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Entry:
    """A conversation in the list; `updated_at` is in Unix seconds."""

    id: str
    title: str
    updated_at: float
    is_pinned: bool
    is_running: bool
    is_unread: bool


@dataclass(frozen=True, slots=True)
class Listing:
    """The list down to some length; `trouble` says why it could not be read."""

    entries: Sequence[Entry] = ()
    has_more: bool = False
    trouble: StoreError | None = None


class Library:
    """The list of each user's conversations. `pulse` beats when one may have changed; followers read and compare.

    What changes a conversation returns False where there is none of this id, and raises StoreError where the store
    cannot do its part.
    """

    def __init__(self, keeper: Keeper, known: Mapping[str, Conversation]) -> None:
        """Work over what is kept; `known` are the conversations in memory, by id."""
        self.pulse = Pulse()
        self._keeper = keeper
        self._known = known
        self.is_closed = False
        self._deleted: set[str] = set()
        self._readings: dict[tuple[str, bool, int, int], asyncio.Task[Listing]] = {}

    async def close(self) -> None:
        """Wait for what is being read, before the store closes; from now on nothing is."""
        self.is_closed = True
        await asyncio.gather(*self._readings.values())

    async def listing(self, *, archived: bool = False, length: int = 50, user: str = NOBODY) -> Listing:
        """Return the first conversations: pinned ones, then the newest. Many who ask at once share a reading."""
        if self.is_closed:
            return Listing(trouble=StoreError("store-closed"))
        key = (user, archived, length, self.pulse.count)
        reading = self._readings.get(key)
        if reading is None:
            reading = asyncio.create_task(self._read(user, archived, length), name="reading conversations")
            self._readings[key] = reading
            reading.add_done_callback(lambda _: self._readings.pop(key))
        return await asyncio.shield(reading)

    async def search(self, query: str, *, before: int | None = None, user: str = NOBODY) -> Sequence[Found]:
        """Return titles and messages that hold all words of a query, newest first; `before` is the last one's place.

        Raises:
            StoreError: It cannot be read.
        """
        query = query.strip()[:QUERY_LIMIT]
        if not query:
            return ()
        user_id = await self._keeper.user_id(user)
        return await self._keeper.store.search(user_id, query, before=before, limit=FOUND_AT_ONCE)

    async def rename(self, conversation_id: str, title: str, *, user: str = NOBODY) -> bool:
        """Give a conversation another title; one without a word changes nothing."""
        title = " ".join(title.split())[:TITLE_LIMIT]
        if not title:
            return True
        done = await self._keeper.store.rename(await self._keeper.user_id(user), conversation_id, title)
        return self._renamed(conversation_id, title, done)

    async def claim_title(self, conversation_id: str, *, user: str = NOBODY) -> bool:
        """Note that a model is asked for a title; False where one was asked already, or a person gave one."""
        return await self._keeper.store.claim_title(await self._keeper.user_id(user), conversation_id)

    async def give_title(self, conversation_id: str, title: str, *, user: str = NOBODY) -> bool:
        """Give a conversation the title that was claimed; False where a person gave one meanwhile."""
        done = await self._keeper.store.give_title(await self._keeper.user_id(user), conversation_id, title)
        return self._renamed(conversation_id, title, done)

    def _renamed(self, conversation_id: str, title: str, done: bool) -> bool:
        known = self._known.get(conversation_id)
        if done and known is not None:
            known.title = title
            known.pulse.beat()
        return self._changed(done)

    async def pin(self, conversation_id: str, *, pinned: bool, user: str = NOBODY) -> bool:
        """Keep a conversation above all others, or no longer."""
        user_id = await self._keeper.user_id(user)
        return self._changed(await self._keeper.store.pin(user_id, conversation_id, pinned=pinned))

    async def archive(self, conversation_id: str, *, archived: bool, user: str = NOBODY) -> bool:
        """Put a conversation away, or back."""
        user_id = await self._keeper.user_id(user)
        return self._changed(await self._keeper.store.archive(user_id, conversation_id, archived=archived))

    async def delete(self, conversation_id: str, *, user: str = NOBODY) -> bool:
        """Hide a conversation until `undelete`; nobody can open it meanwhile."""
        done = await self._keeper.store.delete(await self._keeper.user_id(user), conversation_id)
        if done:
            self._deleted.add(conversation_id)
            self._warn(conversation_id, Trouble("store-not-there", ""))
        return self._changed(done)

    async def undelete(self, conversation_id: str, *, user: str = NOBODY) -> bool:
        """Show a deleted conversation again."""
        done = await self._keeper.store.undelete(await self._keeper.user_id(user), conversation_id)
        if done:
            self._deleted.discard(conversation_id)
            self._warn(conversation_id, None)
        return self._changed(done)

    async def mark_seen(self, conversation_id: str, *, user: str = NOBODY) -> bool:
        """Note that somebody has looked at a conversation now."""
        return self._changed(await self._keeper.store.mark_seen(await self._keeper.user_id(user), conversation_id))

    def note_begun(self, conversation_id: str) -> None:
        """Note that a conversation is there, or begins: one of the same id that was deleted is removed by now."""
        self._deleted.discard(conversation_id)

    def is_deleted(self, conversation_id: str) -> bool:
        """Whether a conversation was deleted since the process began; pages that show it may hold it in memory."""
        return conversation_id in self._deleted

    def _warn(self, conversation_id: str, trouble: Trouble | None) -> None:
        """Have pages that show a conversation say whether what is asked there is kept."""
        known = self._known.get(conversation_id)
        if known is not None:
            known.trouble = trouble or self._keeper.trouble_of(known)
            known.pulse.beat()

    def _changed(self, done: bool) -> bool:
        if done:
            self.pulse.beat()
        return done

    async def _read(self, user: str, archived: bool, length: int) -> Listing:
        try:
            user_id = await self._keeper.user_id(user)
            rows = await self._keeper.store.conversations(user_id, archived=archived, limit=length + 1)
        except StoreError as error:
            log.warning("the list of conversations could not be read: %s", error)
            return Listing(trouble=error)
        return Listing([self._entry_of(row) for row in rows[:length]], has_more=len(rows) > length)

    def _entry_of(self, row: ConversationRow) -> Entry:
        known = self._known.get(row.id)
        is_running = known is not None and known.running is not None
        return Entry(row.id, row.title, row.updated_at, row.pinned_at is not None, is_running, row.is_unread)
