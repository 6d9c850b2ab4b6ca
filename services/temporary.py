"""Conversations that are kept nowhere: they live in this process, while a page shows them and a little longer."""

import asyncio
from collections import Counter
from collections.abc import Callable

from nicewen.services.conversation import NOBODY, Conversation

GRACE_SECONDS = 540.0
"""How long one outlives its last page: a phone that sleeps, a tab that was closed by mistake.

With the minute for which the server keeps a page without a connection these are the ten minutes that people are told.
"""


class Temporary:
    """Holds temporary conversations. Pages say that they show one (`enter`) and that they no longer do (`leave`)."""

    def __init__(self, grace: float, *, on_end: Callable[[Conversation], None]) -> None:
        """Hold none; each is let go `grace` seconds after its last page, and `on_end` is told."""
        self._grace = grace
        self._on_end = on_end
        self._there: dict[str, Conversation] = {}
        self._views: Counter[str] = Counter()
        self._ends: dict[str, asyncio.TimerHandle] = {}

    def begin(self, user: str = NOBODY) -> Conversation:
        """Return a new temporary conversation of a user."""
        conversation = Conversation(user=user, is_temporary=True)
        self._there[conversation.id] = conversation
        self._let_go_later(conversation.id)
        return conversation

    def get(self, conversation_id: str, user: str = NOBODY) -> Conversation | None:
        """Return the user's temporary conversation of this id, while there is one."""
        conversation = self._there.get(conversation_id)
        return conversation if conversation is not None and conversation.user == user else None

    def enter(self, conversation: Conversation) -> None:
        """Note that one more page shows a conversation; of one that is kept nothing needs to be noted."""
        if conversation.id in self._there:
            self._views[conversation.id] += 1
            if end := self._ends.pop(conversation.id, None):
                end.cancel()

    def leave(self, conversation: Conversation) -> None:
        """Note that a page shows a conversation no longer."""
        if conversation.id in self._there:
            self._views[conversation.id] -= 1
            if self._views[conversation.id] <= 0:
                self._let_go_later(conversation.id)

    def close(self) -> None:
        """Let all go."""
        for conversation_id in list(self._there):
            self._let_go(conversation_id)

    def _let_go_later(self, conversation_id: str) -> None:
        loop = asyncio.get_running_loop()
        self._ends[conversation_id] = loop.call_later(self._grace, self._let_go, conversation_id)

    def _let_go(self, conversation_id: str) -> None:
        conversation = self._there.pop(conversation_id)
        del self._views[conversation_id]
        if end := self._ends.pop(conversation_id, None):
            end.cancel()
        self._on_end(conversation)
