"""An assistant whose provider does what a test tells it, step by step."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from typing import Any

from nicewen.services import Assistant, Settings
from nicewen.services.conversation import Conversation
from nicewen.services.events import AnswerEvent, Finished
from nicewen.services.providers.provider import AnswerRequest
from nicewen.services.running_answer import Patience

DONE = Finished("stop", "request-1")

Step = AnswerEvent | Exception | asyncio.Event | str


class Scripted:
    """Plays one script per request.

    Events are yielded, errors raised, asyncio events waited for; a string is what the service sent, as it came.
    """

    name = "scripted"
    default_model = "script"

    def __init__(self, *scripts: Sequence[Step]) -> None:
        self.scripts = list(scripts)
        self.requests: list[AnswerRequest] = []

    async def answer(self, request: AnswerRequest) -> AsyncGenerator[AnswerEvent]:
        self.requests.append(request)
        for step in self.scripts[len(self.requests) - 1]:
            if isinstance(step, asyncio.Event):
                await step.wait()
            elif isinstance(step, Exception):
                raise step
            elif isinstance(step, str):
                request.received(step)
            else:
                yield step

    async def close(self) -> None:
        """Hold nothing."""


@asynccontextmanager
async def assisted(provider: Scripted, **settings: Any) -> AsyncIterator[Assistant]:
    patience = Patience(first_wait=0.001, jitter=0)
    one = Assistant(Settings(_env_file=None, **settings), make_provider=lambda _: provider, patience=patience)
    await one.open()
    try:
        yield one
    finally:
        await one.close()


async def until(conversation: Conversation, holds: Callable[[], bool], seconds: float = 5.0) -> None:
    async with asyncio.timeout(seconds):
        while not holds():
            await conversation.pulse.after(conversation.pulse.count)


async def settled(conversation: Conversation) -> None:
    """Wait until nothing is being written and nothing waits."""
    await until(conversation, lambda: conversation.running is None and not conversation.waiting)


async def answered(
    one: Assistant, question: str = "?", conversation: Conversation | None = None, question_id: str = ""
) -> Conversation:
    conversation = one.ask(question, conversation=conversation, question_id=question_id).conversation
    await settled(conversation)
    return conversation


async def opened(conversation_id: str, **settings: Any) -> Conversation:
    """Return a conversation as a new process finds it."""
    async with assisted(Scripted(), **settings) as one:
        conversation = await one.conversation(conversation_id)
    assert conversation is not None
    return conversation
