"""The conversations that are in memory, each of them once, however many pages show it."""

from collections.abc import Iterator, Sequence
from weakref import WeakValueDictionary

from nicewen.services.conversation import Conversation
from nicewen.services.keeper import Keeper
from nicewen.services.keeping import end_as_kept
from nicewen.services.library import Library
from nicewen.services.running_answers import RunningAnswers
from nicewen.services.store import MessageRow


class OpenConversations:
    """Finds a user's conversations, here or in the store.

    Here are those that somebody looks at, or that are not wholly kept yet; all others are in the store alone.
    """

    def __init__(self, keeper: Keeper) -> None:
        """Know no conversation yet."""
        self._keeper = keeper
        self._by_id: WeakValueDictionary[str, Conversation] = WeakValueDictionary()
        self._by_question: WeakValueDictionary[tuple[str, str], Conversation] = WeakValueDictionary()
        self.library = Library(keeper, self._by_id)
        """All of them as lists."""
        self._recoveries = 0  # how often answers of processes that have died were ended

    def __iter__(self) -> Iterator[Conversation]:
        return iter(list(self._by_id.values()))

    def get(self, conversation_id: str) -> Conversation | None:
        """Return the conversation of this id if it is here, whosever it is."""
        return self._by_id.get(conversation_id)

    def begin(self, user: str) -> Conversation:
        """Return a new conversation."""
        conversation = Conversation(user=user, trouble=self._keeper.trouble)
        self.add(conversation)
        return conversation

    def add(self, conversation: Conversation) -> None:
        """Know a conversation from now on."""
        self._by_id.setdefault(conversation.id, conversation)

    async def find(self, conversation_id: str, user: str) -> Conversation | None:
        """Return a user's conversation by its id; another user's is not there, nor one that was deleted."""
        if self.library.is_deleted(conversation_id):
            return None
        known = self._by_id.get(conversation_id)
        if known is not None:
            return known if known.user == user else None
        kept: Conversation | None = None
        recoveries = -1
        while recoveries != self._recoveries:  # else what was read may show an answer that was ended meanwhile
            recoveries = self._recoveries
            kept = await self._keeper.conversation(conversation_id, user)
        if kept is None:
            return None
        kept.trouble = self._keeper.trouble
        return self._by_id.setdefault(conversation_id, kept)

    async def named(self, name: str, user: str) -> Conversation:
        """Return the user's conversation of a host's name, which may begin now.

        Raises:
            StoreError: What is kept cannot be read.
        """
        conversation_id = await self._keeper.named(name, user)
        if self.library.is_deleted(conversation_id):  # and removed by now: another one begins
            self.library.note_begun(conversation_id)
            self._by_id.pop(conversation_id, None)
        kept = await self.find(conversation_id, user)
        new = Conversation(id=conversation_id, user=user, trouble=self._keeper.trouble)
        return kept or self._by_id.setdefault(conversation_id, new)

    async def asked(self, question_id: str, user: str) -> Conversation | None:
        """Return the user's conversation in which the browser's question of this id was asked, here or elsewhere."""
        if known := self.asked_here(question_id, user):
            return known
        there = await self._keeper.asked_in(question_id, user)
        conversation = await self.find(there, user) if there else None
        if conversation is not None:
            self.note_asked(question_id, conversation)
        return conversation

    def asked_here(self, question_id: str, user: str) -> Conversation | None:
        """Return the user's conversation in which this process was asked the question of this id."""
        return self._by_question.get((user, question_id))

    def note_asked(self, question_id: str, conversation: Conversation) -> None:
        """Note in which conversation a question is asked; a temporary one is known by this alone."""
        self._by_question[conversation.user, question_id] = conversation

    def ended_elsewhere(self, recovered: Sequence[MessageRow], ours: RunningAnswers) -> Sequence[Conversation]:
        """End answers that another process was writing, which has died; return the conversations they were in."""
        self._recoveries += 1
        return [conversation for conversation in self if end_as_kept(conversation, recovered, ours=ours)]

    def tell_trouble(self) -> None:
        """Have every page say that what comes is not saved, or that it is again."""
        for conversation in self:
            if not self.library.is_deleted(conversation.id):  # its pages say already that nothing there is kept
                conversation.trouble = self._keeper.trouble_of(conversation)
                conversation.pulse.beat()
