"""The store: everything that outlives the process, behind one object."""

import time
from collections.abc import AsyncGenerator, Callable, Sequence
from contextlib import AbstractAsyncContextManager

import sqlalchemy as sa
from sqlalchemy.ext.asyncio import AsyncConnection

from nicewen.services.store import asking, bulk, changing, reading, removing, resuming
from nicewen.services.store.address import address_of
from nicewen.services.store.database import Database
from nicewen.services.store.following import Followed
from nicewen.services.store.opening import close_database, open_database
from nicewen.services.store.ownership import ownership_of
from nicewen.services.store.people import People, user_named
from nicewen.services.store.recovery import recover
from nicewen.services.store.search import search
from nicewen.services.store.staging import Staging
from nicewen.services.store.trouble import Trouble
from nicewen.services.store.values import (
    ConversationRow,
    Cursor,
    Found,
    MessageRow,
    OutlineRow,
    Question,
    RawEvent,
    SavedQuestion,
)
from nicewen.services.store.writer import Writer

PATIENCE = 2.0
"""Seconds to wait for another process that is just giving the file back."""


class Store:
    """Conversations in SQLite or PostgreSQL. `open` and `close` frame its life, on one event loop.

    Answers are given to `follow` while they run and to `finish` when they have ended: neither waits or raises, and
    `trouble` tells why nothing can be saved just now. All other methods wait for the database and raise StoreError
    where it cannot do its part. Users never see each other's: a foreign id behaves as one that is not there.

    Args:
        url: `sqlite:///file` or `postgresql://user:password@host/name`; None is the user's own file.
        on_trouble: Called on the event loop when saving begins to fail, and with None when it works again.
        patience: Seconds to wait for another process that has the file.
    """

    def __init__(
        self,
        url: str | None = None,
        *,
        on_trouble: Callable[[Trouble | None], None] = lambda _: None,
        patience: float = PATIENCE,
    ) -> None:
        address = address_of(url)
        self._database = Database(address)
        self._ownership = ownership_of(address, patience)
        self._writer = Writer(self._database, self._ownership, on_trouble)
        self.people = People(self._database)
        """Who may log in."""
        self._staging = Staging(self._database, self._writer)

    async def open(self) -> tuple[str, ...]:
        """Connect, bring the tables up to date, and end what a dead process left; return those answers' ids.

        Raises:
            StartError: The database cannot be used; one sentence says why.
        """
        recovered = await open_database(self._database, self._ownership)
        self._writer.begin()
        self._staging.begin()
        return recovered

    async def close(self) -> None:
        """Save what is unsaved and release everything. Answers that still run are interrupted at the next start."""
        try:
            await self._staging.end()
            await self._writer.end()
        finally:
            await close_database(self._database, self._ownership)

    @property
    def place(self) -> str:
        """Return where it is, as may be shown to people."""
        return self._database.address.place

    async def try_it(self) -> None:
        """Return once the database has answered; raise StoreError where it does not."""
        if missing := self._database.missing():
            raise missing.error()
        async with self._database.reading() as connection:
            await connection.execute(sa.select(1))

    # Running answers

    @property
    def trouble(self) -> Trouble | None:
        """Why nothing can be saved just now, or None."""
        return self._writer.trouble

    def follow(
        self,
        message_id: str,
        text: Sequence[str],
        thinking: Sequence[str],
        events: Sequence[RawEvent] = (),
        *,
        saved: tuple[int, int] = (0, 0),
        earlier_events: tuple[int, int] = (0, 0),
    ) -> None:
        """Save a running answer's lists of pieces as they grow; they may only be appended to.

        Of an answer that goes on, so many pieces of text and of thinking are `saved` already, and there are
        `earlier_events`, as `resume` says.
        """
        self._writer.follow(Followed(message_id, text, thinking, events, saved, earlier_events))

    def finish(self, message: MessageRow) -> None:
        """Save an ended answer's text and facts with the next tick; its place in the tree stays as it is."""
        self._writer.finish(message)

    def forget(self, message_id: str) -> None:
        """Follow an answer no more: it will never be written."""
        self._writer.forget(message_id)

    async def save(self) -> bool:
        """Save now all that has come, instead of within 250 ms; False while there is trouble."""
        return await self._writer.save()

    async def recover(self) -> tuple[str, ...]:
        """End the answers of processes that have died, as `open` does; of use where several share one server."""
        return await recover(self._database, self._ownership)

    # Questions

    async def user(self, name: str) -> str:
        """Return the id of the user of this name, who is added if need be."""
        return await user_named(self._database, name)

    async def save_question(self, question: Question) -> SavedQuestion:
        """Save a question, its blank answer and, where it begins one, its conversation, in one transaction.

        A question whose `client_id` is there already is not saved again; its ids are returned, and `was_there`.
        """
        return await asking.save_question(self._database, self._ownership.name, question)

    async def save_blank_answer(self, user_id: str, blank: MessageRow) -> None:
        """Save one more answer to a question (`parent_id`) that is about to be written."""
        await asking.save_blank_answer(self._database, self._ownership.name, user_id, blank)

    async def asked_in(self, user_id: str, client_id: str) -> str | None:
        """Return the id of the conversation that holds the question of this id of a browser's, or None."""
        return await resuming.asked_in(self._database, user_id, client_id)

    async def resume(self, user_id: str, message_id: str) -> tuple[int, int]:
        """Have an ended answer count as running again; `follow` it with `saved`, so that only what is new is added.

        Returns the number that its next raw event has, and how many bytes of them are kept.
        """
        return await resuming.resume(self._database, self._ownership.name, user_id, message_id)

    async def move_message(self, user_id: str, message_id: str, parent_id: str | None) -> None:
        """Have a message follow another one than before."""
        await resuming.move_message(self._database, user_id, message_id, parent_id)

    # Reading

    async def conversations(
        self, user_id: str, *, archived: bool = False, before: Cursor | None = None, limit: int = 50
    ) -> list[ConversationRow]:
        """Return a page of conversations: pinned ones first, then the newest; `before` is the last one's cursor."""
        return await reading.conversation_page(self._database, user_id, archived=archived, before=before, limit=limit)

    async def conversation(self, user_id: str, conversation_id: str) -> ConversationRow | None:
        """Return a conversation, or None."""
        return await reading.conversation(self._database, user_id, conversation_id)

    async def begin_with(self, user_id: str, prefix: str) -> list[tuple[str, bool]]:
        """Return the ids of the user's conversations that begin so, the last first, and whether each is deleted."""
        return await reading.begin_with(self._database, user_id, prefix)

    async def outline(self, conversation_id: str) -> list[OutlineRow]:
        """Return the tree of a conversation that `conversation` has shown to be the user's, oldest message first."""
        return await reading.outline(self._database, conversation_id)

    async def messages(self, ids: Sequence[str]) -> list[MessageRow]:
        """Return messages that an outline named, in the order of their ids."""
        return await reading.messages_of(self._database, ids)

    async def raw_events(self, user_id: str, message_id: str) -> list[RawEvent]:
        """Return what the service sent for an answer of the last week, in order."""
        return await reading.raw_events_of(self._database, user_id, message_id)

    async def with_raw_events(self, conversation_id: str) -> set[str]:
        """Return the ids of the messages, of a conversation that is the user's, that have raw events."""
        return await reading.with_raw_events(self._database, conversation_id)

    async def search(self, user_id: str, query: str, *, before: int | None = None, limit: int = 20) -> list[Found]:
        """Return titles and messages that hold all words of a query, newest first; `before` is the last one's place."""
        return await search(self._database, user_id, query, before=before, limit=limit)

    # Whole conversations, for export and import

    async def conversation_ids(self, user_id: str) -> list[str]:
        """Return the ids of all conversations, archived ones too, the oldest first."""
        return await bulk.conversation_ids(self._database, user_id)

    async def save_transcripts(
        self, user_id: str, transcripts: Sequence[bulk.Transcript], renamed: bulk.Renamed
    ) -> tuple[int, int]:
        """Save all these or none; return how many were saved, and how many were there with the same messages.

        Where an id is taken by something else, `renamed` gives the same conversation other ids.
        """
        return await self._staging.save(user_id, transcripts, renamed)

    # Changing; each returns False where there is no such conversation or message

    async def rename(self, user_id: str, conversation_id: str, title: str) -> bool:
        """Give a conversation another title."""
        return await changing.rename(self._database, user_id, conversation_id, title)

    async def claim_title(self, user_id: str, conversation_id: str) -> bool:
        """Note that a model is asked for a title; False too where one was asked already, or a person gave one."""
        return await changing.claim_title(self._database, user_id, conversation_id)

    async def give_title(self, user_id: str, conversation_id: str, title: str) -> bool:
        """Give a conversation the title that was claimed; False too where a person gave one meanwhile."""
        return await changing.rename(self._database, user_id, conversation_id, title, if_claimed=True)

    async def pin(self, user_id: str, conversation_id: str, *, pinned: bool = True) -> bool:
        """Keep a conversation above all others, or no longer."""
        pinned_at = time.time() if pinned else None
        return await changing.change(self._database, user_id, conversation_id, pinned_at=pinned_at)

    async def archive(self, user_id: str, conversation_id: str, *, archived: bool = True) -> bool:
        """Put a conversation away, or back."""
        archived_at = time.time() if archived else None
        return await changing.change(self._database, user_id, conversation_id, archived_at=archived_at)

    async def mark_seen(self, user_id: str, conversation_id: str) -> bool:
        """Note that the user has looked at a conversation now."""
        return await changing.change(self._database, user_id, conversation_id, seen_at=time.time())

    async def set_leaf(self, user_id: str, conversation_id: str, leaf_id: str | None) -> bool:
        """Choose the branch that ends with this message."""
        return await changing.set_leaf(self._database, user_id, conversation_id, leaf_id)

    async def show_message(self, user_id: str, message_id: str, shown_at: float) -> bool:
        """Note that a message was chosen, at this time, among those that stand beside it."""
        return await changing.change_message(self._database, user_id, message_id, shown_at=shown_at)

    async def note_turns(self, user_id: str, message_id: str, sent: int, before: int) -> bool:
        """Note how many of how many earlier turns the model was sent for an answer."""
        values = {"turns_sent": sent, "turns_before": before}
        return await changing.change_message(self._database, user_id, message_id, **values)

    async def delete(self, user_id: str, conversation_id: str) -> bool:
        """Hide a conversation until `undelete` or `purge`."""
        return await changing.change(self._database, user_id, conversation_id, deleted_at=time.time())

    async def undelete(self, user_id: str, conversation_id: str) -> bool:
        """Show a deleted conversation again."""
        return await changing.undelete(self._database, user_id, conversation_id)

    async def delete_message(self, user_id: str, message_id: str) -> bool:
        """Hide a message and all that follows it; a leaf among them gives way to the message before."""
        return await changing.delete_message(self._database, user_id, message_id, time.time())

    async def undelete_message(self, user_id: str, message_id: str, leaf_id: str | None = None) -> bool:
        """Show again what was hidden together with a message, and choose this leaf of it if one is named."""
        return await changing.undelete_message(self._database, user_id, message_id, leaf_id)

    async def purge(self, deleted_before: float) -> int:
        """Remove for ever what any user deleted before this time; return how many conversations and messages."""
        return sum([count async for count in removing.purges(self._database, deleted_before)])

    def removals(self, now: float) -> AsyncGenerator[int]:
        """Remove what is due at this time in small transactions, one at each step; what it yields does not matter."""
        return removing.removals(self._database, now)

    def writing(self) -> AbstractAsyncContextManager[AsyncConnection]:
        """Return a transaction on the connection that writes, for repairs and tests."""
        return self._database.writing()
