"""The one object that a page, or a host's own code, talks to."""

import asyncio
import logging
import time
from collections.abc import Callable

from nicewen.services.conversation import Answer, Conversation, Exchange, new_id
from nicewen.services.markdown import load_lexers
from nicewen.services.providers.choice import provider_of
from nicewen.services.providers.provider import AnswerRequest, Provider
from nicewen.services.redaction import Redactor
from nicewen.services.running_answer import Patience, RunningAnswer
from nicewen.services.settings import Settings

log = logging.getLogger(__name__)


class Assistant:
    """Owns conversations and running answers for the whole process; pages only follow.

    `open` and `close` frame its life. Everything else is called on the event loop and returns at once.

    Raises:
        StartError: The settings name a provider that cannot be used.
    """

    def __init__(
        self,
        settings: Settings,
        *,
        make_provider: Callable[[Settings], Provider] = provider_of,
        patience: Patience | None = None,
    ) -> None:
        self.settings = settings
        self.provider = make_provider(settings)
        self._patience = patience or Patience()
        self._redactor = Redactor(settings.secrets)
        self._conversations: dict[str, Conversation] = {}
        self._asked: dict[str, Conversation] = {}  # by the question's id
        self._running: dict[str, tuple[RunningAnswer, asyncio.Task[None]]] = {}  # by the answer's id
        self._loading: asyncio.Task[None] | None = None
        self._is_closing = False

    async def open(self) -> None:
        """Begin; called once, when the event loop runs. Connections and child processes begin with their first use."""
        self._loading = asyncio.create_task(asyncio.to_thread(load_lexers), name="loading lexers")

    async def close(self) -> None:
        """End running answers as interrupted, and release connections and child processes."""
        self._is_closing = True
        tasks = [task for _, task in self._running.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self.provider.close()
        if self._loading is not None:
            await self._loading

    @property
    def model(self) -> str:
        """The model that is asked; "" until a service without a named model has told its own."""
        return self.settings.model or self.provider.default_model

    def conversation(self, conversation_id: str) -> Conversation | None:
        """Return a conversation by its id, if there is one."""
        return self._conversations.get(conversation_id)

    def ask(self, question: str, *, conversation: Conversation | None = None, question_id: str = "") -> Conversation:
        """Put a question; it is asked at once, or when those before it in its conversation are answered.

        A question whose id is already there was sent twice (a double click, a resent message): it is asked once.
        Without a conversation a new one begins. Returns the conversation.
        """
        if question_id in self._asked:
            return self._asked[question_id]
        conversation = conversation or Conversation()
        exchange = Exchange(question, question_id or new_id(), [self._blank_answer()])
        self._conversations.setdefault(conversation.id, conversation)
        self._asked[exchange.id] = conversation
        conversation.waiting.append(exchange)
        conversation.pulse.beat()
        self._go_on(conversation)
        return conversation

    def ask_again(self, conversation: Conversation, answer_id: str) -> None:
        """Ask the last question once more; its earlier answer is kept beside the new one.

        Only the answer that stands last can be asked again: a click on another one comes too late.
        """
        if conversation.running is None and conversation.last_answer_id == answer_id:
            conversation.exchanges[-1].answers.append(self._blank_answer())
            self._start(conversation)

    def withdraw(self, conversation: Conversation, question_id: str) -> str:
        """Take back a question that still waits for its turn; return its text, or "" if it has begun."""
        for exchange in conversation.waiting:
            if exchange.id == question_id:
                conversation.waiting.remove(exchange)
                conversation.pulse.beat()
                return exchange.question
        return ""

    def stop(self, conversation: Conversation) -> None:
        """Stop the answer being written; what has arrived is kept, and the service is told by hanging up."""
        if answer := conversation.running:
            running, task = self._running[answer.id]
            running.mark_stopped()
            task.cancel()

    def _blank_answer(self) -> Answer:
        return Answer(provider=self.provider.name, model=self.model)

    def _go_on(self, conversation: Conversation) -> None:
        if conversation.waiting and conversation.running is None and not self._is_closing:
            conversation.exchanges.append(conversation.waiting.pop(0))
            self._start(conversation)

    def _start(self, conversation: Conversation) -> None:
        answer = conversation.exchanges[-1].answer
        answer.asked_at = time.time()
        request = AnswerRequest(
            model=self.model, turns=conversation.turns(), system_prompt=self.settings.system_prompt, thinking=False
        )
        running = RunningAnswer(
            answer,
            self.provider,
            request,
            changed=conversation.pulse.beat,
            patience=self._patience,
            redactor=self._redactor,
        )
        task = asyncio.get_running_loop().create_task(running.run(), name=f"answer {answer.id}")
        self._running[answer.id] = (running, task)
        task.add_done_callback(lambda _: self._ended(conversation, running))
        conversation.pulse.beat()

    def _ended(self, conversation: Conversation, running: RunningAnswer) -> None:
        running.end_if_never_begun()
        conversation.pulse.hurry()
        del self._running[running.answer.id]
        self._go_on(conversation)
