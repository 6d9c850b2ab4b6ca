"""What a host gets for a question: its answer, as it comes and when it has ended."""

from collections.abc import AsyncIterator
from dataclasses import dataclass

from nicewen.services.conversation import Answer, Conversation, Exchange


@dataclass(frozen=True, slots=True)
class Asked:
    """A question that was put. `async for text in asked` yields its answer as it comes; `ended` waits for the whole.

    `answer` is what has come so far: `answer.text`, `answer.state`, `answer.sources` and more.
    Nobody needs to follow it: the answer is written and kept all the same.
    """

    conversation: Conversation
    exchange: Exchange
    answer: Answer

    async def ended(self) -> Answer:
        """Wait until nothing will be added, and return the answer; its `state` tells how it ended.

        A question that was taken back before its turn has a blank answer that still says it waits.
        """
        async for _ in self._beats():
            pass
        return self.answer

    async def __aiter__(self) -> AsyncIterator[str]:
        """Yield the text so far and what is added to it, until the answer has ended.

        Raises:
            AnswerError: It could not be had, or ended early.
        """
        shown = 0
        async for _ in self._beats():
            parts = self.answer.parts[shown:]
            shown += len(parts)
            if parts:
                yield "".join(parts)
        if self.answer.error:
            raise self.answer.error

    async def _beats(self) -> AsyncIterator[None]:
        """Yield now, and after each change, the last one included."""
        pulse, seen = self.conversation.pulse, -1
        while True:
            seen = pulse.count
            yield
            if self.answer.has_ended or not self._goes_on:
                return
            await pulse.after(seen)

    @property
    def _goes_on(self) -> bool:
        conversation = self.conversation
        return self.exchange in conversation.waiting or conversation.running is self.answer


def asked_in(conversation: Conversation, client_id: str) -> Asked:
    """Return the question of this id of a browser's.

    Raises:
        LookupError: It was deleted.
    """
    for exchange in (*conversation.waiting, *conversation.all()):
        if exchange.client_id == client_id:
            return Asked(conversation, exchange, exchange.answer)
    raise LookupError(f"the question {client_id} was deleted")


def check_question(question: object) -> None:
    """Say at once, where the line of whoever asks stands, what could neither be sent nor kept.

    Raises:
        TypeError: It is no text.
        ValueError: It is empty.
    """
    if not isinstance(question, str):
        raise TypeError(f"a question is a text (a str), not {question!r}")
    if not question.strip():
        raise ValueError("a question must not be empty")
