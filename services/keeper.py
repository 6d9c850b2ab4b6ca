"""Keeps conversations: what happens is saved in its order, as soon as the store can, and nobody waits for trouble."""

import asyncio
import logging
from collections import deque
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

from nicewen.services.conversation import Answer, Conversation, Exchange
from nicewen.services.errors import AnswerError, StoreError
from nicewen.services.keeping import answer_row, conversation_of, question_row
from nicewen.services.settings import Settings
from nicewen.services.store import Store, Trouble

NOBODY = "local"
"""The user whose conversations these are where nobody logs in."""

RETRY_SECONDS = 1.0
OPEN_SECONDS = 30.0
NOT_THERE = "store-not-there"
END_SECONDS = 0.2
"""How long an answer's end waits: finding the words of a long one takes time that its last words would lose."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Something to save; `holds` stays in memory until then. `tried` tells whether the first try has saved it."""

    save: Callable[[], Awaitable[None]]
    holds: Conversation
    tried: asyncio.Future[bool]


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
    """Saves steps one after the other. One that fails is tried again until it succeeds; those behind it wait."""

    def __init__(
        self, settings: Settings, *, on_trouble: Callable[[], None], on_kept: Callable[[], None] = lambda: None
    ) -> None:
        self.trouble: Trouble | None = None
        self._store = Store(_url_of(settings), on_trouble=self._note_trouble)
        self._on_trouble = on_trouble
        self._on_kept = on_kept
        self._user = ""
        self._steps: deque[Step] = deque()
        self._more = asyncio.Event()
        self._is_open = asyncio.Event()
        self._ends: dict[str, Callable[[], object]] = {}  # by the answer's id, those that wait a moment
        self._task: asyncio.Task[None] | None = None

    async def open(self) -> None:
        """Open the store.

        Raises:
            StartError: It cannot be used.
        """
        await self._store.open()
        self._user = await self._store.user(NOBODY)
        self._task = asyncio.create_task(self._run(), name="keeping conversations")
        self._is_open.set()

    async def opened(self) -> None:
        """Wait until the store is open: a server may answer its first request while it is being opened.

        Raises:
            StoreError: Nobody has opened it for long.
        """
        if not self._is_open.is_set():
            try:
                await asyncio.wait_for(self._is_open.wait(), OPEN_SECONDS)
            except TimeoutError:
                raise StoreError("store-closed") from None

    @property
    def store(self) -> Store:
        """Return where all is kept."""
        return self._store

    @property
    def user(self) -> str:
        """Return the id of the user whose conversations these are; "" before `open`."""
        return self._user

    async def close(self) -> None:
        """Try what is left once more, and close the store."""
        if self._task is None:
            return
        self._task.cancel()
        await asyncio.gather(self._task, return_exceptions=True)
        for answer_id in list(self._ends):
            self._put_end(answer_id)
        while self._steps and await self._is_done(self._steps[0]):
            self._steps.popleft()
        if self._steps:
            log.error("not saved at the end: %s", self.trouble and self.trouble.sentence("en"))
        await self._store.close()

    def question_asked(
        self, conversation: Conversation, exchange: Exchange, parent_id: str | None
    ) -> asyncio.Future[bool]:
        """Keep a question and its blank answer; the future fails where another process was asked it already."""

        async def save() -> None:
            question = question_row(self._user, conversation, exchange, parent_id)
            saved = await self._store.save_question(question)
            if saved.question_id != exchange.id:
                raise AnswerError("error-asked-elsewhere")
            self._follow(exchange.answers[0])

        return self._put(save, conversation)

    def asked_again(self, conversation: Conversation, exchange: Exchange, answer: Answer) -> asyncio.Future[bool]:
        """Keep one more blank answer to a question."""
        blank = answer_row(conversation.id, exchange.id, answer)

        async def save() -> None:
            await self._store.save_blank_answer(self._user, blank)
            self._follow(answer)

        return self._put(save, conversation)

    def resumed(self, conversation: Conversation, answer: Answer) -> asyncio.Future[bool]:
        """Keep what is added to an answer that had ended."""
        self._put_end(answer.id)
        there = (len(answer.parts), len(answer.thinking_parts))

        async def save() -> None:
            await self._store.resume(self._user, answer.id)
            self._follow(answer, there)

        return self._put(save, conversation)

    def ended(self, conversation: Conversation, exchange: Exchange, answer: Answer) -> None:
        """Keep an answer's end, once its last words are shown; they are saved as parts meanwhile."""
        row = answer_row(conversation.id, exchange.id, answer)

        async def save() -> None:
            self._store.finish(row)
            if not await self._store.save() and self._store.trouble:
                raise self._store.trouble.error()

        self._ends[answer.id] = partial(self._put, save, conversation)
        asyncio.get_running_loop().call_later(END_SECONDS, self._put_end, answer.id)

    def withdrawn(
        self, conversation: Conversation, exchange: Exchange, *, next_id: str | None, parent_id: str | None
    ) -> None:
        """Forget a question that was taken back; the one that waited behind it moves up."""

        async def save() -> None:
            if next_id:
                await self._store.move_message(self._user, next_id, parent_id)
            await self._store.delete_message(self._user, exchange.id)

        self._put(save, conversation)

    def chosen(self, conversation: Conversation) -> None:
        """Keep which branch is shown."""
        leaf_id = conversation.last.id if conversation.last else None

        async def save() -> None:
            await self._store.set_leaf(self._user, conversation.id, leaf_id)

        self._put(save, conversation)

    def deleted(self, conversation: Conversation, message_id: str) -> None:
        """Hide a message with what follows, and keep which branch is shown then."""

        async def save() -> None:
            await self._store.delete_message(self._user, message_id)

        self._put(save, conversation)
        self.chosen(conversation)

    def undeleted(self, conversation: Conversation, message_id: str) -> None:
        """Bring back what was deleted together with a message, and keep which branch is shown then."""

        async def save() -> None:
            await self._store.undelete_message(self._user, message_id)

        self._put(save, conversation)
        self.chosen(conversation)

    async def conversation(self, conversation_id: str) -> Conversation | None:
        """Return a conversation as it was kept."""
        await self.opened()
        row = await self._store.conversation(self._user, conversation_id)
        if row is None:
            return None
        outline = await self._store.outline(conversation_id)
        return conversation_of(row, await self._store.messages([message.id for message in outline]))

    async def asked_in(self, client_id: str) -> str | None:
        """Return the id of the conversation in which the browser's question of this id was kept.

        None too while the store cannot be read: a question is rather asked than lost.
        """
        try:
            await self.opened()
            return await self._store.asked_in(self._user, client_id)
        except StoreError as error:
            self._note_trouble(Trouble(error.key, str(error.values.get("reason", ""))))
            return None

    async def caught_up(self) -> None:
        """Wait until all that has happened so far is kept, or cannot be just now."""
        await self.opened()
        for answer_id in list(self._ends):
            self._put_end(answer_id)
        if self._steps:
            await asyncio.wait((self._steps[-1].tried,))

    def _put_end(self, answer_id: str) -> None:
        if end := self._ends.pop(answer_id, None):
            end()

    def _follow(self, answer: Answer, there: tuple[int, int] = (0, 0)) -> None:
        self._store.follow(answer.id, answer.parts, answer.thinking_parts, saved=there)

    def _put(self, save: Callable[[], Awaitable[None]], holds: Conversation) -> asyncio.Future[bool]:
        """Have something saved in its turn; in trouble nobody waits for it."""
        step = Step(save, holds, asyncio.get_running_loop().create_future())
        self._steps.append(step)
        self._more.set()
        if self.trouble:
            step.tried.set_result(False)
        return step.tried

    async def _run(self) -> None:
        while True:
            await self._more.wait()
            if await self._is_done(self._steps[0]):
                self._steps.popleft()
            else:
                for step in self._steps:
                    _tell(step, kept=False)
                await asyncio.sleep(RETRY_SECONDS)
            if not self._steps:
                self._more.clear()

    async def _is_done(self, step: Step) -> bool:
        """Save something; False where it is worth another try."""
        try:
            await step.save()
        except AnswerError as error:
            if not step.tried.done():
                step.tried.set_exception(error)
            return True
        except StoreError as error:
            if error.key != NOT_THERE:
                self._note_trouble(Trouble(error.key, str(error.values.get("reason", ""))))
                return False
            log.warning("what was deleted meanwhile is saved no more")
        except Exception:
            log.exception("something could not be saved, and is given up")
        _tell(step, kept=True)
        self._note_trouble(self._store.trouble)
        self._on_kept()
        return True

    def _note_trouble(self, trouble: Trouble | None) -> None:
        if trouble != self.trouble:
            self.trouble = trouble
            self._on_trouble()


def _url_of(settings: Settings) -> str | None:
    return settings.database_url.get_secret_value() if settings.database_url else None


def _tell(step: Step, *, kept: bool) -> None:
    if not step.tried.done():
        step.tried.set_result(kept)
