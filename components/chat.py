"""The chat: log, composer, and the task that keeps them up to date with a conversation."""

import asyncio
import logging
import time
from collections.abc import Callable

from nicegui import background_tasks, ui

from nicewen.components.chat_log import ChatLog
from nicewen.components.composer import Composer, NewQuestion
from nicewen.components.empty_state import empty_state
from nicewen.components.model_line import model_line
from nicewen.components.pace import SharedPace
from nicewen.components.place import OWN_PAGE, Place
from nicewen.components.sight import Sight
from nicewen.components.trouble_line import TroubleLine
from nicewen.components.undo_line import UndoLine
from nicewen.components.wishes import Wishes
from nicewen.services import Assistant
from nicewen.services.conversation import Conversation
from nicewen.services.language import Words

LAG_SECONDS = 0.05
"""So late a view may be woken before it takes it for a sign of a busy process and looks less often."""

BEAT_SECONDS = 3.0
"""How often a view with nothing new to show says that its connection lives, while an answer is being written."""

log = logging.getLogger(__name__)

_pace = SharedPace()


class Chat:
    """One view of a conversation. It owns no answer: closing it stops nothing, and a second view shows the same."""

    def __init__(
        self,
        assistant: Assistant,
        words: Words,
        conversation: Conversation | None,
        *,
        at: str = "",
        place: Place = OWN_PAGE,
        on_show: Callable[[Conversation], None] = lambda _: None,
    ) -> None:
        """Show a conversation, or the beginning of one; `on_show` is told when the page is up to date.

        `at` is the id of the message to show first, instead of the end.
        """
        self._assistant = assistant
        self._on_show = on_show
        self._conversation = conversation
        self._place = place
        self._task: asyncio.Task[None] | None = None
        self._is_busy = False
        self._log = ChatLog(words, self._wishes(), at=at)
        with ui.element("div").classes("nicewen-foot"):
            self._undo = UndoLine(words, on_undo=assistant.undelete)
            self._trouble = TroubleLine(words)
            self._composer = Composer(words, place, on_ask=self._ask, on_stop=self._stop)
            model_line(assistant, words)
        self._words = words
        self._empty: ui.element | None = None
        self._sight = Sight(
            ui.context.client,
            self._log,
            may_unmount=not place.is_page,
            on_again=self._show_again,
            on_lost=lambda: _pace.note(self, busy=False),
        )
        if conversation is None:
            self._show_empty(is_empty=True)
        else:
            self._show(conversation)
            self._follow(conversation)
        if place.is_page:
            ui.context.client.on_delete(self.close)

    def _wishes(self) -> Wishes:
        return Wishes(
            retry=self._retry,
            go_on=self._continue,
            withdraw=self._withdraw,
            choose=self._choose,
            edit=self._edit,
            delete=self._delete,
            undo_turn=self._undo_turn,
            earlier=self._look_again,
        )

    async def _ask(self, question: NewQuestion) -> None:
        user = self._place.user
        asked = await self._assistant.asked(question.id, user=user)
        if asked is None:
            asked = self._assistant.ask(
                question.text, conversation=self._conversation, question_id=question.id, user=user
            )
        if self._conversation is None:
            self._conversation = asked
            self._follow(asked)
        self._log.go_to_end()
        self._composer.accept(question.id, f"/c/{self._conversation.id}" if self._place.is_page else "")
        self._show_empty(is_empty=False)

    def _stop(self) -> None:
        if self._conversation:
            self._assistant.stop(self._conversation)

    def _continue(self, answer_id: str) -> None:
        if self._conversation:
            self._assistant.continue_answer(self._conversation, answer_id)

    def _retry(self, answer_id: str) -> None:
        if self._conversation:
            self._assistant.ask_again(self._conversation, answer_id)

    def _withdraw(self, question_id: str) -> None:
        if self._conversation and (text := self._assistant.withdraw(self._conversation, question_id)):
            self._composer.put(text)

    def _choose(self, message_id: str, step: int) -> None:
        conversation = self._conversation
        if conversation is None:
            return
        path = [one for exchange in conversation.exchanges for one in (exchange, exchange.answer)]
        place = next((place for place, one in enumerate(path) if one.id == message_id), 0)
        if self._assistant.choose(conversation, message_id, step):
            self._show(conversation)
            path = [one for exchange in conversation.exchanges for one in (exchange, exchange.answer)]
            self._log.go_to_branch(path[place].id, step)

    def _edit(self, question_id: str, question: NewQuestion) -> None:
        if self._conversation:
            self._assistant.edit(self._conversation, question_id, question.text, client_id=question.id)
            self._log.go_to_end()

    def _delete(self, message_id: str) -> None:
        if self._conversation and (deleted := self._assistant.delete(self._conversation, message_id)):
            self._undo.offer(deleted)
            if deleted.unasked:
                self._composer.put("\n".join(deleted.unasked))
            else:
                self._undo.focus()

    def _undo_turn(self, question_id: str) -> None:
        if self._conversation and (deleted := self._assistant.undo_turn(self._conversation, question_id)):
            self._undo.offer(deleted)
            self._composer.put(deleted.exchange.question)

    def _look_again(self) -> None:
        if self._conversation:
            self._conversation.pulse.beat()

    def _follow(self, conversation: Conversation) -> None:
        self._task = background_tasks.create(self._keep_up(conversation), name="chat view")

    def close(self) -> None:
        """Follow no longer: the page, or this part of it, is gone."""
        _pace.note(self, busy=False)
        self._sight.end()
        self._undo.forget()
        if self._task is not None:
            self._task.cancel()

    def _show_again(self) -> None:
        """Repeat what a page may not show: messages were lost, or it was built anew of what it was sent at first."""
        self._composer.update()
        self._log.refresh()
        self._log.beat(busy=self._is_busy)

    async def _keep_up(self, conversation: Conversation) -> None:
        """Show what changes, at this view's own pace; while the page has no socket nothing is sent or queued."""
        shown, lag = -1, 0.0
        while True:
            await self._sight.clear()
            try:
                async with asyncio.timeout(BEAT_SECONDS):
                    newest = await conversation.pulse.after(shown)
            except TimeoutError:
                self._beat(conversation)
                continue
            if not self._sight.is_clear:
                continue  # not shown, so it is still new when the page is back
            shown, began = newest, time.perf_counter()
            try:
                shown -= self._show(conversation)
            except Exception:
                log.exception("a view of conversation %s could not be brought up to date", conversation.id)
            due = began + max(_pace.seconds, 3 * (time.perf_counter() - began), lag)
            await conversation.pulse.rest(due - time.perf_counter())
            late = time.perf_counter() - due
            lag = 2 * late if late > LAG_SECONDS else 0.0

    def _beat(self, conversation: Conversation) -> None:
        """Show that the connection lives while nothing new is to be shown, and ask again what was not answered."""
        if self._sight.is_clear and conversation.running:
            self._log.beat(busy=True)
            self._log.show_silence()
        if self._sight.is_clear and self._log.doubt.is_open:
            self._log.doubt.resolve()

    def _show(self, conversation: Conversation) -> bool:
        """Bring the page up to date; return whether another look is needed."""
        busy = conversation.running is not None
        _pace.note(self, busy=busy and self._sight.is_clear)
        unfinished = self._log.show(conversation)
        self._show_empty(is_empty=not conversation.exchanges and not conversation.waiting)
        self._trouble.show(conversation.trouble)
        if busy != self._is_busy:
            self._is_busy = busy
            self._composer.set_busy(busy)
            self._log.beat(busy=busy)
        self._on_show(conversation)
        return unfinished

    def _show_empty(self, *, is_empty: bool) -> None:
        """Greet where nothing has been asked yet, or nothing is left."""
        if is_empty and self._empty is None:
            with self._log:
                self._empty = empty_state(self._words, self._place.starters, on_choose=self._composer.put_or_ask)
        elif not is_empty and self._empty is not None:
            self._empty.delete()
            self._empty = None
