"""The one object that a page, or a host's own code, talks to."""

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import replace

from nicewen.services.accounts import Accounts
from nicewen.services.alternatives import Alternatives
from nicewen.services.asked import Asked, asked_in, check_question
from nicewen.services.conversation import NOBODY, Answer, Conversation, Exchange
from nicewen.services.deleting import Deleted, answers_in, taken_back, taken_out, waiting_behind
from nicewen.services.errors import AnswerError
from nicewen.services.exchange import Courier
from nicewen.services.journal import Journal
from nicewen.services.keeper import Keeper
from nicewen.services.markdown import load_lexers
from nicewen.services.material import Material, Value, material_of
from nicewen.services.observer import Observers
from nicewen.services.open_conversations import OpenConversations
from nicewen.services.providers.choice import provider_of
from nicewen.services.providers.provider import Provider
from nicewen.services.running_answer import Patience
from nicewen.services.running_answers import RunningAnswers
from nicewen.services.sessions import Sessions
from nicewen.services.settings import Settings
from nicewen.services.store import MessageRow, new_id
from nicewen.services.temporary import GRACE_SECONDS, Temporary
from nicewen.services.tidying import Clock
from nicewen.services.titles import Titles

LEXERS_AFTER = 1.0
"""Seconds from the start to the loading of lexers, which would delay the first page; no answer has code by then."""


class Assistant:
    """Owns conversations and running answers for the whole process; pages only follow.

    `open` and `close` frame its life. Everything else is called on the event loop; what does not say `async` returns
    at once.

    Raises:
        StartError: The settings name a provider or a database that cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        make_provider: Callable[[Settings], Provider] = provider_of,
        patience: Patience | None = None,
        clock: Clock | None = None,
        grace: float = GRACE_SECONDS,
    ) -> None:
        self.settings = settings
        self.provider = make_provider(settings)
        self.observers = Observers([Journal(with_questions=settings.log_questions == "yes")])
        self._keeper = Keeper(
            settings,
            on_trouble=self._tell_trouble,
            on_kept=self._tell_kept,
            on_recovered=self._end_as_kept,
            clock=clock,
        )
        self._running = RunningAnswers(
            settings,
            self.provider,
            self._keeper,
            patience=patience or Patience(),
            observers=self.observers,
            on_end=self._ended,
        )
        self.courier = Courier(self._keeper)
        """Exports and imports conversations."""
        self._conversations = OpenConversations(self._keeper)
        self.library = self._conversations.library
        self.accounts = Accounts(self._keeper)
        self.sessions = Sessions(self._keeper, settings.session_days)
        self.temporary = Temporary(grace, on_end=self._halt)
        """Has the conversations that are kept nowhere."""
        self._titles = Titles(settings, self.provider, self.library)
        self._loading: asyncio.Task[None] | None = None
        self._is_closing = False
        self.is_draining = False
        """Whether running answers may finish, and nothing new is asked."""

    async def open(self) -> None:
        """Begin; called once, when the event loop runs. Connections and child processes begin with their first use.

        Raises:
            StartError: The database cannot be used.
        """
        await self._keeper.open()
        self._loading = asyncio.create_task(_load_lexers(), name="loading lexers")

    async def drain(self, seconds: float) -> None:
        """Ask nothing new from now on, and wait so long for running answers to end."""
        self.is_draining = True
        await self._running.ended(seconds)

    async def close(self) -> None:
        """End running answers as interrupted, and release connections, child processes and the database."""
        self._is_closing = True
        self.temporary.close()
        await self._titles.close()
        await self._running.close()
        await self.library.close()
        await self._keeper.close()
        self.courier.close()
        if self._loading is not None:
            self._loading.cancel()
            await asyncio.wait([self._loading])

    async def try_database(self) -> None:
        """Return once the database has answered.

        Raises:
            StoreError: It does not.
        """
        await self._keeper.opened()
        await self._keeper.store.try_it()

    @property
    def running_answers(self) -> int:
        """Return how many answers are being written."""
        return len(self._running)

    @property
    def model(self) -> str:
        """The model that is asked; "" until a service without a named model has told its own."""
        return self._running.model

    async def conversation(self, conversation_id: str, *, user: str = NOBODY) -> Conversation | None:
        """Return a user's conversation that is kept by its id, if there is one; another user's is not there.

        `temporary` has those that are kept nowhere.
        """
        return await self._conversations.find(conversation_id, user)

    async def named(self, name: str, *, user: str = NOBODY) -> Conversation:
        """Return the user's conversation that a host knows by this name; it begins with its first question.

        Raises:
            StoreError: What is kept cannot be read.
        """
        return await self._conversations.named(name, user)

    async def asked(self, question_id: str, *, user: str = NOBODY) -> Conversation | None:
        """Return the user's conversation in which the browser's question of this id was asked, if it was."""
        return await self._conversations.asked(question_id, user)

    def ask(
        self,
        question: str,
        *,
        conversation: Conversation | None = None,
        context: Value | Material = None,
        question_id: str = "",
        user: str | None = None,
        temporary: bool = False,
    ) -> Asked:
        """Put a question; it is asked at once, or when those before it in its conversation are answered.

        A question whose id this process knows was sent twice (a double click, a resent message): it is asked once.
        See `asked` for those of an earlier process. Without a conversation a new one of this `user` begins; a
        `temporary` one is kept nowhere. `context` is what the model reads with the question, see `material`.

        Raises:
            AnswerError: This process is about to end; the next one can be asked.
            TypeError: The question is no text, or `context` is nothing that can be sent.
            ValueError: The question is empty, the conversation is another user's, or `user` is nobody.
            LookupError: The question was sent twice, and deleted between.
        """
        check_question(question)
        owner = _owner_of(conversation, user)
        if before := self._conversations.asked_here(question_id, owner):
            return asked_in(before, question_id)
        if self.is_draining:
            raise AnswerError("error-draining")
        material = material_of(context)
        if conversation is None:
            conversation = self.temporary.begin(owner) if temporary else self._conversations.begin(owner)
        elif not conversation.is_temporary:
            self._conversations.add(conversation)
        exchange = self._exchange(conversation, question, question_id, material, after=conversation.last)
        conversation.waiting.append(exchange)
        conversation.pulse.beat()
        self._go_on(conversation)
        return Asked(conversation, exchange, exchange.answer)

    def edit(self, conversation: Conversation, question_id: str, text: str, *, client_id: str = "") -> Asked | None:
        """Ask a question in other words; the old one stays beside it, with all that followed.

        Nothing is asked (None) while an answer is being written, nor for a question that is not shown or was sent
        before.
        """
        position = conversation.position_of(question_id)
        was_asked = self._conversations.asked_here(client_id, conversation.user) is not None
        if position is not None and self._is_free(conversation) and not was_asked:
            before = conversation.exchanges[position - 1].answer if position else None
            exchange = self._exchange(
                conversation, text, client_id, conversation.exchanges[position].material, after=before
            )
            conversation.waiting.append(exchange)
            self._go_on(conversation)
            return Asked(conversation, exchange, exchange.answer)
        return None

    def ask_again(self, conversation: Conversation, answer_id: str) -> Asked | None:
        """Ask once more for an answer that is shown, unless one is being written.

        It is kept beside the new one, with all that followed.
        """
        position = conversation.position_of(answer_id)
        if position is not None and self._is_free(conversation):
            exchange, answer = conversation.exchanges[position], self._blank_answer()
            exchange.kept = self._keeper.asked_again(conversation, exchange, answer)
            exchange.answers.add(answer)
            conversation.changed()
            self._start(conversation, exchange)
            return Asked(conversation, exchange, answer)
        return None

    def continue_answer(self, conversation: Conversation, answer_id: str) -> Asked | None:
        """Have the last answer, if it had ended early, written on from where it ended."""
        is_last = self._is_free(conversation) and conversation.last_answer_id == answer_id
        if is_last and conversation.exchanges[-1].answer.ended_early:
            exchange = conversation.exchanges[-1]
            begun = exchange.answer.text
            exchange.answer.resume()
            exchange.kept = self._keeper.resumed(conversation, exchange.answer)
            self._start(conversation, exchange, begun)
            return Asked(conversation, exchange, exchange.answer)
        return None

    def choose(self, conversation: Conversation, message_id: str, step: int) -> bool:
        """Show the message so many places behind this one, with what followed it; False where there is none."""
        chosen_id = conversation.choose(message_id, step)
        if chosen_id is not None:
            self._keeper.chosen(conversation, chosen_id)
        return chosen_id is not None

    def delete(self, conversation: Conversation, message_id: str) -> Deleted | None:
        """Take away a message that is shown, with what follows; `undelete` brings it back.

        What is being written there is stopped; questions that wait behind it are taken back.
        """
        deleted = taken_out(conversation, message_id)
        if deleted is None:
            return None
        gone = answers_in(deleted)
        unasked = waiting_behind(conversation, gone)
        for exchange in reversed(unasked):
            self.withdraw(conversation, exchange.id)
        if conversation.running in gone:
            self.stop(conversation)
        self._keeper.deleted(conversation, deleted.message_id, deleted.shown_id)
        return replace(deleted, unasked=tuple(exchange.question for exchange in unasked))

    def undelete(self, deleted: Deleted) -> None:
        """Bring back what was deleted, and show it."""
        deleted.put_back()
        self._keeper.undeleted(deleted.conversation, deleted.message_id)

    def undo_turn(self, conversation: Conversation, question_id: str) -> Deleted | None:
        """Delete the last turn, once it is answered."""
        path = conversation.exchanges
        if conversation.running is None and path and path[-1].id == question_id:
            return self.delete(conversation, question_id)
        return None

    def withdraw(self, conversation: Conversation, question_id: str) -> str:
        """Take back a question that still waits for its turn; return its text, or "" if it has begun."""
        withdrawn = taken_back(conversation, question_id)
        if withdrawn is None:
            return ""
        exchange, behind = withdrawn
        self._keeper.withdrawn(
            conversation,
            exchange,
            next_id=behind.id if behind else None,
            parent_id=exchange.after.id if exchange.after else None,
        )
        return exchange.question

    def stop(self, conversation: Conversation) -> None:
        """Stop the answer being written; what has arrived is kept, and the service is told by hanging up."""
        self._running.stop(conversation)

    async def delete_conversation(self, conversation_id: str, *, user: str = NOBODY) -> bool:
        """Delete a user's conversation, as the library does, and stop what is being written in it.

        Raises:
            StoreError: It cannot be deleted; nothing is stopped.
        """
        done = await self.library.delete(conversation_id, user=user)
        known = self._conversations.get(conversation_id) if done else None
        if known is not None:
            self._halt(known)
        return done

    def _halt(self, conversation: Conversation) -> None:
        """Stop what is being written in a conversation, and take back what waits there."""
        for exchange in list(conversation.waiting):
            self.withdraw(conversation, exchange.id)
        self.stop(conversation)

    def _is_free(self, conversation: Conversation) -> bool:
        return conversation.running is None and not (self.is_draining or self._is_closing)

    def _blank_answer(self) -> Answer:
        return Answer(provider=self.provider.name, model=self.model)

    def _exchange(
        self,
        conversation: Conversation,
        text: str,
        client_id: str,
        material: Material | None,
        *,
        after: Answer | None,
    ) -> Exchange:
        answers = Alternatives([self._blank_answer()])
        exchange = Exchange(text, new_id(), answers, client_id or new_id(), after=after, material=material)
        self._conversations.note_asked(exchange.client_id, conversation)
        exchange.kept = self._keeper.question_asked(conversation, exchange, after.id if after else None)
        self.observers.asked(text, exchange.answer.id)
        return exchange

    def _go_on(self, conversation: Conversation) -> None:
        if conversation.waiting and self._is_free(conversation):
            exchange = conversation.waiting.pop(0)
            after, exchange.after = exchange.after, None
            conversation.add(exchange, after)
            if len(after.next if after else conversation.beginnings) > 1:
                self._keeper.chosen(conversation, exchange.id)
            self._start(conversation, exchange)

    def _start(self, conversation: Conversation, exchange: Exchange, begun: str = "") -> None:
        self._running.start(conversation, exchange, begun)
        self.library.pulse.beat()

    def _ended(self, conversation: Conversation) -> None:
        if not self._is_closing:
            self._titles.note_end(conversation)
        self._go_on(conversation)
        self.library.pulse.beat()

    def _end_as_kept(self, recovered: Sequence[MessageRow]) -> None:
        """End answers that are known here and were being written by another process, which has died."""
        for conversation in self._conversations.ended_elsewhere(recovered, ours=self._running):
            self._ended(conversation)

    def _tell_trouble(self) -> None:
        self._conversations.tell_trouble()

    def _tell_kept(self) -> None:
        self.library.pulse.beat()


def _owner_of(conversation: Conversation | None, user: str | None) -> str:
    if user == "":
        raise ValueError("user= must name somebody")
    if conversation is None:
        return user or NOBODY
    if user not in {None, conversation.user}:
        raise ValueError(f"this conversation is not {user}'s")
    return conversation.user


async def _load_lexers() -> None:
    await asyncio.sleep(LEXERS_AFTER)
    await asyncio.to_thread(load_lexers)
