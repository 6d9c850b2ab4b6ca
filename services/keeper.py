"""Keeps conversations: what happens is saved in its order, as soon as the store can, and nobody waits for trouble."""

import asyncio
import time
from collections.abc import Callable, Sequence
from functools import partial
from hashlib import sha256

from nicewen.services.conversation import NOBODY, Answer, Conversation, Exchange
from nicewen.services.errors import AnswerError, StoreError
from nicewen.services.keeping import answer_row, conversation_of, question_row
from nicewen.services.settings import Settings
from nicewen.services.steps import Steps, trouble_of
from nicewen.services.store import MessageRow, Store, Trouble
from nicewen.services.tidying import Clock, Tidying

NAME_DIGITS = 24
"""So many of the 32 digits of its id stand for a conversation's name and user; the others count those deleted."""

BEGIN_SECONDS = 3.0
OPEN_SECONDS = 30.0
"""How long one waits for the store's opening to begin, and to end."""

END_SECONDS = 0.2
"""How long an answer's end waits: finding the words of a long one takes time that its last words would lose."""


async def tried_database(settings: Settings) -> str:
    """Open the database and close it again, before anything else begins; return where it is.

    Raises:
        StartError: It cannot be used.
    """
    store = Store(_url_of(settings))
    await store.open()
    await store.close()
    return store.place


class Keeper:
    """Saves what happens to conversations in its order; what cannot be saved is tried again until it can."""

    def __init__(
        self,
        settings: Settings,
        *,
        on_trouble: Callable[[], None],
        on_kept: Callable[[], None] = lambda: None,
        on_recovered: Callable[[Sequence[MessageRow]], None] = lambda _: None,
        clock: Clock | None = None,
    ) -> None:
        self._steps = Steps(on_trouble=on_trouble, on_kept=on_kept, left=lambda: self._store.trouble)
        self._store = Store(_url_of(settings), on_trouble=self._steps.note_trouble)
        self._tidying = Tidying(self._store, on_recovered=on_recovered, clock=clock or Clock())
        self._user_ids: dict[str, str] = {}  # by the user's name
        self._opening_began = asyncio.Event()
        self._opening_ended = asyncio.Event()
        self._is_open = False
        self._ends: dict[str, Callable[[], object]] = {}  # by the answer's id, those that wait a moment

    async def open(self) -> None:
        """Open the store.

        Raises:
            StartError: It cannot be used.
        """
        self._opening_began.set()
        try:
            await self._store.open()
            self._user_ids[NOBODY] = await self._store.user(NOBODY)
            self._steps.open()
            self._tidying.begin()
            self._is_open = True
        finally:
            self._opening_ended.set()

    async def opened(self) -> None:
        """Wait until the store is open: a server may answer its first request while it is being opened.

        Raises:
            StoreError: Nobody opens it, or it cannot be used.
        """
        if self._is_open:
            return
        await _within(BEGIN_SECONDS, self._opening_began, "store-not-opened")
        await _within(OPEN_SECONDS, self._opening_ended, "store-closed")
        if not self._is_open:
            raise StoreError("store-not-usable")

    @property
    def trouble(self) -> Trouble | None:
        """Return why what happens is not saved just now."""
        return self._steps.trouble

    def trouble_of(self, conversation: Conversation) -> Trouble | None:
        """Return why what happens in a conversation is not saved just now."""
        return self._steps.trouble_of(conversation)

    @property
    def store(self) -> Store:
        """Return where all is kept."""
        return self._store

    async def user_id(self, user: str) -> str:
        """Return the id of the user of this name, who is added if need be, once the store is open.

        Raises:
            ValueError: The name is empty.
        """
        if not user:
            raise ValueError("user= must name somebody")
        await self.opened()
        if user not in self._user_ids:
            self._user_ids[user] = await self._store.user(user)
        return self._user_ids[user]

    async def close(self) -> None:
        """Try what is left once more, and close the store."""
        if not self._is_open:
            return
        for answer_id in list(self._ends):
            self._put_end(answer_id)
        await self._tidying.end()
        await self._steps.close()
        await self._store.close()

    def question_asked(
        self, conversation: Conversation, exchange: Exchange, parent_id: str | None
    ) -> asyncio.Future[bool]:
        """Keep a question and its blank answer.

        The future fails where another process was asked it already, and where nobody opens the store.
        """
        blank = exchange.answers[0]
        events = blank.raw_events

        async def save() -> None:
            question = question_row(await self.user_id(conversation.user), conversation, exchange, parent_id)
            saved = await self._store.save_question(question)
            if saved.question_id != exchange.id:
                raise AnswerError("error-asked-elsewhere")
            self._store.follow(blank.id, blank.parts, blank.thinking_parts, events)

        kept = self._steps.put(save, conversation)
        return kept if self._is_open or kept.done() else asyncio.ensure_future(self._once_opened(kept))

    async def _once_opened(self, kept: asyncio.Future[bool]) -> bool:
        try:
            await self.opened()
        except StoreError as error:
            raise AnswerError(error.key) from error
        return await kept

    def asked_again(self, conversation: Conversation, exchange: Exchange, answer: Answer) -> asyncio.Future[bool]:
        """Keep one more blank answer to a question."""
        blank, events = answer_row(conversation.id, exchange.id, answer), answer.raw_events

        async def save() -> None:
            await self._store.save_blank_answer(await self.user_id(conversation.user), blank)
            self._store.follow(answer.id, answer.parts, answer.thinking_parts, events)

        return self._steps.put(save, conversation)

    def resumed(self, conversation: Conversation, answer: Answer) -> asyncio.Future[bool]:
        """Keep what is added to an answer that had ended."""
        self._put_end(answer.id)
        there, events = (len(answer.parts), len(answer.thinking_parts)), answer.raw_events

        async def save() -> None:
            earlier = await self._store.resume(await self.user_id(conversation.user), answer.id)
            self._store.follow(
                answer.id, answer.parts, answer.thinking_parts, events, saved=there, earlier_events=earlier
            )

        return self._steps.put(save, conversation)

    def ended(self, conversation: Conversation, exchange: Exchange, answer: Answer) -> None:
        """Keep an answer's end, once its last words are shown; they are saved as parts meanwhile."""
        row = answer_row(conversation.id, exchange.id, answer)
        has_events = answer.has_raw_events or bool(answer.raw_events)
        answer.has_raw_events = has_events and not conversation.is_temporary
        answer.raw_events = []  # the store has the list

        async def save() -> None:
            self._store.finish(row)
            if not await self._store.save() and self._store.trouble:
                raise self._store.trouble.error()

        self._ends[answer.id] = partial(self._steps.put, save, conversation)
        asyncio.get_running_loop().call_later(END_SECONDS, self._put_end, answer.id)

    def withdrawn(
        self, conversation: Conversation, exchange: Exchange, *, next_id: str | None, parent_id: str | None
    ) -> None:
        """Forget a question that was taken back; the one that waited behind it moves up."""

        async def save() -> None:
            user_id = await self.user_id(conversation.user)
            if next_id:
                await self._store.move_message(user_id, next_id, parent_id)
            await self._store.delete_message(user_id, exchange.id)
            self._store.forget(exchange.answer.id)

        self._steps.put(save, conversation)

    def chosen(self, conversation: Conversation, message_id: str | None) -> None:
        """Keep that a message is shown now among those that stand beside it, and which branch is shown then."""
        shown_at = time.time()
        leaf_id = conversation.last.id if conversation.last else None

        async def save() -> None:
            user_id = await self.user_id(conversation.user)
            if message_id:
                await self._store.show_message(user_id, message_id, shown_at)
            await self._store.set_leaf(user_id, conversation.id, leaf_id)

        self._steps.put(save, conversation)

    def sent(self, conversation: Conversation, answer: Answer) -> None:
        """Keep how many of the earlier turns the model was sent."""
        if answer.sent is None:
            return
        count, of = answer.sent

        async def save() -> None:
            await self._store.note_turns(await self.user_id(conversation.user), answer.id, count, of)

        self._steps.put(save, conversation)

    def deleted(self, conversation: Conversation, message_id: str, shown_id: str | None) -> None:
        """Hide a message with what follows, and keep which branch is shown then: `shown_id` has taken its place."""

        async def save() -> None:
            await self._store.delete_message(await self.user_id(conversation.user), message_id)

        self._steps.put(save, conversation)
        self.chosen(conversation, shown_id)

    def undeleted(self, conversation: Conversation, message_id: str) -> None:
        """Bring back what was deleted together with a message, and keep which branch is shown then."""

        async def save() -> None:
            await self._store.undelete_message(await self.user_id(conversation.user), message_id)

        self._steps.put(save, conversation)
        self.chosen(conversation, message_id)

    async def conversation(self, conversation_id: str, user: str = NOBODY) -> Conversation | None:
        """Return a conversation as it was kept, if it is this user's."""
        row = await self._store.conversation(await self.user_id(user), conversation_id)
        if row is None:
            return None
        outline = await self._store.outline(conversation_id)
        messages = await self._store.messages([message.id for message in outline])
        with_raw_events = await self._store.with_raw_events(conversation_id)
        return conversation_of(row, messages, user, with_raw_events=with_raw_events)

    async def named(self, name: str, user: str) -> str:
        """Return the id of the user's conversation that a host gave this name, or the one it will have.

        The name is in the id, so that processes that share a database agree. One that was deleted is followed by
        another.
        """
        prefix = sha256(f"{user}\0{name}".encode()).hexdigest()[:NAME_DIGITS]
        known = await self._store.begin_with(await self.user_id(user), prefix)
        if live := next((conversation_id for conversation_id, is_deleted in known if not is_deleted), ""):
            return live
        number = int(known[0][0][NAME_DIGITS:], 16) + 1 if known else 0
        return f"{prefix}{number:0{32 - NAME_DIGITS}x}"

    async def asked_in(self, client_id: str, user: str = NOBODY) -> str | None:
        """Return the id of the user's conversation in which the browser's question of this id was kept.

        None too while the store cannot be read: a question is rather asked than lost.

        Raises:
            StoreError: The store was not opened.
        """
        await self.opened()
        try:
            return await self._store.asked_in(await self.user_id(user), client_id)
        except StoreError as error:
            self._steps.note_trouble(trouble_of(error))
            return None

    async def caught_up(self) -> None:
        """Wait until all that has happened so far is kept, or cannot be just now."""
        await self.opened()
        for answer_id in list(self._ends):
            self._put_end(answer_id)
        await self._steps.tried()

    def _put_end(self, answer_id: str) -> None:
        if end := self._ends.pop(answer_id, None):
            end()


async def _within(seconds: float, event: asyncio.Event, key: str) -> None:
    try:
        await asyncio.wait_for(event.wait(), seconds)
    except TimeoutError:
        raise StoreError(key) from None


def _url_of(settings: Settings) -> str | None:
    return settings.database_url.get_secret_value() if settings.database_url else None
