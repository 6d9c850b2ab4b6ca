"""What every provider offers."""

from collections.abc import AsyncGenerator, Callable
from dataclasses import dataclass, field
from typing import Literal, Protocol

from nicewen.services.events import AnswerEvent


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message, or the question itself (the last turn, role `user`)."""

    role: Literal["user", "assistant"]
    text: str


def ignore(_source: str) -> None:
    """Do nothing with what was received."""


@dataclass(frozen=True, slots=True)
class AnswerRequest:
    """Everything a provider needs for one answer; `turns` run from the oldest to the question.

    `begun` is how the answer begins already: what is wanted is how it goes on from there. `received` is told each event
    as the service sent it, before what it stands for is yielded. `token_limit` is how many tokens the answer may have,
    0 leaves that to the service.
    """

    model: str
    turns: tuple[Turn, ...]
    system_prompt: str = ""
    thinking: bool = False
    begun: str = ""
    received: Callable[[str], None] = field(default=ignore, compare=False, repr=False)
    token_limit: int = 0


class Provider(Protocol):
    """A source of answers. One instance serves the whole process and many answers at once."""

    name: str
    default_model: str

    def answer(self, request: AnswerRequest) -> AsyncGenerator[AnswerEvent]:
        """Ask once and yield what arrives, ending with `Finished`.

        Makes one attempt; whoever consumes it decides about another one by the error's `retryable`.
        Closing the generator closes the connection, which stops the model.

        Raises:
            AnswerError: The answer could not be had, or ended before the provider said that it was complete.
        """
        ...

    async def close(self) -> None:
        """Release connections and child processes."""
        ...
