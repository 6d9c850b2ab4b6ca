"""A column of messages that keeps up with a conversation."""

import asyncio
import logging
import time
from collections.abc import Callable

from nicegui import background_tasks, ui

from nicewen.components.chat_log import ChatLog
from nicewen.components.pace import SharedPace
from nicewen.components.sight import Sight
from nicewen.components.wishes import Wishes
from nicewen.services.conversation import Conversation
from nicewen.services.language import Words

LAG_SECONDS = 0.05
"""So late a view may be woken before it takes it for a sign of a busy process and looks less often."""

BEAT_SECONDS = 3.0
"""How often a view with nothing new to show says that its connection lives, while an answer is being written."""

log = logging.getLogger(__name__)

_pace = SharedPace()


class View:
    """Shows a conversation at its own pace. It owns no answer: closing it stops nothing."""

    def __init__(
        self,
        words: Words,
        wishes: Wishes,
        *,
        at: str = "",
        may_unmount: bool,
        on_show: Callable[[Conversation], None],
        on_again: Callable[[], None] = lambda: None,
    ) -> None:
        """Show nothing yet; `on_show` is told each time the column is up to date, `on_again` when a page may have
        missed something and all is sent once more.
        """
        self._on_show = on_show
        self._on_again = on_again
        self._is_busy = False
        self._task: asyncio.Task[None] | None = None
        self.log = ChatLog(words, wishes, at=at)
        self._sight = Sight(
            ui.context.client,
            self.log,
            may_unmount=may_unmount,
            on_again=self._show_again,
            on_lost=lambda: _pace.note(self, busy=False),
        )

    def follow(self, conversation: Conversation) -> None:
        """Keep up with a conversation from now on."""
        self._task = background_tasks.create(self._keep_up(conversation), name="chat view")

    def close(self) -> None:
        """Follow no longer: the page, or this part of it, is gone."""
        _pace.note(self, busy=False)
        self._sight.end()
        if self._task is not None:
            self._task.cancel()

    def show(self, conversation: Conversation) -> bool:
        """Bring the page up to date; return whether another look is needed."""
        busy = conversation.running is not None
        _pace.note(self, busy=busy and self._sight.is_clear)
        unfinished = self.log.show(conversation)
        if busy != self._is_busy:
            self._is_busy = busy
            self.log.beat(busy=busy)
        self._on_show(conversation)
        return unfinished

    def _show_again(self) -> None:
        """Repeat what a page may not show: messages were lost, or it was built anew of what it was sent at first."""
        self.log.refresh()
        self.log.beat(busy=self._is_busy)
        self._on_again()

    async def _keep_up(self, conversation: Conversation) -> None:
        """Show what changes, at this view's own pace; while nobody can see it nothing is sent or queued."""
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
                shown -= self.show(conversation)
            except Exception:
                log.exception("a view of conversation %s could not be brought up to date", conversation.id)
            due = began + max(_pace.seconds, 3 * (time.perf_counter() - began), lag)
            await conversation.pulse.rest(due - time.perf_counter())
            late = time.perf_counter() - due
            lag = 2 * late if late > LAG_SECONDS else 0.0

    def _beat(self, conversation: Conversation) -> None:
        """Show that the connection lives while nothing new is to be shown, and ask again what was not answered."""
        if self._sight.is_clear and conversation.running:
            self.log.beat(busy=True)
            self.log.show_silence()
        if self._sight.is_clear and self.log.doubt.is_open:
            self.log.doubt.resolve()
