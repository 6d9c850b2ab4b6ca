"""The answers that are being written, each in a task of its own."""

import asyncio
import time
from collections.abc import Callable
from functools import partial

from nicewen.services.context import context_of, fitting
from nicewen.services.conversation import Conversation, Exchange
from nicewen.services.keeper import Keeper
from nicewen.services.observer import Observers
from nicewen.services.providers.provider import AnswerRequest, Provider
from nicewen.services.redaction import Redactor
from nicewen.services.running_answer import Patience, RunningAnswer
from nicewen.services.settings import Settings


class RunningAnswers:
    """Starts and stops answers; they belong to the process, and no page's end ends one."""

    def __init__(
        self,
        settings: Settings,
        provider: Provider,
        keeper: Keeper,
        *,
        patience: Patience,
        observers: Observers,
        on_end: Callable[[Conversation], None],
    ) -> None:
        """Run nothing yet; `on_end` is told of each conversation whose answer has ended, however it did."""
        self._settings = settings
        self._provider = provider
        self._keeper = keeper
        self._patience = patience
        self._observers = observers
        self._on_end = on_end
        self._redactor = Redactor(settings.secrets)
        self._tasks: dict[str, tuple[RunningAnswer, asyncio.Task[None]]] = {}  # by the answer's id

    @property
    def model(self) -> str:
        """The model that is asked; "" until a service without a named model has told its own."""
        return self._settings.model or self._provider.default_model

    def __len__(self) -> int:
        return len(self._tasks)

    def __contains__(self, answer_id: object) -> bool:
        return answer_id in self._tasks

    async def ended(self, seconds: float) -> None:
        """Return when all have ended, or after so long."""
        if tasks := [task for _, task in self._tasks.values()]:
            await asyncio.wait(tasks, timeout=seconds)

    async def close(self) -> None:
        """End all as interrupted, and release the provider's connections and child processes."""
        tasks = [task for _, task in self._tasks.values()]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await self._provider.close()

    def start(self, conversation: Conversation, exchange: Exchange, begun: str = "") -> None:
        """Have the exchange's answer written; `begun` is its text where it goes on."""
        answer = exchange.answer
        answer.asked_at = answer.asked_at or time.time()
        system_prompt = self._settings.system_prompt
        context = context_of(self._provider.name, self.model)
        sent = fitting(conversation.turns(exchange), context, besides=system_prompt + begun)
        answer.sent = sent.left_out
        self._keeper.sent(conversation, answer)
        request = AnswerRequest(
            model=self.model, turns=sent.turns, system_prompt=system_prompt, thinking=False, begun=begun
        )
        running = RunningAnswer(
            answer,
            self._provider,
            request,
            changed=conversation.pulse.beat,
            ended=partial(self._keeper.ended, conversation, exchange, answer),
            failed=self._observers.failed,
            patience=self._patience,
            redactor=self._redactor,
        )
        task = asyncio.get_running_loop().create_task(running.run(after=exchange.kept), name=f"answer {answer.id}")
        self._tasks[answer.id] = (running, task)
        task.add_done_callback(lambda _: self._ended(conversation, running))
        conversation.started(answer)

    def stop(self, conversation: Conversation) -> None:
        """Stop the answer being written, if one is."""
        if (answer := conversation.running) and answer.id in self._tasks:
            running, task = self._tasks[answer.id]
            running.mark_stopped()
            task.cancel()

    def _ended(self, conversation: Conversation, running: RunningAnswer) -> None:
        running.end_if_never_begun()
        conversation.pulse.hurry()
        if self._tasks[running.answer.id][0] is running:  # else it goes on already
            del self._tasks[running.answer.id]
        self._on_end(conversation)
        self._observers.ended(running.answer, running.usage, running.first_token_seconds)  # a host's may raise
